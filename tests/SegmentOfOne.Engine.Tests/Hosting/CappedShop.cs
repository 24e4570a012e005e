using System.Text.Json;
using System.Text.Json.Nodes;
using SegmentOfOne.Domain;
using SegmentOfOne.Domain.Contact;
using SegmentOfOne.Domain.Playbooks;

namespace SegmentOfOne.Engine.Tests.Hosting;

/// <summary>The default playbook with something to say on every channel at once, whatever the hour, and a cap of three over all of them.</summary>
internal static class CappedShop
{
    public const int Limit = 3;

    public static readonly TimeSpan Window = TimeSpan.FromDays(7);

    /// <summary>How long a touch waits for its report.</summary>
    public static readonly TimeSpan Reserve = TimeSpan.FromHours(1);

    /// <summary>Three of them go out, on the first the customer is here; each waits for a report.</summary>
    public static readonly string[] Placements = ["card", "letter", "ping", "text"];

    /// <summary>The playbook's document.</summary>
    public static ReadOnlyMemory<byte> Source { get; } = Write();

    /// <summary>Counts touches by the words: reserved and not released, or delivered, within the window. Never more than the cap at any turn.</summary>
    /// <returns>How many touches were reserved, ever.</returns>
    public static int Check(IEnumerable<Turn> story)
    {
        var reserved = new List<(long Version, int Index, Instant At)>();
        var reports = new Dictionary<(long, int), TouchReport>();
        var withdrawn = new HashSet<(long, int)>();
        foreach (var turn in story)
        {
            foreach (var fact in turn.Facts)
            {
                if (fact is TouchReported reported)
                {
                    reports[(reported.Version, reported.Index)] = reports.GetValueOrDefault((reported.Version, reported.Index)) | reported.Report;
                }
                else if (fact is TouchWithdrawn stopped)
                {
                    withdrawn.Add((stopped.Version, stopped.Index));
                }
                else if (fact is Decided { Reserved: { } touch } decided && Placements.Contains(decided.Placement))
                {
                    reserved.Count(each => Counts(each, turn.At)).ShouldBeLessThan(Limit, $"turn {turn.Version}");
                    reserved.Add((turn.Version, touch.Index, turn.At));
                }
            }
        }

        return reserved.Count;

        bool Counts((long Version, int Index, Instant At) touch, Instant now)
        {
            var report = reports.GetValueOrDefault((touch.Version, touch.Index));
            var delivered = (report & ~(TouchReport.Delivered | TouchReport.Bounced)) != 0 || report == TouchReport.Delivered;
            var pending = report == TouchReport.None && !withdrawn.Contains((touch.Version, touch.Index)) && now - touch.At < Reserve;
            return now - touch.At < Window && (delivered || pending);
        }
    }

    private static byte[] Write()
    {
        var document = JsonNode.Parse(Playbook.DefaultSource.Span)!;
        document["placements"]!["card"] = new JsonObject { ["reserve"] = "1h" };
        foreach (var (placement, channel) in (ReadOnlySpan<(string, string)>)[("letter", "email"), ("ping", "push"), ("text", "sms")])
        {
            document["placements"]![placement] = new JsonObject { ["direction"] = "outbound", ["channels"] = new JsonArray(channel), ["reserve"] = "1h" };
        }

        foreach (var purpose in (ReadOnlySpan<string>)["inform", "care", "ask"])
        {
            document["actions"]!.AsArray().Add(new JsonObject
            {
                ["id"] = $"{purpose}_everywhere",
                ["purpose"] = purpose,
                ["placements"] = new JsonArray([.. Placements.Select(placement => JsonValue.Create(placement))]),
                ["propensity"] = 0.5,
                ["value"] = 1,
            });
        }

        document["consent"] = new JsonObject();
        document["contact"]!["quiet_hours"] = new JsonArray();
        document["contact"]!["caps"] = new JsonArray(new JsonObject { ["scope"] = "overall", ["limit"] = Limit, ["window"] = "7d" });
        return JsonSerializer.SerializeToUtf8Bytes(document);
    }
}
