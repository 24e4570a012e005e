using System.Collections.Frozen;
using SegmentOfOne.Engine.Access;

namespace SegmentOfOne.Gateway.Access;

/// <summary>
/// Who may do what: the one table, for HTTP and gRPC alike. An operation goes by the id that it has in the OpenAPI document; a method of the
/// service Experience by its own name in the same spelling; of other services by its path. What isn't here can't be mapped, so the program
/// doesn't start.
/// </summary>
public static class Permissions
{
    private static readonly RoleSet Admin = RoleSet.Of(Role.Admin);
    private static readonly RoleSet Channel = RoleSet.Of(Role.Channel, Role.Admin);
    private static readonly RoleSet Reader = RoleSet.Of(Role.Reader, Role.Marketer, Role.Approver, Role.Admin);
    private static readonly RoleSet Marketer = RoleSet.Of(Role.Marketer, Role.Admin);
    private static readonly RoleSet Approver = RoleSet.Of(Role.Approver, Role.Admin);
    private static readonly RoleSet Any = Reader.With(Role.Channel);

    private static readonly FrozenDictionary<string, RoleSet?> Table = new Dictionary<string, RoleSet?>(StringComparer.Ordinal)
    {
        // Channels.
        ["interact"] = Channel,
        ["interactStream"] = Channel,
        ["decide"] = Channel,

        // To look.
        ["getCustomer"] = Reader,
        ["getCustomerAsAdmin"] = Reader,
        ["listTurns"] = Reader,
        ["listTurnsAsAdmin"] = Reader,
        ["getReceipt"] = Reader,
        ["readReceipt"] = Reader,
        ["getOverview"] = Reader,
        ["listCustomers"] = Reader,
        ["listSegments"] = Reader,
        ["listCustomersOfSegment"] = Reader,
        ["listJourneys"] = Reader,
        ["getJourney"] = Reader,
        ["getPlaybook"] = Reader,
        ["listPlaybookVersions"] = Reader,
        ["listDrafts"] = Reader,
        ["getDraft"] = Reader,
        ["getDraftPlaybook"] = Reader,
        ["getAudit"] = Reader,
        ["getOutbox"] = Reader,
        ["listMessages"] = Reader,
        ["getErasureKey"] = Reader,
        ["getExportSchema"] = Reader,

        // To steer.
        ["whatIf"] = Marketer,
        ["beginDraft"] = Marketer,
        ["checkDraft"] = Marketer,
        ["simulateDraft"] = Marketer,
        ["approveDraft"] = Approver,
        ["publishDraft"] = Approver,
        ["publishPlaybook"] = Approver,
        ["rollbackPlaybook"] = Approver,

        ["mergeCustomers"] = Approver,
        ["unmergeCustomer"] = Approver,

        // To operate.
        ["moveClock"] = Admin,
        ["resendMessage"] = Admin,
        ["resendMessages"] = Admin,
        ["eraseCustomer"] = Admin,
        ["getErasure"] = Admin,
        ["getErasureCertificate"] = Admin,
        ["exportCustomer"] = Admin,
        ["addKey"] = Admin,
        ["listKeys"] = Admin,
        ["revokeKey"] = Admin,
        ["getAccessLog"] = Admin,

        // What there is to call; whether it serves is nobody's secret.
        ["getOpenApi"] = Any,
        ["grpc.reflection.v1.ServerReflection/ServerReflectionInfo"] = Any,
        ["grpc.reflection.v1alpha.ServerReflection/ServerReflectionInfo"] = Any,
        ["grpc.health.v1.Health/Check"] = null,
        ["grpc.health.v1.Health/Watch"] = null,
    }.ToFrozenDictionary(StringComparer.Ordinal);

    /// <summary>Every operation that there is a line for.</summary>
    public static IEnumerable<string> Operations => Table.Keys;

    /// <summary>Who may call an operation; null: anybody, without a key.</summary>
    /// <exception cref="InvalidOperationException">The table doesn't say.</exception>
    public static RoleSet? Of(string operation) => Table.TryGetValue(operation, out var roles)
        ? roles
        : throw new InvalidOperationException($"Nothing says who may call {operation}: it wants a line in {nameof(Permissions)}.");

    /// <summary>The operation that a method of gRPC is.</summary>
    /// <param name="path"><c>/package.Service/Method</c>.</param>
    public static string OfMethod(string path)
    {
        var experience = $"/{V1.ExperienceReflection.Descriptor.Services[0].FullName}/";
        return path.StartsWith(experience, StringComparison.Ordinal)
            ? char.ToLowerInvariant(path[experience.Length]) + path[(experience.Length + 1)..]
            : path[1..];
    }
}
