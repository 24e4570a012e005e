using Google.Protobuf.Reflection;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using SegmentOfOne.Grpc.Wire;

namespace SegmentOfOne.Grpc.Server;

/// <summary>What the gRPC endpoints of one application share: limits, the services they serve, and whether they still take calls.</summary>
public sealed partial class GrpcServer : IDisposable
{
    private readonly CancellationTokenSource _draining = new();
    private readonly List<ServiceDescriptor> _services = [];
    private readonly ILogger _log;

    internal GrpcServer(GrpcServerOptions options, TimeProvider time, ILogger log, IHostApplicationLifetime? lifetime)
    {
        Options = options;
        Draining = _draining.Token;
        Timers = new TimerPool(time);
        Receive = new ReceiveRules(options.MaxReceiveMessageBytes, options.ReceiveTimeout, Timers, FromCaller: true);
        _log = log;
        if (options.DrainWhenHostStops)
        {
            lifetime?.ApplicationStopping.Register(BeginDrain);
        }
    }

    /// <summary>Every service that is mapped, in the order of mapping.</summary>
    public IReadOnlyList<ServiceDescriptor> Services => _services;

    /// <summary>
    /// Fires when the draining begins: long streams end themselves by it. A handler that lets the
    /// <see cref="OperationCanceledException"/> of this token escape answers UNAVAILABLE.
    /// </summary>
    public CancellationToken Draining { get; }

    internal bool IsDraining => _draining.IsCancellationRequested;

    internal GrpcServerOptions Options { get; }

    internal TimerPool Timers { get; }

    internal ReceiveRules Receive { get; }

    /// <summary>
    /// From now on new calls get UNAVAILABLE, which clients may try elsewhere; calls that were begun go on to their end, and
    /// health says NOT_SERVING. There is no way back.
    /// </summary>
    public void BeginDrain() => _draining.Cancel();

    /// <inheritdoc/>
    public void Dispose() => _draining.Dispose();

    internal void Add(ServiceDescriptor service) => _services.Add(service);

    /// <summary>The one place that says what an exception means to the caller.</summary>
    internal GrpcException Explain(Exception exception, GrpcCall call)
    {
        if (exception is GrpcException said)
        {
            return said;
        }

        switch (exception)
        {
            case OperationCanceledException or IOException when call.IsOverdue:
                return Faults.DeadlineExceeded();
            case OperationCanceledException or IOException when call.CallerHasGone:
                return Faults.Cancelled(exception);
            case OperationCanceledException cancelled when cancelled.CancellationToken == Draining && Draining.IsCancellationRequested:
                return Faults.Draining();
            case BadHttpRequestException { StatusCode: StatusCodes.Status413PayloadTooLarge } refused:
                return Faults.RequestTooLarge(refused);
            case BadHttpRequestException refused:
                return Faults.BadRequest(refused);
            default:
                if (Options.MapException?.Invoke(exception, call) is { } mapped)
                {
                    return mapped;
                }

                LogUnmapped(exception, call.Method);
                return Faults.Unhandled(exception);
        }
    }

    [LoggerMessage(Level = LogLevel.Error, Message = "Handler of {Method} failed")]
    private partial void LogUnmapped(Exception exception, string method);
}
