using SegmentOfOne.Grpc.Contracts.HealthV1;
using static SegmentOfOne.Grpc.Contracts.HealthV1.HealthCheckResponse.Types;

namespace SegmentOfOne.Grpc.Server;

/// <summary>
/// What <c>grpc.health.v1</c> answers: by service, and as a whole under the empty name. Mapped services and the whole are
/// SERVING unless said otherwise; while the server drains everything is NOT_SERVING.
/// </summary>
public sealed class GrpcHealth
{
    private readonly Lock _gate = new();
    private readonly Dictionary<string, ServingStatus> _said = new(StringComparer.Ordinal);
    private readonly GrpcServer _server;
    private TaskCompletionSource _change = NewChange();

    internal GrpcHealth(GrpcServer server)
    {
        _server = server;
        server.Draining.Register(Announce);
    }

    /// <summary>Says how a service does, by its full name, or the whole server, by the empty one.</summary>
    public void Set(string service, bool isServing)
    {
        lock (_gate)
        {
            _said[service] = isServing ? ServingStatus.Serving : ServingStatus.NotServing;
        }

        Announce();
    }

    internal void Bind(GrpcServiceBinder binder) => binder
        .Unary<HealthCheckRequest, HealthCheckResponse>("Check", Check)
        .ServerStreaming<HealthCheckRequest, HealthCheckResponse>("Watch", WatchAsync);

    private static TaskCompletionSource NewChange() => new(TaskCreationOptions.RunContinuationsAsynchronously);

    private ValueTask<HealthCheckResponse> Check(HealthCheckRequest request, GrpcCall call)
    {
        var status = StatusOf(request.Service, out _);
        return new(status is ServingStatus.ServiceUnknown
            ? call.Fail<HealthCheckResponse>(StatusCode.NotFound, $"unknown_service: {request.Service}")
            : new HealthCheckResponse { Status = status });
    }

    private async ValueTask WatchAsync(HealthCheckRequest request, ResponseStream<HealthCheckResponse> replies, GrpcCall call)
    {
        ServingStatus? last = null;
        while (true)
        {
            // Draining is looked at first: when it begins later, the change below wakes this loop again.
            var isDraining = call.Draining.IsCancellationRequested;
            var status = StatusOf(request.Service, out var change);
            if (status != last)
            {
                await replies.WriteAsync(new HealthCheckResponse { Status = status });
                last = status;
            }

            if (isDraining)
            {
                // A watch without end would hold up the shutdown; the watcher comes again elsewhere.
                throw Wire.Faults.Draining();
            }

            await change.WaitAsync(call.CancellationToken);
        }
    }

    private ServingStatus StatusOf(string service, out Task change)
    {
        lock (_gate)
        {
            change = _change.Task;
            var isKnown = _said.TryGetValue(service, out var said) || service.Length == 0 || IsMapped(service);
            return !isKnown ? ServingStatus.ServiceUnknown
                : _server.Draining.IsCancellationRequested ? ServingStatus.NotServing
                : said is ServingStatus.Unknown ? ServingStatus.Serving
                : said;
        }
    }

    private bool IsMapped(string service)
    {
        foreach (var mapped in _server.Services)
        {
            if (mapped.FullName == service)
            {
                return true;
            }
        }

        return false;
    }

    private void Announce()
    {
        lock (_gate)
        {
            _change.SetResult();
            _change = NewChange();
        }
    }
}
