using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using SegmentOfOne.Engine.Outbox;
using SegmentOfOne.Engine.Vault;

namespace SegmentOfOne.Engine;

/// <summary>Settings of a home. Only where it stands has no default: <see cref="DataFolder"/> or <see cref="Database"/>.</summary>
public sealed record EngineOptions
{
    /// <summary>Where journal.db and customers.db live; made when it isn't there. Null: on <see cref="Database"/>.</summary>
    public string? DataFolder { get; init; }

    /// <summary>Null: in <see cref="DataFolder"/>.</summary>
    public SharedDatabase? Database { get; init; }

    /// <summary>What certificates call the company or brand whose customers live here.</summary>
    public string Workspace { get; init; } = CustomerKeys.Workspace;

    public TimeProvider Time { get; init; } = TimeProvider.System;

    /// <summary>Nobody is woken when something becomes due, but by <see cref="CustomerHome.WakeDue"/>: for a time that stands until somebody
    /// moves it.</summary>
    public bool WakesByHand { get; init; }

    public ILogger Log { get; init; } = NullLogger.Instance;

    /// <summary>A playbook to publish at start when it differs from the one in force; null: what is in force, and at the very first start the default.</summary>
    public ReadOnlyMemory<byte>? Playbook { get; init; }

    /// <summary>Given each playbook before it is stored, comes into force or is handed out: for whoever has to make something ready for its turns.
    /// Where it throws, nothing comes of that playbook. Called from any thread, also more than once for one version.</summary>
    public Action<Domain.Playbooks.Playbook> Prepare { get; init; } = _ => { };

    /// <summary>Who drafts a playbook can't approve it.</summary>
    public bool TwoPersons { get; init; } = true;

    /// <summary>Memory for resident customers, outside the collected heap. Default: a third of what the process may use.</summary>
    public long MemoryBudgetBytes { get; init; } = Math.Max(256L << 20, GC.GetGCMemoryInfo().TotalAvailableMemoryBytes / 3);

    /// <summary>Memory for the interaction ids of customers in memory who have had more than some thousand: 2 to 4 bytes an id, in the collected
    /// heap. Beyond, those who were longest not asked about are let go; the store is asked about each new id of theirs then.</summary>
    public long MaxIdBytes { get; init; } = 64L << 20;

    /// <summary>A customer untouched for so long leaves memory.</summary>
    public TimeSpan IdleAfter { get; init; } = TimeSpan.FromMinutes(30);

    /// <summary>Turns that may wait for their commit; beyond, new ones are refused as overloaded.</summary>
    public int MaxPendingTurns { get; init; } = 32_768;

    /// <summary>Bytes of turns that may wait for their commit.</summary>
    public long MaxPendingBytes { get; init; } = 64L << 20;

    /// <summary>Bytes of turns that may be durable in the journal only, at most a quarter of the memory budget; beyond, new ones are
    /// refused as overloaded.</summary>
    public long MaxUnsavedBytes { get; init; } = 512L << 20;

    /// <summary>How often it is found anew where the percentiles lie that segments go by.</summary>
    public TimeSpan RankEvery { get; init; } = TimeSpan.FromMinutes(5);

    /// <summary>How long a turn may be durable in the journal only while load is low.</summary>
    public TimeSpan CheckpointAfter { get; init; } = TimeSpan.FromMilliseconds(500);

    /// <summary>Where the keys are under which customers are stored.</summary>
    public VaultOptions Vault { get; init; } = new();

    /// <summary>Where messages go that left, and how.</summary>
    public OutboxOptions Outbox { get; init; } = new();
}
