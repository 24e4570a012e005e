using System.Diagnostics;
using Google.Protobuf.WellKnownTypes;
using SegmentOfOne.Domain;
using SegmentOfOne.Domain.Identity;
using SegmentOfOne.Engine.Identities;

namespace SegmentOfOne.Gateway;

// Who is who: the facts of it, and what merging and parting come to.
public static partial class Wire
{
    public static Answer<Admin.V1.Merged> ToWire(MergeAnswer answer) => answer switch
    {
        MergeAnswer.Merged merged => new Admin.V1.Merged { CustomerKey = merged.Survivor.ToString(), AlreadyOne = merged.AlreadyOne },
        MergeAnswer.Refused refused => Failure.Conflict($"merge_{Name(refused.Reason)}", refused.Reason switch
        {
            ClaimRefusal.Blocked => "One of them has a name that stands for nobody in particular; such customers aren't merged.",
            ClaimRefusal.Limit => "Together they would have more names of a kind, or of all kinds, than the playbook lets one customer have.",
            ClaimRefusal.Erased => "One of them was erased.",
            ClaimRefusal.NoName => "One of them has a name of a kind that the playbook's identity doesn't know.",
            ClaimRefusal.Taken => "Both are known, and nothing proves that they are one.",
            _ => throw new UnreachableException($"refusal {refused.Reason}"),
        }),
        MergeAnswer.NoSuchCustomer nobody => NoSuchCustomer(nobody.Identifier),
        _ => throw new UnreachableException($"{answer.GetType().Name} is no answer of a merge."),
    };

    public static Answer<Admin.V1.Parted> ToWire(UnmergeAnswer answer, Identifier part) => answer switch
    {
        UnmergeAnswer.Parted parted => new Admin.V1.Parted { CustomerKey = parted.Whole.ToString(), Part = parted.Part.ToString(), Turns = (uint)parted.Turns },
        UnmergeAnswer.Refused refused => Failure.Conflict($"unmerge_{Name(refused.Reason)}", refused.Reason switch
        {
            UnmergeRefusal.NotMerged => "This identifier's customer is part of no other.",
            UnmergeRefusal.PartOfPart => $"It is part of customer {refused.First}, which became part of another one since: part that one first.",
            UnmergeRefusal.HistoryForgotten => "Turns that would have to be told again are older than the playbook's retention, and forgotten.",
            UnmergeRefusal.TooManyTurns => $"More than {Limits.RetoldTurns} turns would have to be told again.",
            UnmergeRefusal.Entangled => "Since they were merged the whole was part of another customer and given back: what it was meanwhile can't be told again.",
            _ => throw new UnreachableException($"refusal {refused.Reason}"),
        }),
        UnmergeAnswer.NoSuchCustomer => NoSuchCustomer(part),
        _ => throw new UnreachableException($"{answer.GetType().Name} is no answer of parting."),
    };

    private static Failure NoSuchCustomer(Identifier identifier) =>
        Failure.NotFound("customer_not_found", $"There is no customer {identifier.Kind} '{identifier.Value}'.");

    private static V1.Fact IdentityToWire(Fact fact, Instant recorded) => fact switch
    {
        CameBy came => New("came_by", recorded, new() { ["customer_key"] = Text(came.Key.ToString()) }),
        ClaimRefused refused => New("claim_refused", refused.At, new()
        {
            ["kind"] = Text(refused.Identifier.Kind),
            ["value"] = Text(refused.Identifier.Value),
            ["reason"] = Text(Name(refused.Reason)),
        }),
        MergedInto merged => New("merged_into", merged.At, new() { ["customer_key"] = Text(merged.Survivor.ToString()) }),
        MergeSettled settled => New("merge_settled", recorded, new() { ["customer_key"] = Text(settled.Survivor.ToString()) }),
        PartTaken taken => New("part_taken", taken.At, new() { ["customer_key"] = Text(taken.Key.ToString()), ["version"] = Number(taken.Version) }),
        PartRefused refused => New("part_refused", refused.At, new() { ["customer_key"] = Text(refused.Key.ToString()), ["version"] = Number(refused.Version) }),
        PartGivenUp given => New("part_given_up", given.At, new() { ["customer_key"] = Text(given.Key.ToString()) }),
        CustomerRestored restored => New("customer_restored", restored.At, new() { ["from"] = Text(restored.From.ToString()) }),
        GivingUpSettled settled => New("giving_up_settled", recorded, new() { ["customer_key"] = Text(settled.Key.ToString()) }),
        _ => throw new UnreachableException($"fact {fact.GetType().Name}"),
    };
}
