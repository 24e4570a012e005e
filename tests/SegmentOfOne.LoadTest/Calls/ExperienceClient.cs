using Google.Protobuf.Reflection;
using SegmentOfOne.Grpc;
using SegmentOfOne.Grpc.Client;
using SegmentOfOne.Grpc.Contracts.HealthV1;
using SegmentOfOne.V1;

namespace SegmentOfOne.LoadTest.Calls;

/// <summary>The public API of a running service, on a channel of its own. Failed calls throw <see cref="GrpcException"/>.</summary>
/// <param name="key">By which calls are made; null: by none.</param>
public sealed class ExperienceClient(Uri address, string? key = null) : IDisposable
{
    /// <summary>Where the program listens when it is started without options.</summary>
    public static readonly Uri DefaultAddress = new("http://127.0.0.1:8081");

    private static readonly ServiceDescriptor Service = ExperienceReflection.Descriptor.Services.Single(service => service.Name == "Experience");
    private static readonly GrpcMethod<InteractRequest, InteractReply> InteractMethod = new(Service, "Interact");
    private static readonly GrpcMethod<InteractRequest, InteractReply> InteractStreamMethod = new(Service, "InteractStream");
    private static readonly GrpcMethod<GetCustomerRequest, CustomerState> GetCustomerMethod = new(Service, "GetCustomer");
    private static readonly GrpcMethod<ListTurnsRequest, ListTurnsReply> ListTurnsMethod = new(Service, "ListTurns");

    private static readonly GrpcMethod<HealthCheckRequest, HealthCheckResponse> CheckMethod = new(HealthReflection.Descriptor.Services.Single(), "Check");
    private static readonly GrpcCallOptions Shortly = new() { Timeout = TimeSpan.FromSeconds(10) };

    private readonly GrpcChannel _channel = new(address, key is null ? null : new GrpcChannelOptions { Handler = new KeyHandler(key) });

    /// <summary>Where the calls go.</summary>
    public Uri Address { get; } = address;

    /// <summary>Asks whether the service is there and serves.</summary>
    /// <exception cref="ServiceAbsentException">It is not.</exception>
    public async Task Greet(CancellationToken ct)
    {
        try
        {
            var health = await _channel.UnaryAsync(CheckMethod, new HealthCheckRequest(), Shortly, ct);
            if (health.Status != HealthCheckResponse.Types.ServingStatus.Serving)
            {
                throw new GrpcException(StatusCode.Unavailable, $"it says that it is {health.Status}");
            }
        }
        catch (GrpcException absent) when (absent.Status is StatusCode.Unavailable or StatusCode.DeadlineExceeded)
        {
            throw new ServiceAbsentException(Address, absent);
        }
    }

    /// <summary>One turn.</summary>
    public ValueTask<InteractReply> Interact(InteractRequest request, GrpcCallOptions? options, CancellationToken ct) =>
        _channel.UnaryAsync(InteractMethod, request, options, ct);

    /// <summary>A call for many turns.</summary>
    public GrpcStreamCall<InteractRequest, InteractReply> InteractStream(CancellationToken ct) =>
        _channel.Streaming(InteractStreamMethod, options: null, ct);

    /// <summary>The customer's state; null when the service knows no such customer.</summary>
    public async ValueTask<CustomerState?> GetCustomer(GetCustomerRequest request, CancellationToken ct)
    {
        try
        {
            return await _channel.UnaryAsync(GetCustomerMethod, request, ct);
        }
        catch (GrpcException absent) when (absent.Status == StatusCode.NotFound)
        {
            return null;
        }
    }

    /// <summary>Every turn of the customer, oldest first; none when the service knows no such customer.</summary>
    public async IAsyncEnumerable<Turn> ListTurns(Identifier customer, [System.Runtime.CompilerServices.EnumeratorCancellation] CancellationToken ct)
    {
        var request = new ListTurnsRequest() { Customer = customer, OldestFirst = true, PageSize = 500 };
        do
        {
            ListTurnsReply page;
            try
            {
                page = await _channel.UnaryAsync(ListTurnsMethod, request, ct);
            }
            catch (GrpcException absent) when (absent.Status == StatusCode.NotFound)
            {
                yield break;
            }
            foreach (var turn in page.Turns)
            {
                yield return turn;
            }
            request.PageToken = page.NextPageToken;
        }
        while (request.PageToken.Length > 0);
    }

    public void Dispose() => _channel.Dispose();
}
