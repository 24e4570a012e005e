using SegmentOfOne.Domain;
using SegmentOfOne.Silo.Messages;

namespace SegmentOfOne.Silo.Customers;

/// <summary>A customer in the cluster; its key is the customer's, as text.</summary>
[Alias("segmentofone.customer")]
public interface ICustomerGrain : IGrainWithStringKey
{
    /// <summary>One turn, answered when it is durable.</summary>
    [Alias("turn")]
    ValueTask<TurnResult> Turn([Immutable] TurnRequest request);

    /// <summary>The live customer, valued at a time in milliseconds since 1970; null: now.</summary>
    [Alias("get")]
    ValueTask<ViewResult> Get(long? asOf);

    /// <summary>Takes the turns of what is due by now, answered when they are durable; what kept it from that, if anything did.</summary>
    [Alias("wake")]
    ValueTask<Trouble?> Wake();

    /// <summary>Takes a step of becoming part of another customer, or of coming apart; answered when it is durable.</summary>
    [Alias("step")]
    ValueTask<StepResultMessage> Step(IdentityStepMessage step);

    /// <summary>Forgets the customer, for a reason by its number and at the wish of a person.</summary>
    [Alias("erase")]
    ValueTask<ErasureResult> Erase(int reason, string person);
}
