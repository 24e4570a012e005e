using System.Collections.Frozen;

namespace SegmentOfOne.Engine.Outbox;

/// <summary>The receivers that have an address, by name. Swapped whole while messages are delivered. Safe for many threads.</summary>
public sealed class Receivers
{
    private volatile FrozenDictionary<string, Receiver> _current = FrozenDictionary<string, Receiver>.Empty;

    /// <summary>Raised after other receivers have taken the place of those before.</summary>
    public event Action Changed = () => { };

    public FrozenDictionary<string, Receiver> Current => _current;

    public void Replace(IEnumerable<Receiver> receivers)
    {
        _current = receivers.ToFrozenDictionary(receiver => receiver.Name, StringComparer.Ordinal);
        Changed();
    }
}
