using System.Data.Common;
using System.Security.Cryptography;
using SegmentOfOne.Domain;
using SegmentOfOne.Engine.Store;

namespace SegmentOfOne.Engine.Playbooks;

/// <summary>The audit trail in the store. Where other processes write it too, its numbers are the fence: who comes second comes behind.</summary>
internal sealed class AuditTrail(ReaderPool readers, TimeProvider time)
{
    /// <summary>Entries read at once.</summary>
    private const int Stretch = 500;

    private readonly Lock _appending = new();
    private AuditEntry? _last;

    /// <summary>Gives facts their place in the chain, and stores them together with what they are about; null: that was refused, and so nothing
    /// is stored.</summary>
    /// <param name="tryStore">Stores all or nothing; false: the number is taken, or something else that is to be stored.</param>
    public AuditEntry? Append(AuditFacts facts, Func<AuditEntry, bool> tryStore)
    {
        lock (_appending)
        {
            try
            {
                _last ??= Latest();
                while (true)
                {
                    var entry = Next(facts);
                    if (tryStore(entry))
                    {
                        return _last = entry;
                    }

                    var latest = Latest();
                    if (latest?.Number == _last?.Number)
                    {
                        return null;
                    }

                    _last = latest;
                }
            }
            catch (DbException e)
            {
                throw new CustomersUnavailableException(
                    Unavailability.Storage, $"The audit trail could not be written: {e.Message}", TimeSpan.FromSeconds(1), e);
            }
        }
    }

    /// <summary>Recomputes the whole chain, and lays the documents beside what was noted of them.</summary>
    public async ValueTask<AuditCheck> Check(CancellationToken ct)
    {
        var (count, head) = (0L, AuditEntry.NoHash);
        var versions = new HashSet<int>();
        while (true)
        {
            var after = count;
            var entries = await readers.Run(reader => reader.Audit(after, Stretch)).WaitAsync(ct);
            foreach (var entry in entries)
            {
                var problem = entry.Number != count + 1 ? $"entry {count + 1} is missing"
                    : entry.Previous != head ? "it doesn't name the entry before it"
                    : entry.Hash != entry.ComputeHash() ? "it is not what was written"
                    : await CheckDocument(entry, versions, ct);
                if (problem is not null)
                {
                    return new AuditCheck(count, head, entry.Number, problem);
                }

                (count, head) = (entry.Number, entry.Hash);
            }

            if (entries.Count < Stretch)
            {
                break;
            }
        }

        if ((await readers.Run(reader => reader.LastAudit()).WaitAsync(ct))?.Number is { } last && last > count)
        {
            return new AuditCheck(count, head, count + 1, $"entry {count + 1} is missing");
        }

        var unknown = (await readers.Run(reader => reader.PlaybookVersions()).WaitAsync(ct)).FirstOrDefault(version => !versions.Contains(version.Version));
        return new AuditCheck(count, head, null, unknown is null ? null : $"playbook {unknown.Version} came into force without an entry");
    }

    private async ValueTask<string?> CheckDocument(AuditEntry entry, HashSet<int> versions, CancellationToken ct)
    {
        var document = entry.Step switch
        {
            AuditStep.Drafted => await readers.Run(reader => reader.Draft(entry.Number)).WaitAsync(ct),
            AuditStep.Published or AuditStep.RolledBack or AuditStep.Adopted =>
                versions.Add(entry.Version) ? (await readers.Run(reader => reader.Playbook(entry.Version)).WaitAsync(ct))?.Document : null,
            _ => [],
        };
        return document is [] || (document is not null && HashOf(document) == entry.Document) ? null : "the document is not the one that it is about";
    }

    public static string HashOf(ReadOnlySpan<byte> document) => Convert.ToHexStringLower(SHA256.HashData(document));

    private AuditEntry? Latest() => readers.Run(reader => reader.LastAudit()).GetAwaiter().GetResult();

    private AuditEntry Next(AuditFacts facts)
    {
        var number = (_last?.Number ?? 0) + 1;
        var entry = new AuditEntry(
            number,
            Instant.From(time.GetUtcNow()),
            facts.Person,
            facts.Step,
            facts.Draft ?? number,
            facts.Version,
            facts.Passed,
            facts.Document,
            facts.Detail,
            _last?.Hash ?? AuditEntry.NoHash,
            "");
        return entry with { Hash = entry.ComputeHash() };
    }
}
