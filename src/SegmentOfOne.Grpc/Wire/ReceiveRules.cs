namespace SegmentOfOne.Grpc.Wire;

/// <summary>What one side accepts from the other.</summary>
/// <param name="MaxBytes">The longest message, on the wire and decompressed.</param>
/// <param name="Timeout">How long a message that was begun may take to arrive; null: as long as the call.</param>
/// <param name="Timers">Where the timeout's timer comes from.</param>
/// <param name="FromCaller">True at a server: when reading fails, the caller has gone.</param>
internal sealed record ReceiveRules(int MaxBytes, TimeSpan? Timeout, TimerPool Timers, bool FromCaller);
