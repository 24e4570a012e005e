using SegmentOfOne.Domain;

namespace SegmentOfOne.Engine.Journals;

/// <summary>Undoes, in memory, the turns of a customer from a position on, and calls <see cref="Journal.Lose"/>, both under its lock:
/// another process has taken its versions.</summary>
internal delegate void LoseCustomer(CustomerKey key, long position);
