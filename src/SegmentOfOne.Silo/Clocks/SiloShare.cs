using System.Collections.Immutable;
using SegmentOfOne.Domain;
using StableHash = SegmentOfOne.Domain.StableHash;

namespace SegmentOfOne.Silo.Clocks;

/// <summary>
/// Which of the customers that are in nobody's memory a silo looks after while the same silos are up: those for whom its name gives the
/// greatest hash (rendezvous hashing). So each has one silo, all have about as many, and when one goes only its own change hands.
/// </summary>
internal sealed class SiloShare
{
    private readonly string _here;
    private readonly ImmutableArray<string> _silos;

    /// <param name="here">The silo's name.</param>
    /// <param name="silos">The names of those that are up. One that isn't among them looks after nobody.</param>
    public SiloShare(string here, IEnumerable<string> silos)
    {
        (_here, _silos) = (here, [.. silos]);
        IsMember = _silos.Contains(here);
    }

    /// <summary>Whether the silo is one of those that are up.</summary>
    public bool IsMember { get; }

    public bool Has(CustomerKey key)
    {
        if (!IsMember)
        {
            return false;
        }

        var own = StableHash.Of(key, _here);
        foreach (var silo in _silos)
        {
            if (StableHash.Of(key, silo) > own)
            {
                return false;
            }
        }

        return true;
    }
}
