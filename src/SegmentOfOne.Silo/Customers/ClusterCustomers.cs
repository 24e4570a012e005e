using SegmentOfOne.Domain;
using SegmentOfOne.Domain.Decisions;
using SegmentOfOne.Domain.Identity;
using SegmentOfOne.Engine;
using SegmentOfOne.Engine.Identities;
using SegmentOfOne.Silo.Messages;

namespace SegmentOfOne.Silo.Customers;

/// <summary>
/// Every customer of the cluster, as a gateway knows them. Turns and live views go to where the customer lives; what is past is read
/// here, because committed turns are the same from everywhere.
/// </summary>
/// <param name="local">Those of the silo beside; nobody, where there is none.</param>
public sealed class ClusterCustomers(IGrainFactory grains, CustomerHome home, LocalCustomers local) : ICustomers, IReach
{
    /// <summary>How long a call waits before it is made again: by then a silo that went has been missed, and the next one asked.</summary>
    private static readonly TimeSpan BeforeRetry = TimeSpan.FromMilliseconds(500);

    public ValueTask<TurnAnswer> Turn(TurnRequest request, CancellationToken ct)
    {
        if (!home.TryKey(request.Customer, out var key))
        {
            return ValueTask.FromResult<TurnAnswer>(home.Refuse(request));
        }

        return Turn(key, request, ct);
    }

    public ValueTask<TurnAnswer> Turn(CustomerKey key, TurnRequest request, CancellationToken ct) =>
        local.Have(key) ? home.Customer(key).Turn(request, ct) : Turn(Grain(key), request, ct);

    public ValueTask<CustomerView?> Get(Identifier customer, Instant? asOf, CancellationToken ct) =>
        home.TryKey(customer, out var key) ? Get(key, asOf, ct) : default;

    public async ValueTask<CustomerView?> Get(CustomerKey key, Instant? asOf, CancellationToken ct)
    {
        if (local.Have(key))
        {
            return await home.Customer(key).Get(asOf, ct).ConfigureAwait(false);
        }

        var grain = Grain(key);
        try
        {
            var outcome = await grain.Get(asOf?.UnixMilliseconds).AsTask().WaitAsync(ct).ConfigureAwait(false);
            if (outcome.Trouble is not { IsLeaving: true })
            {
                return outcome.Answer();
            }
        }
        catch (Exception exception) when (IsMembership(exception))
        {
        }

        await Task.Delay(BeforeRetry, ct).ConfigureAwait(false);
        try
        {
            return (await grain.Get(asOf?.UnixMilliseconds).AsTask().WaitAsync(ct).ConfigureAwait(false)).Answer();
        }
        catch (Exception exception) when (IsMembership(exception))
        {
            throw NotReached(exception);
        }
    }

    public async ValueTask<TurnPage?> Turns(Identifier customer, bool newestFirst, long? after, int limit, CancellationToken ct) =>
        home.TryKey(customer, out var key) ? await TurnsOf(await home.OwnerOf(key, ct).ConfigureAwait(false), newestFirst, after, limit, ct).ConfigureAwait(false) : null;

    public ValueTask<TurnPage?> TurnsOf(CustomerKey key, bool newestFirst, long? after, int limit, CancellationToken ct) =>
        home.Customer(key).Turns(newestFirst, after, limit, ct);

    /// <summary>A step that is taken twice changes nothing, so it is asked for again when the silo that was asked is going or gone.</summary>
    public async ValueTask<StepAnswer> Step(CustomerKey key, IdentityStep step, CancellationToken ct)
    {
        if (local.Have(key))
        {
            return await home.Customer(key).TakeStep(step, ct).ConfigureAwait(false);
        }

        var grain = Grain(key);
        try
        {
            var outcome = await grain.Step(IdentityStepMessage.Of(step)).AsTask().WaitAsync(ct).ConfigureAwait(false);
            if (outcome.Trouble is not { IsLeaving: true })
            {
                return outcome.Answer();
            }
        }
        catch (Exception exception) when (IsMembership(exception))
        {
        }

        await Task.Delay(BeforeRetry, ct).ConfigureAwait(false);
        try
        {
            return (await grain.Step(IdentityStepMessage.Of(step)).AsTask().WaitAsync(ct).ConfigureAwait(false)).Answer();
        }
        catch (Exception exception) when (IsMembership(exception))
        {
            throw NotReached(exception);
        }
    }

    public ValueTask<Receipt?> Receipt(ReceiptId id, CancellationToken ct) => home.Customer(id.Key).Receipt(id, ct);

    /// <summary>Brings a wake to where the customer lives; to this silo, where it lives nowhere.</summary>
    /// <exception cref="CustomersUnavailableException">It couldn't be brought, or not be carried out; what is due still is.</exception>
    /// <exception cref="CustomerDamagedException">What is stored of the customer can't be read.</exception>
    public ValueTask Wake(CustomerKey key, CancellationToken ct) =>
        local.Have(key) ? home.Customer(key).Wake(ct) : Wake(Grain(key), ct);

    private static async ValueTask Wake(ICustomerGrain grain, CancellationToken ct)
    {
        try
        {
            if (await grain.Wake().AsTask().WaitAsync(ct).ConfigureAwait(false) is { } trouble)
            {
                throw trouble.Exception();
            }
        }
        catch (Exception exception) when (IsMembership(exception))
        {
            throw NotReached(exception);
        }
    }

    private ICustomerGrain Grain(CustomerKey key) => grains.GetGrain<ICustomerGrain>(key.ToString());

    /// <summary>
    /// One turn, asked for once more when the silo that was asked is going or gone. It may have been taken and only its answer lost, so
    /// it is asked again only where its id makes that harmless; without one, the caller decides.
    /// </summary>
    private static async ValueTask<TurnAnswer> Turn(ICustomerGrain grain, TurnRequest request, CancellationToken ct)
    {
        try
        {
            var outcome = await Within(grain.Turn(request), ct).ConfigureAwait(false);
            if (outcome.Trouble is not { IsLeaving: true })
            {
                return outcome.Answer();
            }
        }
        catch (Exception exception) when (IsMembership(exception))
        {
            if (request.Id.Length == 0)
            {
                throw NotReached(exception);
            }
        }

        await Task.Delay(BeforeRetry, ct).ConfigureAwait(false);
        try
        {
            return (await Within(grain.Turn(request), ct).ConfigureAwait(false)).Answer();
        }
        catch (Exception exception) when (IsMembership(exception))
        {
            throw NotReached(exception);
        }
    }

    private static ValueTask<TurnResult> Within(ValueTask<TurnResult> call, CancellationToken ct) =>
        call.IsCompleted || !ct.CanBeCanceled ? call : new(call.AsTask().WaitAsync(ct));

    /// <summary>What calls end with while silos come and go: no answer in time, or a message turned away.</summary>
    private static bool IsMembership(Exception exception) => exception is TimeoutException or OrleansException;

    private static CustomersUnavailableException NotReached(Exception exception) => new(
        Unavailability.Storage, "The process that this customer lives in does not answer; another one takes over.", TimeSpan.FromSeconds(1), exception);
}
