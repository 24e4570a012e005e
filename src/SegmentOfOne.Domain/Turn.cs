using System.Collections.Immutable;

namespace SegmentOfOne.Domain;

/// <summary>One turn as it is stored: its number, when it was recorded, the playbook it was decided by, what it changed in order.</summary>
public sealed record Turn(long Version, Instant At, int PlaybookVersion, ImmutableArray<Fact> Facts)
{
    /// <summary>The interaction of this turn; null where only decisions were asked for.</summary>
    public InteractionObserved? Observed => Find<InteractionObserved>();

    /// <summary>The id by which the turn was asked for; may be empty where nothing was observed.</summary>
    public string Id => Observed?.Id ?? Find<DecisionsAsked>()?.Id ?? "";

    /// <summary>Nobody asked for it: time came.</summary>
    public bool IsOfTime => Facts is [TimeCame, ..];

    /// <summary>Nobody asked for it: customers were brought together or parted.</summary>
    public bool IsOfIdentity
    {
        get
        {
            foreach (var fact in Facts)
            {
                if (fact is MergedInto or MergeSettled or PartTaken or PartRefused or PartGivenUp or CustomerRestored or GivingUpSettled)
                {
                    return true;
                }
            }

            return false;
        }
    }

    /// <summary>How many decisions the caller asked for; those of journeys come before them.</summary>
    public int Asked
    {
        get
        {
            var count = 0;
            foreach (var fact in Facts)
            {
                count += fact is Decided { AskedBy: null } ? 1 : 0;
            }

            return count;
        }
    }

    /// <summary>How many decisions it took.</summary>
    public int Decisions
    {
        get
        {
            var count = 0;
            foreach (var fact in Facts)
            {
                count += fact is Decided ? 1 : 0;
            }

            return count;
        }
    }

    public bool Equals(Turn? other) =>
        other is not null && Version == other.Version && At == other.At && PlaybookVersion == other.PlaybookVersion
        && Facts.AsSpan().SequenceEqual(other.Facts.AsSpan());

    public override int GetHashCode() => HashCode.Combine(Version, At, PlaybookVersion, Facts.Length);

    /// <summary>The request as the playbook's expressions read it then; of a turn that nobody asked for, one that says nothing.</summary>
    internal TurnRequest Request(Identifier customer)
    {
        var placements = ImmutableArray.CreateBuilder<string>();
        foreach (var fact in Facts)
        {
            if (fact is Decided { AskedBy: null } decided)
            {
                placements.Add(decided.Placement);
            }
        }

        var request = new TurnRequest { Customer = customer, Placements = placements.DrainToImmutable() };
        return Observed is { } observed
            ? request with
            {
                Id = observed.Id,
                Type = observed.Type,
                Channel = observed.Channel,
                OccurredAt = observed.OccurredAt,
                Properties = observed.Properties,
            }
            : Find<DecisionsAsked>() is { } asked
                ? request with { Id = asked.Id, Channel = asked.Channel, Properties = asked.Properties }
                : IsOfTime || IsOfIdentity ? request
                : throw new InvalidOperationException($"turn {Version} was asked for by nothing");
    }

    private TFact? Find<TFact>()
        where TFact : Fact
    {
        foreach (var fact in Facts)
        {
            if (fact is TFact found)
            {
                return found;
            }
        }

        return null;
    }
}
