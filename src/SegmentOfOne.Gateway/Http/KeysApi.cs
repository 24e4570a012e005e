using Microsoft.AspNetCore.Http;
using SegmentOfOne.Engine.Access;
using SegmentOfOne.Gateway.Access;
using SegmentOfOne.Grpc;

namespace SegmentOfOne.Gateway.Http;

/// <summary>Keys of callers, and the log of what persons did by theirs.</summary>
public sealed class KeysApi(Workspace workspace, KeyRing keys, AccessLog log)
{
    private static readonly QueryParameter<int> After = QueryParameter.WholeNumber("after", "Entries beyond this one.", 0, int.MaxValue, 0);
    private static readonly QueryParameter<int> Limit = QueryParameter.WholeNumber("limit", "Entries of an answer.", 1, AccessQuery.MaxLimit, 200);
    private static readonly QueryParameter<string?> OfPerson = QueryParameter.Text("person", "Only what this person did.");
    private static readonly QueryParameter<string?> OfSubject = QueryParameter.Text("subject", "Only what was done to this, such as customer:KEY.");
    private static readonly QueryParameter<bool> Check = QueryParameter.Flag("check", "Recompute the whole chain, too.");

    public IEnumerable<Operation> Operations =>
    [
        new("POST", "/admin/v1/keys", "addKey", "Makes a key for this workspace. From the first on, nothing is done without one.")
        {
            Body = Admin.V1.AddKeyRequest.Descriptor,
            Reply = Admin.V1.AddedKey.Descriptor,
            Problems = [409, 413, 415],
            Answer = Add,
        },
        new("GET", "/admin/v1/keys", "listKeys", "Every key of this workspace, those that ended included, without their secrets.")
        {
            Reply = Admin.V1.KeyList.Descriptor,
            Answer = List,
        },
        new("DELETE", "/admin/v1/keys/{key}", "revokeKey", "Ends a key, at once here, within a second elsewhere.")
        {
            Reply = Admin.V1.Key.Descriptor,
            Problems = [404],
            Answer = Revoke,
        },
        new("GET", "/admin/v1/access-log", "getAccessLog", "What persons looked at and changed, in order; and, when asked for, whether the log is what was written.")
        {
            Query = [After, Limit, OfPerson, OfSubject, Check],
            Reply = Admin.V1.AccessLog.Descriptor,
            Answer = ReadLog,
        },
    ];

    private async ValueTask<HttpAnswer> Add(HttpCall call)
    {
        var read = await call.ReadMessage().ConfigureAwait(false);
        if (!read.Succeeded || !call.Person.Succeeded)
        {
            return read.Failure ?? call.Person.Failure!;
        }

        var request = (Admin.V1.AddKeyRequest)read.Reply;
        if (KeyWishes.Read(request.Name, request.Role, request.ExpiresAfter, request.Limit, out var problem) is not { } wishes)
        {
            return Failure.Invalid("key_invalid", problem);
        }

        var made = await keys.Add(wishes.Name, wishes.Role, call.Person.Reply, wishes.Lasts, wishes.Limit, call.Aborted).ConfigureAwait(false);
        if (made is not { } key)
        {
            return new Failure(
                "too_many_keys", $"There are {KeyRing.MostKeys} keys, and no more may be.", StatusCode.FailedPrecondition, StatusCodes.Status409Conflict);
        }

        call.IsAbout($"key:{key.Key.Id}");
        return new HttpAnswer.Message(new Admin.V1.AddedKey { Key = Wire.ToWire(key.Key, workspace.Name), Secret = key.Text });
    }

    private async ValueTask<HttpAnswer> List(HttpCall call)
    {
        var list = new Admin.V1.KeyList();
        foreach (var key in await keys.List(call.Aborted).ConfigureAwait(false))
        {
            list.Keys.Add(Wire.ToWire(key, workspace.Name));
        }

        return new HttpAnswer.Message(list);
    }

    private async ValueTask<HttpAnswer> Revoke(HttpCall call) =>
        await keys.Revoke(call.Path("key"), call.Aborted).ConfigureAwait(false) is { } key
            ? new HttpAnswer.Message(Wire.ToWire(key, workspace.Name))
            : Failure.NotFound("key_not_found", "There is no such key, or it was revoked before.");

    private async ValueTask<HttpAnswer> ReadLog(HttpCall call)
    {
        var query = new AccessQuery(call.Query.Read(After), call.Query.Read(Limit), call.Query.Read(OfPerson), call.Query.Read(OfSubject));
        var check = call.Query.Read(Check);
        return call.Query.Problem is { } problem
            ? problem
            : new HttpAnswer.Message(Wire.ToWire(
                await log.Read(query, call.Aborted).ConfigureAwait(false), query.Limit, check ? await log.Check(call.Aborted).ConfigureAwait(false) : null));
    }
}
