using System.Diagnostics;
using System.Globalization;
using SegmentOfOne.Domain;
using SegmentOfOne.Domain.Decisions;
using SegmentOfOne.Engine;
using SegmentOfOne.Gateway.Access;
using SegmentOfOne.Gateway.Treatments;

namespace SegmentOfOne.Gateway;

/// <summary>
/// The calls of the public contract, whatever protocol they came by. What a caller does wrong comes back as a
/// <see cref="Failure"/>; infrastructure that fails is an exception that <see cref="Failure.Of(Exception)"/> names.
/// </summary>
public sealed class Experience(ICustomers customers, IPlaybooks playbooks, Contents contents, Telemetry telemetry)
{
    /// <summary>Turns of a page when the caller does not say.</summary>
    public const int StandardPage = 50;

    public ValueTask<Answer<V1.InteractReply>> Interact(V1.InteractRequest request, Caller caller, CancellationToken ct) =>
        Interact(request, caller, place: null, ct);

    /// <summary>One turn, told to whoever watches.</summary>
    /// <param name="place">As <see cref="Interact(V1.InteractRequest, Caller, TurnPlace?, CancellationToken)"/> has it.</param>
    public ValueTask<TurnAnswer> Turn(TurnRequest turn, TurnPlace? place, CancellationToken ct) =>
        telemetry.IsWatched ? WatchedTurn(turn, place, ct) : customers.Turn(turn, place, ct);

    /// <summary>What the treatments of a reply say.</summary>
    public ValueTask<PlaybookContent> ContentOf(TurnReply reply, CancellationToken ct) => contents.Of(reply.PlaybookVersion, playbooks, ct);

    /// <param name="place">Says, when this returns, whether the customer's next turn comes behind; null: nobody asks.</param>
    public async ValueTask<Answer<V1.InteractReply>> Interact(V1.InteractRequest request, Caller caller, TurnPlace? place, CancellationToken ct)
    {
        if (caller.TakeTurn(request.Customer) is { } tooMany)
        {
            return tooMany;
        }

        if (Wire.ToDomain(request, out var failure) is not { } turn)
        {
            return failure!;
        }

        return await Turn(turn, place, ct).ConfigureAwait(false) switch
        {
            TurnAnswer.Answered answered => Wire.ToWire(answered.Reply, answered.Duplicate, await ContentOf(answered.Reply, ct).ConfigureAwait(false)),
            TurnAnswer.Refused refused => Failure.Of(refused.Refusal),
            var other => throw new UnreachableException($"{other.GetType().Name} is no answer of a turn."),
        };
    }

    public async ValueTask<Answer<V1.DecideReply>> Decide(V1.DecideRequest request, Caller caller, CancellationToken ct)
    {
        if (caller.TakeTurn(request.Customer) is { } tooMany)
        {
            return tooMany;
        }

        if (Wire.ToDomain(request, out var failure) is not { } turn)
        {
            return failure!;
        }

        return await Turn(turn, place: null, ct).ConfigureAwait(false) switch
        {
            TurnAnswer.Answered answered => Wire.ToDecideReply(answered.Reply, answered.Duplicate, await ContentOf(answered.Reply, ct).ConfigureAwait(false)),
            TurnAnswer.Refused refused => Failure.Of(refused.Refusal),
            var other => throw new UnreachableException($"{other.GetType().Name} is no answer of a turn."),
        };
    }

    public async ValueTask<Answer<V1.CustomerState>> GetCustomer(V1.GetCustomerRequest request, CancellationToken ct)
    {
        var asOf = Wire.ToDomain(request.AsOf, "as_of", out var failure);
        if ((failure ?? Missing(request.Customer)) is { } problem)
        {
            return problem;
        }

        var view = await customers.Get(Wire.ToDomain(request.Customer), asOf, ct).ConfigureAwait(false);
        return view is null ? NoSuchCustomer(request.Customer) : Wire.ToWire(view, playbooks.InForce.Playbook);
    }

    public async ValueTask<Answer<V1.ListTurnsReply>> ListTurns(V1.ListTurnsRequest request, CancellationToken ct)
    {
        if (Missing(request.Customer) is { } problem)
        {
            return problem;
        }

        if (request.PageSize is < 0 or > TurnPage.MaxLimit)
        {
            return Failure.Invalid("invalid_page_size", $"page_size is 1 to {TurnPage.MaxLimit}; absent or 0 it is {StandardPage}.");
        }

        if (!TryReadPageToken(request, out var after))
        {
            return Failure.Invalid("invalid_page_token", "page_token is the next_page_token of the page before, asked for in the same order.");
        }

        var limit = request.PageSize == 0 ? StandardPage : request.PageSize;
        var page = await customers.Turns(Wire.ToDomain(request.Customer), !request.OldestFirst, after, limit, ct).ConfigureAwait(false);
        if (page is null)
        {
            return NoSuchCustomer(request.Customer);
        }

        var reply = new V1.ListTurnsReply { NextPageToken = page.Next is { } next ? Order(request) + next.ToString(CultureInfo.InvariantCulture) : "" };
        foreach (var turn in page.Turns)
        {
            reply.Turns.Add(Wire.ToWire(turn));
        }

        return reply;
    }

    public async ValueTask<Answer<V1.Receipt>> GetReceipt(V1.GetReceiptRequest request, CancellationToken ct)
    {
        if (!ReceiptId.TryParse(request.ReceiptId, out var id))
        {
            return Failure.Invalid("invalid_receipt_id", "A receipt_id is the one that came with a decision: key.version.index.");
        }

        var receipt = await customers.Receipt(id, ct).ConfigureAwait(false);
        return receipt is null ? Failure.NotFound("receipt_not_found", $"There is no decision {id}.") : Wire.ToWire(receipt);
    }

    private async ValueTask<TurnAnswer> WatchedTurn(TurnRequest turn, TurnPlace? place, CancellationToken ct)
    {
        var began = Stopwatch.GetTimestamp();
        using var activity = telemetry.BeginTurn();
        var answer = await customers.Turn(turn, place, ct).ConfigureAwait(false);
        telemetry.EndTurn(began, answer);
        return answer;
    }

    // A token says its order, so that it cannot be used in the other one.
    private static char Order(V1.ListTurnsRequest request) => request.OldestFirst ? 'o' : 'n';

    private static bool TryReadPageToken(V1.ListTurnsRequest request, out long? after)
    {
        after = null;
        if (request.PageToken.Length == 0)
        {
            return true;
        }

        if (request.PageToken[0] != Order(request)
            || !long.TryParse(request.PageToken.AsSpan(1), NumberStyles.None, CultureInfo.InvariantCulture, out var version))
        {
            return false;
        }

        after = version;
        return true;
    }

    private static Failure? Missing(V1.Identifier? customer) => customer is { Kind.Length: > 0, Value.Length: > 0 }
        ? null
        : Failure.Of(new Refusal(RefusalCode.CustomerMissing, "customer needs a kind and a value."));

    private static Failure NoSuchCustomer(V1.Identifier customer) =>
        Failure.NotFound("customer_not_found", $"There is, or was then, no customer {customer.Kind} '{customer.Value}'.");
}
