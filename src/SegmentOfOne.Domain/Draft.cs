namespace SegmentOfOne.Domain;

/// <summary>A turn that is being decided: each fact is applied as it is found, so what follows sees it.</summary>
internal readonly ref struct Draft
{
    public Draft(CustomerState state)
    {
        State = state;
        State.AskedBy = state.Key;
        State.Drafted.Clear();
    }

    public CustomerState State { get; }

    /// <summary>Decisions of the turn so far.</summary>
    public int Decisions
    {
        get
        {
            var count = 0;
            foreach (var fact in State.Drafted)
            {
                count += fact is Decided ? 1 : 0;
            }

            return count;
        }
    }

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
