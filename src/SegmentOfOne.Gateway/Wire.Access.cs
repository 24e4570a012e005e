using SegmentOfOne.Engine.Access;

namespace SegmentOfOne.Gateway;

// Keys, and who did what.
public static partial class Wire
{
    public static Admin.V1.Key ToWire(AccessKey key, string workspace) => new()
    {
        Id = key.Id,
        Name = key.Name,
        Role = Name(key.Role),
        Workspace = workspace,
        CreatedAt = ToWire(key.CreatedAt),
        CreatedBy = key.CreatedBy,
        ExpiresAt = key.ExpiresAt is { } expires ? ToWire(expires) : null,
        RevokedAt = key.RevokedAt is { } revoked ? ToWire(revoked) : null,
        UsedAt = key.UsedAt is { } used ? ToWire(used) : null,
        Limit = key.Limit?.ToString() ?? RateLimit.None,
    };

    public static Admin.V1.AccessLog ToWire(List<AccessEntry> entries, int limit, AccessCheck? check)
    {
        var wire = new Admin.V1.AccessLog { Next = entries.Count == limit ? (ulong)entries[^1].Number : 0 };
        foreach (var entry in entries)
        {
            wire.Entries.Add(new Admin.V1.AccessEntry
            {
                Number = (ulong)entry.Number,
                At = ToWire(entry.At),
                Person = entry.Facts.Person,
                Key = entry.Facts.Key,
                Role = Name(entry.Facts.Role),
                Operation = entry.Facts.Operation,
                Subject = entry.Facts.Subject,
                Outcome = entry.Facts.Outcome,
                Previous = entry.Previous,
                Hash = entry.Hash,
            });
        }

        if (check is not null)
        {
            wire.Check = new Admin.V1.AccessCheck
            {
                Holds = check.BrokenAt is null, First = (ulong)check.First, Last = (ulong)check.Last, Head = check.Head, BrokenAt = (ulong)(check.BrokenAt ?? 0),
            };
        }

        return wire;
    }
}
