using SegmentOfOne.Domain;
using SegmentOfOne.Domain.Identity;

namespace SegmentOfOne.Engine.Identities;

/// <summary>Reaches a customer by its key, wherever it lives: one that another is part of, or is to become part of. Fails as <see cref="ICustomers"/> does.</summary>
public interface IReach
{
    /// <inheritdoc cref="LiveCustomer.Turn(TurnRequest, CancellationToken)"/>
    ValueTask<TurnAnswer> Turn(CustomerKey key, TurnRequest request, CancellationToken ct);

    /// <inheritdoc cref="LiveCustomer.Get"/>
    ValueTask<CustomerView?> Get(CustomerKey key, Instant? asOf, CancellationToken ct);

    /// <inheritdoc cref="LiveCustomer.TakeStep"/>
    ValueTask<StepAnswer> Step(CustomerKey key, IdentityStep step, CancellationToken ct);
}

/// <summary>All customers live here.</summary>
internal sealed class ReachHere(CustomerHome home) : IReach
{
    public ValueTask<TurnAnswer> Turn(CustomerKey key, TurnRequest request, CancellationToken ct) => home.Customer(key).Turn(request, ct);

    public ValueTask<CustomerView?> Get(CustomerKey key, Instant? asOf, CancellationToken ct) => home.Customer(key).Get(asOf, ct);

    public ValueTask<StepAnswer> Step(CustomerKey key, IdentityStep step, CancellationToken ct) => home.Customer(key).TakeStep(step, ct);
}
