using Orleans.Concurrency;
using Orleans.Placement;
using SegmentOfOne.Domain;
using SegmentOfOne.Engine;
using SegmentOfOne.Engine.Erasures;
using SegmentOfOne.Silo.Hosting;
using SegmentOfOne.Silo.Messages;

namespace SegmentOfOne.Silo.Customers;

/// <summary>
/// Where in the cluster a customer lives, and no more: what a customer does, <see cref="LiveCustomer"/> does. Its state is not here but in
/// the silo's <see cref="CustomerHome"/>, as bytes, so an activation is small and may go early.
/// <para>Calls interleave on purpose: the customer's own lock orders its turns, and while the commit of one is under way the next
/// is decided.</para>
/// </summary>
[Reentrant]
[PreferLocalPlacement]
[CollectionAgeLimit(Minutes = 5)]
public sealed class CustomerGrain(CustomerHome home, LocalCustomers local) : Grain, ICustomerGrain
{
    private LiveCustomer _customer;

    /// <summary>What this silo's memory has of the customer may be from an earlier stay: it is not to be shown before the store was asked.</summary>
    public override async Task OnActivateAsync(CancellationToken cancellationToken)
    {
        _customer = CustomerKey.TryParse(this.GetPrimaryKeyString(), out var key)
            ? home.Customer(key)
            : throw new ArgumentException("The grain's key is no customer's.");
        await _customer.Leave(cancellationToken);
        local.Add(key);
    }

    /// <summary>Turns that were begun are finished before another silo takes over.</summary>
    public override async Task OnDeactivateAsync(DeactivationReason reason, CancellationToken cancellationToken)
    {
        local.Remove(_customer.Key);
        await _customer.Leave(cancellationToken);
    }

    public async ValueTask<TurnResult> Turn(TurnRequest request)
    {
        try
        {
            return TurnResult.Of(await _customer.Turn(request, CancellationToken.None));
        }
        catch (Exception exception) when (Trouble.Of(exception) is { } trouble)
        {
            return new TurnResult { Trouble = trouble };
        }
    }

    public async ValueTask<ViewResult> Get(long? asOf)
    {
        try
        {
            return new ViewResult { View = await _customer.Get(asOf is { } at ? new Instant(at) : null, CancellationToken.None) };
        }
        catch (Exception exception) when (Trouble.Of(exception) is { } trouble)
        {
            return new ViewResult { Trouble = trouble };
        }
    }

    public async ValueTask<Trouble?> Wake()
    {
        // No longer than somebody waits for the answer: what is due still is brought again.
        using var patience = new CancellationTokenSource(ClusterSettings.ResponseTimeout);
        try
        {
            await _customer.Wake(patience.Token);
            return null;
        }
        catch (OperationCanceledException)
        {
            return Trouble.Late;
        }
        catch (Exception exception) when (Trouble.Of(exception) is { } trouble)
        {
            return trouble;
        }
    }

    public async ValueTask<StepResultMessage> Step(IdentityStepMessage step)
    {
        try
        {
            return StepResultMessage.Of(await _customer.TakeStep(step.Step(), CancellationToken.None));
        }
        catch (Exception exception) when (Trouble.Of(exception) is { } trouble)
        {
            return new StepResultMessage { Trouble = trouble };
        }
    }

    public async ValueTask<ErasureResult> Erase(int reason, string person)
    {
        try
        {
            var erasure = await home.Erase(_customer.Key, (ErasureReason)reason, person, CancellationToken.None);
            return new ErasureResult { Id = erasure?.Id };
        }
        catch (Exception exception) when (Trouble.Of(exception) is { } trouble)
        {
            return new ErasureResult { Trouble = trouble };
        }
    }
}
