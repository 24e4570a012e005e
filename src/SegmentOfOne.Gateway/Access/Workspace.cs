using System.Collections.Frozen;
using SegmentOfOne.Domain;
using SegmentOfOne.Engine.Access;
using SegmentOfOne.Gateway.Hosting;
using SegmentOfOne.Gateway.Http;
using SegmentOfOne.Grpc;

namespace SegmentOfOne.Gateway.Access;

/// <summary>
/// One company's or brand's customers, playbooks, keys and logs: a home of its own, and everything that answers for it. Nothing here knows
/// another workspace.
/// </summary>
public sealed class Workspace : IAsyncDisposable
{
    /// <summary>The one that is always there.</summary>
    public const string Default = "default";

    /// <summary>Letters of a name: it is part of a folder's name and of a schema's.</summary>
    public const int NameLength = 32;

    /// <summary>Workspaces of one program.</summary>
    public const int Most = 64;

    /// <summary>Schemas of these names have something else in them.</summary>
    private static readonly string[] Taken = ["cluster", "vault"];

    private readonly ServedEngine _engine;
    private readonly CustomerBuckets? _turns;
    private readonly TimeProvider _time;
    private readonly ServiceProvider _services;

    /// <param name="services">Adds what answers, given what is served.</param>
    public Workspace(ServedEngine engine, GatewayOptions options, ILoggerFactory logs, Func<IServiceCollection, ServiceProvider> services)
    {
        (_engine, _time) = (engine, options.AccessTime);
        _turns = options.CustomerLimit is { } limit ? new CustomerBuckets(limit) : null;
        Anybody = new Caller(this, null);
        Log = new AccessLog(engine.Access, options.AccessTime, options.AccessLogKept);
        Keys = new KeyRing(this, engine.Access, options.AccessTime, logs.CreateLogger<KeyRing>());
        _services = services(new ServiceCollection().AddSingleton(this).AddSingleton(Keys).AddSingleton(Log));
        Experience = _services.GetRequiredService<Experience>();
        Telemetry = _services.GetRequiredService<Telemetry>();
    }

    public string Name => _engine.Workspace;

    public KeyRing Keys { get; }

    public AccessLog Log { get; }

    public Experience Experience { get; }

    public Telemetry Telemetry { get; }

    /// <summary>Whoever calls while there are no keys.</summary>
    public Caller Anybody { get; }

    /// <summary>What answers each operation here, by its id.</summary>
    public FrozenDictionary<string, Operation> Operations { get; private set; } = FrozenDictionary<string, Operation>.Empty;

    /// <summary>Says what answers.</summary>
    public void Serve(IEnumerable<Operation> operations) => Operations = operations.ToFrozenDictionary(operation => operation.Id, StringComparer.Ordinal);

    public T Get<T>()
        where T : notnull => _services.GetRequiredService<T>();

    /// <summary>How a customer is called in logs: by the key, which tells nobody who it is; empty: it can't be one.</summary>
    public string Subject(Identifier? customer) => _engine.KeyOf(customer) is { } key ? $"customer:{key}" : "";

    /// <summary>Counts one turn of a customer; what is wrong when there were too many.</summary>
    public Failure? TakeTurn(string kind, string value) =>
        _turns is null || _turns.TryTake(kind, value, _time.GetElapsedTime(0).Ticks, out var wait)
            ? null
            : new Failure(
                "customer_too_fast", $"A customer may have {_turns.Limit.PerSecond} turns a second, and {_turns.Limit.Burst} at once.",
                StatusCode.ResourceExhausted, StatusCodes.Status429TooManyRequests, wait);

    /// <summary>Whether a workspace may have this name.</summary>
    public static bool CanBeNamed(string name) =>
        name.Length is > 0 and <= NameLength && name.All(letter => letter is >= 'a' and <= 'z' or >= '0' and <= '9' or '_') && char.IsAsciiLetter(name[0]) && !Taken.Contains(name);

    public async ValueTask DisposeAsync()
    {
        await Keys.DisposeAsync().ConfigureAwait(false);
        await Log.DisposeAsync().ConfigureAwait(false);
        await _services.DisposeAsync().ConfigureAwait(false);
        _engine.Access.Dispose();
    }
}
