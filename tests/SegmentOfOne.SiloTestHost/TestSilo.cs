using Orleans.TestingHost;
using SegmentOfOne.Engine;
using SegmentOfOne.Gateway.Hosting;

namespace SegmentOfOne.SiloTestHost;

/// <summary>One silo with the gateway beside it and the home under it.</summary>
internal sealed record TestSilo(int Number, InProcessSiloHandle Silo, GatewayServer Gateway, CustomerHome Home)
{
    public override string ToString() => $"{Number}: gRPC {Gateway.Grpc.Authority}, HTTP {Gateway.Http.Authority}";
}
