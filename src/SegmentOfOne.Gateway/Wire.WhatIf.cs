using System.Diagnostics;
using System.Text;
using Google.Protobuf;
using SegmentOfOne.Domain;
using SegmentOfOne.Domain.Playbooks;
using SegmentOfOne.Engine.WhatIfs;
using SegmentOfOne.Grpc;

namespace SegmentOfOne.Gateway;

// What would have been different.
public static partial class Wire
{
    private const int StandardDifferences = 100;

    private const string Unknown =
        "What was decided is exact for the customers as they were. How they would have reacted to something else is not known.";

    private const string Carried =
        "Later decisions count what the other playbook chose before, and take what channels reported of a decision as said of whatever stood in its "
        + "place. How customers would have reacted to something else is not known, nor what they would have done then.";

    /// <summary>The document that stands in a request, as the JSON that it is.</summary>
    public static byte[] Document(Google.Protobuf.WellKnownTypes.Struct document) => Encoding.UTF8.GetBytes(JsonFormatter.Default.Format(document));

    /// <summary>Null where the request names something wrong, and then <paramref name="failure"/> says what.</summary>
    public static WhatIfQuestion? ToDomain(Admin.V1.WhatIfRequest request, Playbook playbook, out Failure? failure)
    {
        var from = ToDomain(request.From, "from", out failure);
        var to = failure is null ? ToDomain(request.To, "to", out failure) : null;
        return failure is not null
            ? null
            : new WhatIfQuestion(playbook)
            {
                Customer = request.Customer is null ? null : ToDomain(request.Customer),
                Sample = request.Sample?.Customers ?? 0,
                Seed = request.Sample?.Seed ?? 0,
                From = from,
                To = to,
                Carry = request.Carry,
                Differences = request.HasDifferences ? request.Differences : StandardDifferences,
            };
    }

    public static Admin.V1.WhatIfStep ToWire(WhatIfEvent step, bool carry) => step switch
    {
        WhatIfEvent.Progress progress => new()
        {
            Progress = new Admin.V1.WhatIfProgress
            {
                Customers = (ulong)progress.Customers,
                OfCustomers = (ulong)progress.OfCustomers,
                Turns = (ulong)progress.Turns,
                Decisions = (ulong)progress.Decisions,
                Different = (ulong)progress.Different,
            },
        },
        WhatIfEvent.Difference difference => new()
        {
            Difference = new Admin.V1.WhatIfDifference
            {
                ReceiptId = difference.Receipt.ToString(),
                At = ToWire(difference.At),
                Placement = difference.Placement,
                Before = ToWire(difference.Before),
                After = difference.After is { } after ? ToWire(after) : null,
            },
        },
        WhatIfEvent.Result result => new() { Result = ToWire(result.Totals, carry) },
        _ => throw new UnreachableException($"{step.GetType().Name} has no name on the wire."),
    };

    /// <summary>A failure as it ends a call of gRPC.</summary>
    public static GrpcException ToGrpc(Failure failure, Exception? cause = null) =>
        new(failure.Grpc, failure.Message, new GrpcMetadata().Add(Failure.Trailer, failure.Name), cause) { RetryPushback = failure.RetryAfter };

    public static V1.Error ToWire(Failure failure) => new() { Code = (int)failure.Grpc, Name = failure.Name, Message = failure.Message };

    private static Admin.V1.WhatIfChoice ToWire(WhatIfChoice choice) => new()
    {
        Action = choice.Action ?? "",
        Treatment = choice.Treatment ?? "",
        Purpose = choice.Purpose is { } purpose ? Name(purpose) : "",
        Priority = choice.Priority,
        NotTheOther = choice.Other is { } other
            ? new Admin.V1.WhatIfReason
            {
                Action = other.Action,
                Verdict = other.Verdict is { } verdict ? Name(verdict) : "",
                Rule = other.Rule ?? "",
                Needed = other.Needed ?? "",
            }
            : null,
    };

    private static Admin.V1.WhatIfResult ToWire(WhatIfResult result, bool carry) => new()
    {
        Customers = (ulong)result.Customers,
        LeftOut = (ulong)result.LeftOut,
        Turns = (ulong)result.Turns,
        Decisions = (ulong)result.Decisions,
        Different = (ulong)result.Different,
        Reweighed = (ulong)result.Reweighed,
        Before = ToWire(result.Before),
        After = ToWire(result.After),
        Note = carry ? Carried : Unknown,
    };

    private static Admin.V1.WhatIfSums ToWire(WhatIfSums sums)
    {
        var wire = new Admin.V1.WhatIfSums
        {
            Decisions = (ulong)sums.Decisions,
            WithoutAction = (ulong)sums.WithoutAction,
            Outbound = (ulong)sums.Outbound,
            OutboundSales = (ulong)sums.OutboundSales,
        };
        if (sums.Outbound > 0)
        {
            wire.SaleShare = (double)sums.OutboundSales / sums.Outbound;
        }

        foreach (var (action, count) in MostFirst(sums.Actions))
        {
            wire.ByAction.Add(action, (ulong)count);
        }

        foreach (var (purpose, count) in MostFirst(sums.Purposes))
        {
            wire.ByPurpose.Add(Name(purpose), (ulong)count);
        }

        foreach (var (cap, count) in MostFirst(sums.CapHits))
        {
            wire.CapHits.Add(cap, (ulong)count);
        }

        return wire;
    }

    private static IEnumerable<KeyValuePair<T, long>> MostFirst<T>(IReadOnlyDictionary<T, long> counts) => counts.OrderByDescending(count => count.Value);
}
