using SegmentOfOne.Domain.Playbooks;

namespace SegmentOfOne.Domain.Tests.Journeys;

/// <summary>A customer whose journeys are looked at: what they did turn by turn, as short words.</summary>
internal sealed class JourneyLife(Playbook playbook)
{
    private int told;

    public LivingCustomer Customer { get; } = new(playbook);

    /// <summary>Tells an interaction; when it happened is now, or so many hours before.</summary>
    public string[] Tell(double hour, string type, double hoursAgo = 0, params (string Name, PropertyValue Value)[] properties)
    {
        var before = Customer.Turns.Count;
        Customer.Answer(Request(type) with { OccurredAt = Time.Hour(hour - hoursAgo), Properties = Properties.Of(properties) }, Time.Hour(hour));
        return Since(before);
    }

    public TurnReply Ask(double hour, string type, params string[] placements) =>
        Customer.Answer(Request(type) with { Placements = [.. placements] }, Time.Hour(hour));

    /// <summary>Lives on to an hour, woken for all that is due until then.</summary>
    public string[] Live(double hour)
    {
        var before = Customer.Turns.Count;
        Customer.LiveUntil(Time.Hour(hour));
        return Since(before);
    }

    public static string Words(Fact fact) => fact switch
    {
        JourneyEntered entered => $"{Hour(entered.At)} {entered.Journey} {entered.Run} entered" + (entered.Key.Length > 0 ? $" for {entered.Key}" : ""),
        JourneyStepped stepped => $"{Hour(stepped.At)} {stepped.Journey} {stepped.Run} {stepped.From}>{stepped.To}",
        JourneyMoved moved => $"{Hour(moved.At)} {moved.Journey} {moved.Run} moved {moved.FromPlaybook}>{moved.Playbook} {moved.From}>{moved.To}",
        JourneyLeft left => $"{Hour(left.At)} {left.Journey} {left.Run} {left.End} by {left.Rule} at {left.Step} after {left.Lasted / 3_600_000.0:0.##}",
        JourneyBarred barred => $"{Hour(barred.At)} {barred.Journey} barred by {barred.Rule}",
        Decided { AskedBy: { } ask } decided => $"decided {decided.Placement} on {ask.Channel}: {decided.Action ?? "nothing"}",
        MessageLeft left => $"message {left.Index} {left.Kind} to {left.Receiver} of {left.Step}" + (left.Decision is { } decision ? $" with decision {decision}" : ""),
        TraitSet set => $"{set.Trait} is {set.Value}",
        _ => "",
    };

    private string[] Since(int turns) =>
        [.. Customer.Story.Skip(turns).SelectMany(turn => turn.Facts).Select(Words).Where(words => words.Length > 0)];

    private TurnRequest Request(string type) =>
        new() { Customer = Lives.Someone, Id = $"{++told}", Type = type, Channel = "web" };

    private static string Hour(Instant at) => FormattableString.Invariant($"{(at - Time.Start).TotalHours:0.####}");
}
