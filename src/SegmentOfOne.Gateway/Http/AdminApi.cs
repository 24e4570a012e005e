using System.Collections.Immutable;
using System.Diagnostics;
using System.Globalization;
using SegmentOfOne.Domain;
using SegmentOfOne.Engine;
using SegmentOfOne.Gateway.Hosting;
using SegmentOfOne.Grpc;

namespace SegmentOfOne.Gateway.Http;

/// <summary>What marketers and operators ask: about everybody, about one, about the playbook.</summary>
public sealed class AdminApi(PublicApi customers, ICustomerQueries queries, IPlaybooks playbooks, Overviews overviews, GatewayOptions options)
{
    private const string PlaybookDocument = "A playbook; `playbook schema` prints its JSON schema.";

    private static readonly QueryParameter<int> Version = QueryParameter.WholeNumber("version", "An earlier version; 0: the one in force.", 0, int.MaxValue, 0);
    private static readonly QueryParameter<int> ToVersion = QueryParameter.WholeNumber("to_version", "The version to publish again; 0: the one before that in force.", 0, int.MaxValue, 0);

    public IEnumerable<Operation> Operations =>
    [
        new("GET", "/admin/v1/overview", "getOverview", "Everybody at a glance: customers, turns, stages and the flows between them, channels, money, refusals.")
        {
            Reply = Admin.V1.Overview.Descriptor,
            Answer = async call => new HttpAnswer.Message(await overviews.Get(call.Aborted).ConfigureAwait(false)),
        },
        new("GET", "/admin/v1/customers", "listCustomers", "Customers by filter and order, as of the time that the answer says.")
        {
            Query = CustomerFilters.Parameters,
            Reply = Admin.V1.CustomerList.Descriptor,
            Answer = ListCustomers,
        },
        customers.GetCustomer("/admin/v1/customers/{kind}/{value}", "getCustomerAsAdmin"),
        customers.ReadReceipt("/admin/v1/receipts/{receipt_id}", "readReceipt"),
        customers.ListTurns("/admin/v1/customers/{kind}/{value}/turns", "listTurnsAsAdmin"),
        new("GET", "/admin/v1/playbook", "getPlaybook", "The playbook in force, or an earlier version, as it was published.")
        {
            Query = [Version],
            Document = PlaybookDocument,
            Tagged = true,
            Problems = [404],
            Answer = GetPlaybook,
        },
        new("GET", "/admin/v1/playbook/versions", "listPlaybookVersions", "Every version ever published.")
        {
            Reply = Admin.V1.PlaybookVersions.Descriptor,
            Answer = async call => new HttpAnswer.Message(Wire.ToWire(await playbooks.Versions(call.Aborted).ConfigureAwait(false))),
        },
        new("PUT", "/admin/v1/playbook", "publishPlaybook", "Checks a playbook and puts it in force, whole, as the next version. Only where one person suffices; elsewhere it comes by a draft.")
        {
            TakesDocument = true,
            Document = PlaybookDocument,
            Reply = Admin.V1.PlaybookVersion.Descriptor,
            Tagged = true,
            WantsIfMatch = true,
            Problems = [403, 412, 413, 415, 422, 428],
            Answer = Publish,
        },
        new("POST", "/admin/v1/playbook/rollback", "rollbackPlaybook", "Publishes an earlier version again, as the next version. If-Match is heeded when it is there.")
        {
            Query = [ToVersion],
            Reply = Admin.V1.PlaybookVersion.Descriptor,
            Tagged = true,
            Problems = [404, 412],
            Answer = Rollback,
        },
    ];

    private async ValueTask<HttpAnswer> ListCustomers(HttpCall call)
    {
        var wanted = CustomerFilters.Read(call.Query);
        return call.Query.Problem is { } problem
            ? problem
            : new HttpAnswer.Message(Wire.ToWire(await queries.List(wanted, call.Aborted).ConfigureAwait(false)));
    }

    private async ValueTask<HttpAnswer> GetPlaybook(HttpCall call)
    {
        var version = call.Query.Read(Version);
        if (call.Query.Problem is { } problem)
        {
            return problem;
        }

        var playbook = version == 0 ? playbooks.InForce : await playbooks.Get(version, call.Aborted).ConfigureAwait(false);
        return playbook is null ? NoSuchVersion(version) : new HttpAnswer.Document(playbook.Playbook.Source, playbook.ETag);
    }

    private async ValueTask<HttpAnswer> Publish(HttpCall call)
    {
        if (!options.OnePerson)
        {
            return new Failure(
                "second_person_needed",
                "Here a playbook comes into force by two persons: draft it (POST /admin/v1/drafts), and let somebody else approve it. With --one-person the program takes it at once.",
                StatusCode.PermissionDenied,
                StatusCodes.Status403Forbidden);
        }

        if (call.IfMatch is null)
        {
            return new Failure(
                "if_match_missing",
                "Say which playbook this replaces: If-Match with the ETag of GET /admin/v1/playbook, or * for whatever is in force.",
                StatusCode.FailedPrecondition,
                StatusCodes.Status428PreconditionRequired);
        }

        if (!TryReadIfMatch(call, out var version))
        {
            return Conflict();
        }

        if (call.Person is { Succeeded: false } nobody)
        {
            return nobody.Failure;
        }

        var body = await call.ReadBody().ConfigureAwait(false);
        return body.Succeeded
            ? ToAnswer(await playbooks.Publish(body.Reply, version, call.Person.Reply!, call.Aborted).ConfigureAwait(false))
            : body.Failure;
    }

    private async ValueTask<HttpAnswer> Rollback(HttpCall call)
    {
        var version = call.Query.Read(ToVersion);
        return call.Query.Problem is { } problem ? problem
            : !TryReadIfMatch(call, out var seen) ? Conflict()
            : call.Person is { Succeeded: false } nobody ? nobody.Failure
            : ToAnswer(await playbooks.Rollback(version == 0 ? null : version, seen, call.Person.Reply!, call.Aborted).ConfigureAwait(false));
    }

    /// <summary>False when the tag can be no playbook's. Null in <paramref name="version"/>: any will do.</summary>
    private static bool TryReadIfMatch(HttpCall call, out int? version)
    {
        version = null;
        if (call.IfMatch is null or "*")
        {
            return true;
        }

        var read = int.TryParse(call.IfMatch.Trim('"'), NumberStyles.None, CultureInfo.InvariantCulture, out var number);
        version = number;
        return read;
    }

    private HttpAnswer ToAnswer(PublishOutcome outcome) => outcome switch
    {
        PublishOutcome.Published published => new HttpAnswer.Message(Wire.ToWire(published.Playbook), published.Playbook.ETag),
        PublishOutcome.Conflict => Conflict(),
        PublishOutcome.Invalid invalid => new HttpAnswer.Problem(
            new Failure("playbook_invalid", $"The playbook has {Count(invalid.Errors)}; nothing was published.", StatusCode.InvalidArgument, StatusCodes.Status422UnprocessableEntity),
            invalid.Errors),
        PublishOutcome.NoSuchVersion missing => NoSuchVersion(missing.Version),
        _ => throw new UnreachableException($"{outcome.GetType().Name} is no outcome of publishing."),
    };

    private static string Count(ImmutableArray<Domain.Playbooks.PlaybookError> errors) => errors.Length == 1 ? "a mistake" : $"{errors.Length} mistakes";

    private HttpAnswer Conflict() => new Failure(
        "playbook_changed",
        $"The playbook in force is version {playbooks.InForce.Version}, not the one that If-Match names: read it again.",
        StatusCode.Aborted,
        StatusCodes.Status412PreconditionFailed);

    private static Failure NoSuchVersion(int? version) => Failure.NotFound(
        "playbook_version_not_found", version is null ? "There is no version before the one in force." : $"There is no version {version}.");
}
