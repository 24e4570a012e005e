using System.Collections.Frozen;
using System.Text;

namespace SegmentOfOne.Domain.Zones;

/// <summary>
/// The time zones of the world by their IANA names, out of a table that lies in this assembly: what is decided doesn't depend on the
/// machine's own table, which differs from one to another and is missing on some. What a turn read here is recorded with the turn
/// (<see cref="OffsetAdopted"/>), so a later table changes no receipt.
/// </summary>
public static class ZoneTable
{
    private static readonly FrozenDictionary<string, Zone> Zones = Read();

    /// <summary>The zone that no one lives in.</summary>
    public const string Utc = "Etc/UTC";

    /// <summary>The names, in no order.</summary>
    public static IEnumerable<string> Names => Zones.Keys;

    /// <summary>Whether this is the name of a zone. Names are compared as they are written.</summary>
    public static bool Has(string name) => Zones.ContainsKey(name);

    /// <summary>Minutes east of UTC at a time; false for a name that isn't in the table. Before 2010 it is as in 2010.</summary>
    public static bool TryOffset(string name, Instant at, out int minutes)
    {
        var known = Zones.TryGetValue(name, out var zone);
        minutes = known ? zone!.OffsetAt(at) : 0;
        return known;
    }

    private static FrozenDictionary<string, Zone> Read()
    {
        var zones = new Dictionary<string, Zone>(StringComparer.Ordinal);
        foreach (var line in Encoding.UTF8.GetString(Resource.Bytes("zones.txt")).Split('\n', StringSplitOptions.RemoveEmptyEntries))
        {
            if (line[0] == '#')
            {
                continue;
            }

            var fields = line.Split('|');
            var zone = Zone.Read(fields[1], fields[2], fields[3]);
            foreach (var name in fields[0].Split(' '))
            {
                zones.Add(name, zone);
            }
        }

        return zones.ToFrozenDictionary(StringComparer.Ordinal);
    }
}
