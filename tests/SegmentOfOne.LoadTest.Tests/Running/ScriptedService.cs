using System.Net;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.Logging;
using SegmentOfOne.Grpc;
using SegmentOfOne.Grpc.Server;
using SegmentOfOne.V1;

namespace SegmentOfOne.LoadTest.Tests.Running;

/// <summary>A real server of the public API on loopback that does with an interaction what the test says, and nothing else.</summary>
internal sealed class ScriptedService : IAsyncDisposable
{
    private readonly WebApplication _app;

    private ScriptedService(WebApplication app) => _app = app;

    public Uri Address => new(_app.Urls.Single());

    /// <param name="interact">Answers, or fails the call.</param>
    public static async Task<ScriptedService> Start(Func<InteractRequest, GrpcCall, ValueTask<InteractReply>> interact)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.ConfigureKestrel(kestrel => kestrel.Listen(IPAddress.Loopback, 0, listen => listen.Protocols = HttpProtocols.Http2));
        builder.Services.AddGrpcServer();
        var app = builder.Build();
        app.MapGrpcHealth();
        app.MapGrpcService(ExperienceReflection.Descriptor.Services[0], service => service
            .Unary("Interact", interact)
            .Duplex<InteractRequest, InteractReply>("InteractStream", (_, _, call) => { call.Fail(StatusCode.Unimplemented, "not scripted"); return default; })
            .Unary<DecideRequest, DecideReply>("Decide", (_, call) => NotScripted<DecideReply>(call))
            .Unary<GetCustomerRequest, CustomerState>("GetCustomer", (_, call) => NotScripted<CustomerState>(call))
            .Unary<ListTurnsRequest, ListTurnsReply>("ListTurns", (_, call) => NotScripted<ListTurnsReply>(call))
            .Unary<GetReceiptRequest, Receipt>("GetReceipt", (_, call) => NotScripted<Receipt>(call)));
        await app.StartAsync();
        return new ScriptedService(app);
    }

    /// <summary>One that answers at once.</summary>
    public static Task<ScriptedService> Start() => Start((_, _) => new ValueTask<InteractReply>(new InteractReply()));

    public ValueTask DisposeAsync() => _app.DisposeAsync();

    private static ValueTask<T> NotScripted<T>(GrpcCall call)
        where T : class => new(call.Fail<T>(StatusCode.Unimplemented, "not scripted"));
}
