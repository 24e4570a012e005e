using SegmentOfOne.Domain;
using SegmentOfOne.Engine.Sqlite;

namespace SegmentOfOne.Engine.Store;

/// <summary>A row of the table of playbooks.</summary>
internal sealed record StoredPlaybook(int Version, byte[] Document, Instant PublishedAt)
{
    public const string Select = "SELECT version, document, published_at FROM playbook";

    public static StoredPlaybook Of(Statement row) => new((int)row.Int64(0), row.Blob(1).ToArray(), new Instant(row.Int64(2)));
}
