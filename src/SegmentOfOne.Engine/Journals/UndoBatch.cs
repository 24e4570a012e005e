namespace SegmentOfOne.Engine.Journals;

/// <summary>Undoes, in memory, the turns of a batch that did not become durable. Batches come the latest first.</summary>
internal delegate void UndoBatch(JournalBatch batch);
