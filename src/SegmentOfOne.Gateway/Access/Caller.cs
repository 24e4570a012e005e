using SegmentOfOne.Domain;
using SegmentOfOne.Engine.Access;
using SegmentOfOne.Grpc;

namespace SegmentOfOne.Gateway.Access;

/// <summary>Whoever calls by one key; or, while there are no keys, whoever is on this machine. One for all calls of the key.</summary>
public sealed class Caller
{
    private readonly TokenBucket? _calls;
    private AccessKey? _key;
    private long _usedAt;

    /// <param name="key">Null: there are no keys.</param>
    public Caller(Workspace workspace, AccessKey? key)
    {
        (Workspace, _key, Name) = (workspace, key, key?.Name ?? "");
        _calls = key?.Limit is { } limit ? new TokenBucket(limit) : null;
        _usedAt = key?.UsedAt?.UnixMilliseconds ?? 0;
    }

    public Workspace Workspace { get; }

    /// <summary>What stands in trails; empty without a key.</summary>
    public string Name { get; }

    /// <summary>Null: there are no keys.</summary>
    public AccessKey? Key => Volatile.Read(ref _key);

    /// <summary>Whether what is done stands in the access log: not what channels do, which is in the customers' own story.</summary>
    public bool IsPerson => Key is { Role: not Role.Channel };

    /// <summary>When the key was used last; 0: never.</summary>
    public Instant UsedAt => new(Volatile.Read(ref _usedAt));

    /// <summary>Why the key doesn't count any more; null: it does.</summary>
    public Failure? Ended(Instant now) => Key switch
    {
        { RevokedAt: not null } => Revoked,
        { ExpiresAt: { } end } when now >= end => Expired,
        _ => null,
    };

    /// <summary>Takes what the store says of the key now.</summary>
    public void Learn(AccessKey key) => Volatile.Write(ref _key, key);

    /// <summary>Counts one call; what is wrong when there were too many.</summary>
    /// <param name="ticks">Of a clock that goes steadily on.</param>
    public Failure? TakeCall(Instant now, long ticks)
    {
        Volatile.Write(ref _usedAt, now.UnixMilliseconds);
        return _calls is null || _calls.TryTake(ticks, out var wait)
            ? null
            : new Failure(
                "key_too_fast", $"This key may call {_calls.Limit.PerSecond} times a second, and {_calls.Limit.Burst} at once.",
                StatusCode.ResourceExhausted, StatusCodes.Status429TooManyRequests, wait);
    }

    /// <summary>Counts one turn of a customer; what is wrong when there were too many. Those who may do everything are not held back.</summary>
    public Failure? TakeTurn(V1.Identifier? customer) => customer is null ? null : TakeTurn(customer.Kind, customer.Value);

    /// <inheritdoc cref="TakeTurn(V1.Identifier?)"/>
    public Failure? TakeTurn(Identifier customer) => TakeTurn(customer.Kind, customer.Value);

    /// <summary>Writes into the access log what was done, when a person did it; ends when it is durable.</summary>
    public Task Note(string operation, string subject, string outcome) =>
        Key is { } key && IsPerson ? Workspace.Log.Append(new AccessFacts(Name, key.Id, key.Role, operation, subject, outcome)) : Task.CompletedTask;

    /// <summary>An answer that a person gets once the log has it, with its outcome.</summary>
    public async ValueTask<Answer<T>> Noted<T>(string operation, V1.Identifier? customer, ValueTask<Answer<T>> answer)
        where T : class
    {
        Answer<T> given;
        try
        {
            given = await answer.ConfigureAwait(false);
        }
        catch (Exception exception) when (exception is not OperationCanceledException)
        {
            given = Workspace.Telemetry.Explain(exception);
        }

        var subject = customer is null ? "" : Workspace.Subject(Wire.ToDomain(customer));
        await Note(operation, subject, given.Succeeded ? AccessFacts.Ok : given.Failure.Name).ConfigureAwait(false);
        return given;
    }

    private Failure? TakeTurn(string kind, string value) => Key is null or { Role: Role.Admin } ? null : Workspace.TakeTurn(kind, value);

    private static Failure Revoked { get; } = new("key_revoked", "This key was revoked.", StatusCode.Unauthenticated, StatusCodes.Status401Unauthorized);

    private static Failure Expired { get; } = new("key_expired", "The time of this key is up.", StatusCode.Unauthenticated, StatusCodes.Status401Unauthorized);
}
