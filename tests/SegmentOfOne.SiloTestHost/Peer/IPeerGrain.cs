using SegmentOfOne.Domain;
using SegmentOfOne.Silo.Messages;

namespace SegmentOfOne.SiloTestHost.Peer;

/// <summary>A customer as a grain commonly is; its key is the customer's, as text.</summary>
public interface IPeerGrain : IGrainWithStringKey
{
    ValueTask<TurnResult> Turn([Immutable] TurnRequest request);
}
