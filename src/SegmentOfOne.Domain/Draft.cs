using System.Collections.Immutable;

namespace SegmentOfOne.Domain;

/// <summary>A turn that is being decided: each fact is applied as it is found, so what follows sees it.</summary>
internal readonly ref struct Draft(CustomerState state, ImmutableArray<Fact>.Builder facts)
{
    public CustomerState State { get; } = state;

    public void Emit(Fact fact)
    {
        Customer.Apply(State, fact);
        facts.Add(fact);
    }

    public Turn Finish(Instant now, int playbookVersion)
    {
        State.Version++;
        return new Turn(State.Version, now, playbookVersion, facts.DrainToImmutable());
    }
}
