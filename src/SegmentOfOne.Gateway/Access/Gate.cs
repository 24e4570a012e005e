using System.Diagnostics.CodeAnalysis;
using SegmentOfOne.Domain;
using SegmentOfOne.Engine.Access;
using SegmentOfOne.Grpc;
using SegmentOfOne.Grpc.Server;

namespace SegmentOfOne.Gateway.Access;

/// <summary>
/// Says of each call who makes it and in which workspace, or why it isn't taken. While no workspace ever had a key, whoever is on this machine
/// may do everything; from the first key on, and wherever others than this machine are served, nobody does anything without one.
/// </summary>
/// <param name="congestion">Refuses what channels bring while more comes than there are processors for; persons can always look.</param>
public sealed class Gate(IReadOnlyList<Workspace> workspaces, bool servesOthers, TimeProvider time, Congestion congestion)
{
    /// <summary>Which workspace is meant, where no key says it. A key's holder may name its own.</summary>
    public const string WorkspaceHeader = "SegmentOfOne-Workspace";

    private const string Scheme = "Bearer ";

    private static readonly Failure Missing = Unauthenticated("key_missing", "Say who calls: Authorization: Bearer KEY.");
    private static readonly Failure Unknown = Unauthenticated("key_unknown", "There is no such key.");

    private static readonly Failure ElsewhereRefused = new(
        "workspace_not_allowed", "This key is not for that workspace.", StatusCode.PermissionDenied, StatusCodes.Status403Forbidden);

    private static readonly Failure Overloaded = new(
        "overloaded", "More calls come than there are processors for.", StatusCode.ResourceExhausted, StatusCodes.Status429TooManyRequests, Congestion.RetryAfter);

    // Compared with where there is no key of an id: nobody learns by the time it takes which ids there are.
    private readonly AccessKey _nobodys = KeySecret.Nobodys();
    private volatile bool _needsKeys = servesOthers;

    /// <summary>Whether nothing is done without a key.</summary>
    public bool NeedsKeys
    {
        get
        {
            if (!_needsKeys)
            {
                foreach (var workspace in workspaces)
                {
                    _needsKeys |= workspace.Keys.HasKeys;
                }
            }

            return _needsKeys;
        }
    }

    /// <summary>Makes what looks at each call of a gRPC method.</summary>
    public Func<GrpcCall, GrpcException?>? Admit(string path)
    {
        var operation = Permissions.OfMethod(path);
        if (Permissions.Of(operation) is not { } roles)
        {
            return null;
        }

        return call =>
        {
            if (TryAdmit(call.HttpContext.Request.Headers, roles, out var caller, out var failure))
            {
                call.Caller = caller;
                return null;
            }

            Refused(caller, operation, failure);
            return Wire.ToGrpc(failure);
        };
    }

    /// <summary>Notes a refusal where somebody known was refused, and counts it. The log may take a moment longer than the answer.</summary>
    public void Refused(Caller? caller, string operation, Failure failure)
    {
        (caller?.Workspace ?? workspaces[0]).Telemetry.Failed(failure);
        if (failure.Grpc == StatusCode.PermissionDenied)
        {
            _ = caller?.Note(operation, "", failure.Name).ContinueWith(
                noted => _ = noted.Exception, CancellationToken.None, TaskContinuationOptions.OnlyOnFaulted, TaskScheduler.Default);
        }
    }

    /// <summary>Whether the caller may; if not, <paramref name="failure"/> says why, and the caller is there where it is known.</summary>
    public bool TryAdmit(IHeaderDictionary headers, RoleSet roles, [NotNullWhen(true)] out Caller? caller, [NotNullWhen(false)] out Failure? failure)
    {
        if (congestion.Refuses && roles.Contains(Role.Channel))
        {
            (caller, failure) = (null, Overloaded);
            return false;
        }

        var wanted = headers[WorkspaceHeader].ToString();
        if (!NeedsKeys)
        {
            caller = Find(wanted)?.Anybody;
            failure = caller is null ? Failure.NotFound("workspace_not_found", "There is no such workspace.") : null;
            return failure is null;
        }

        failure = Authenticate(headers, out caller);
        if (failure is not null)
        {
            return false;
        }

        failure = caller!.TakeCall(Instant.From(time.GetUtcNow()), time.GetElapsedTime(0).Ticks)
            ?? (wanted.Length > 0 && wanted != caller.Workspace.Name ? ElsewhereRefused
                : roles.Contains(caller.Key!.Role) ? null
                : new Failure(
                    "role_not_allowed", $"This is for keys of the role {roles}, not {Wire.Name(caller.Key.Role)}.",
                    StatusCode.PermissionDenied, StatusCodes.Status403Forbidden));
        return failure is null;
    }

    /// <summary>Whether a caller whose call goes on and on still counts, and has a token left for one more message.</summary>
    public Failure? TakeMessage(Caller caller)
    {
        var now = Instant.From(time.GetUtcNow());
        return caller.Key is null ? null : caller.Ended(now) ?? caller.TakeCall(now, time.GetElapsedTime(0).Ticks);
    }

    private Failure? Authenticate(IHeaderDictionary headers, out Caller? caller)
    {
        caller = null;
        var given = headers.Authorization;
        if (given.Count == 0)
        {
            return Missing;
        }

        var text = given.Count == 1 ? given[0].AsSpan() : [];
        if (!text.StartsWith(Scheme, StringComparison.OrdinalIgnoreCase) || !KeySecret.TrySplit(text[Scheme.Length..].Trim(' '), out var id, out var secret))
        {
            return Unknown;
        }

        Caller? found = null;
        foreach (var workspace in workspaces)
        {
            if (workspace.Keys.TryFind(id, out var holder))
            {
                found = holder;
            }
        }

        if (!KeySecret.Matches(found?.Key ?? _nobodys, secret) || found is null)
        {
            return Unknown;
        }

        caller = found;
        return found.Ended(Instant.From(time.GetUtcNow()));
    }

    private Workspace? Find(string name)
    {
        if (name.Length == 0)
        {
            return workspaces[0];
        }

        foreach (var workspace in workspaces)
        {
            if (workspace.Name == name)
            {
                return workspace;
            }
        }

        return null;
    }

    private static Failure Unauthenticated(string name, string message) =>
        new(name, message, StatusCode.Unauthenticated, StatusCodes.Status401Unauthorized);
}
