using System.Data.Common;
using SegmentOfOne.Domain;

namespace SegmentOfOne.Engine.Access;

/// <summary>
/// Where the keys of one workspace and its access log are kept. Several processes may use one at the same time. Failures are
/// <see cref="DbException"/>. Any thread may call; one at a time gets its turn.
/// </summary>
public interface IAccessStore : IDisposable
{
    /// <summary>Changes when a key was added or revoked. Cheap.</summary>
    (long Keys, long Revoked) Mark();

    /// <summary>Every key ever made, those revoked and expired too, in the order of making.</summary>
    List<AccessKey> Keys();

    void Add(AccessKey key);

    /// <summary>False: there is no such key, or it is revoked already.</summary>
    bool Revoke(string id, Instant at);

    /// <summary>Notes that a key was used by then.</summary>
    void NoteUse(string id, Instant at);

    /// <summary>Adds entries, all or none; false: another process has taken a number of theirs.</summary>
    bool TryAppend(IReadOnlyList<AccessEntry> entries);

    /// <summary>Null: there is none.</summary>
    AccessEntry? LastEntry();

    /// <summary>Entries in order of number.</summary>
    List<AccessEntry> Entries(AccessQuery query);

    /// <summary>Forgets entries from before a time, but for the last one, which the next one names; how many.</summary>
    int Forget(Instant before);
}
