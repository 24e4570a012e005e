namespace SegmentOfOne.Domain;

/// <summary>A turn that is being decided: each fact is applied as it is found, so what follows sees it.</summary>
internal readonly ref struct Draft
{
    public Draft(CustomerState state)
    {
        State = state;
        State.Drafted.Clear();
    }

    public CustomerState State { get; }

    public void Emit(Fact fact)
    {
        Customer.Apply(State, fact);
        State.Drafted.Add(fact);
    }

    public Turn Finish(Instant now, int playbookVersion)
    {
        State.Version++;
        var turn = new Turn(State.Version, now, playbookVersion, [.. State.Drafted]);
        State.Drafted.Clear();
        return turn;
    }
}
