using System.Runtime.InteropServices;
using SegmentOfOne.Domain;
using SegmentOfOne.Engine.Vault;

namespace SegmentOfOne.Engine.Residents;

/// <summary>What the index knows of a customer in memory. No managed object stands for a customer at rest.</summary>
[StructLayout(LayoutKind.Sequential, Pack = 8)]
internal struct Resident
{
    /// <summary>The <see cref="Due"/> of a customer that time alone brings nothing to.</summary>
    public const long Never = long.MaxValue;

    public CustomerKey Key;

    /// <summary>The last turn, durable or on its way.</summary>
    public long Version;

    /// <summary>The turn before the earliest of the tail: what the store has, or had at least when the tail was recovered from the journal.</summary>
    public long Saved;

    /// <summary>When to look at it, in milliseconds since 1970: nothing is due before. <see cref="Never"/> also where it isn't known, or is being
    /// looked at. Changed by <see cref="Shard.SetDue"/> alone.</summary>
    public long Due;

    /// <summary>Slot of the state at <see cref="Version"/>; 0: to be read from the store and folded with the tail.</summary>
    public uint State;

    /// <summary>Slot of the latest turn that the store doesn't have, whose <see cref="TailTurn.Next"/> is the earliest: a ring.
    /// 0: the store has everything.</summary>
    public uint Tail;

    /// <summary>When it was last touched, in seconds of the process.</summary>
    public uint Touched;

    public ResidentFlags Flags;

    /// <summary>The customer's key: kept in the vault, or on its way there with a turn of the tail. None: it is asked for when it is needed.</summary>
    public CustomerSecret Secret;
}

[Flags]
internal enum ResidentFlags : uint
{
    None = 0,

    /// <summary>The place in the table is taken.</summary>
    Taken = 1,

    /// <summary>It waits for a checkpoint, or is in one.</summary>
    Queued = 2,

    /// <summary>A checkpoint could not save it because of damage: its turns stay in the journal, and it takes no more.</summary>
    SetAside = 4,

    /// <summary>It is in a checkpoint.</summary>
    Saving = 8,

    /// <summary>Its tail has turns without a note of every id that left by them: a checkpoint must fold to know.</summary>
    Unnoted = 16,

    /// <summary>It was given up, so another process may have had turns since. A turn finds out by its commit; a read must look before.</summary>
    Unsure = 32,

    /// <summary>It waits for a checkpoint that shall come soon.</summary>
    Urgent = 256,

    /// <summary>It is being erased: it takes no turns.</summary>
    Erasing = 512,
}

/// <summary>Stands before the bytes of a turn in its slot.</summary>
[StructLayout(LayoutKind.Sequential, Pack = 1)]
internal struct TailTurn
{
    public const int Size = 4 + 8 + 8 + 8 + 1;

    /// <summary>Slot of the turn after this one; of the latest: of the earliest.</summary>
    public uint Next;

    /// <summary>The journal's batch that holds it.</summary>
    public long Position;

    /// <summary>The id that left the recent ones by this turn, and the turn that answered it; 0: none did.</summary>
    public ulong LeftHash;
    public long LeftVersion;

    /// <summary>The bytes are as the journal had them, under the customer's key: nobody has asked for them since the start.</summary>
    public bool IsSealed;
}
