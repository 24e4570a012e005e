using System.Collections.Immutable;
using SegmentOfOne.Domain;
using SegmentOfOne.Domain.Identity;

namespace SegmentOfOne.Engine.Identities;

/// <summary>Brings two customers together at a person's wish, and parts them again.</summary>
public interface IIdentities
{
    /// <summary>Makes one customer of two. Answers when that is durable; once it is begun it is finished, also after a crash.</summary>
    ValueTask<MergeAnswer> Merge(Identifier one, Identifier other, CancellationToken ct);

    /// <summary>Gives back the customer that was first known by an identifier, and everything that came by its identifiers since; both are then as if they had never
    /// been one. Answers when that is durable; once it is begun it is finished, also after a crash.</summary>
    ValueTask<UnmergeAnswer> Unmerge(Identifier part, CancellationToken ct);
}

/// <summary>What a merge came to. Closed.</summary>
public abstract record MergeAnswer
{
    private MergeAnswer()
    {
    }

    /// <summary>They are one. <paramref name="AlreadyOne"/>: they had been before.</summary>
    public sealed record Merged(CustomerKey Survivor, bool AlreadyOne) : MergeAnswer;

    public sealed record Refused(ClaimRefusal Reason) : MergeAnswer;

    /// <summary>Nobody is known by this identifier.</summary>
    public sealed record NoSuchCustomer(Identifier Identifier) : MergeAnswer;
}

/// <summary>Why a merge can't be undone.</summary>
public enum UnmergeRefusal
{
    /// <summary>The customer is part of no other.</summary>
    NotMerged,

    /// <summary>It is part of a customer that became part of a third: that one first.</summary>
    PartOfPart,

    /// <summary>Turns that would have to be told again were forgotten, by the playbook's retention.</summary>
    HistoryForgotten,

    /// <summary>More than <see cref="Limits.RetoldTurns"/> turns would have to be told again.</summary>
    TooManyTurns,

    /// <summary>Since then the whole was itself part of another and given back: what it was between stands in no turns.</summary>
    Entangled,
}

/// <summary>What parting came to. Closed.</summary>
public abstract record UnmergeAnswer
{
    private UnmergeAnswer()
    {
    }

    /// <summary>They are two again. <paramref name="Turns"/>: how many turns were told again.</summary>
    public sealed record Parted(CustomerKey Whole, CustomerKey Part, int Turns) : UnmergeAnswer;

    /// <param name="First">The customer that is to be parted first, as it is known; null unless that is why.</param>
    public sealed record Refused(UnmergeRefusal Reason, CustomerKey? First) : UnmergeAnswer;

    /// <summary>Nobody is known by the identifier.</summary>
    public sealed record NoSuchCustomer : UnmergeAnswer;
}
