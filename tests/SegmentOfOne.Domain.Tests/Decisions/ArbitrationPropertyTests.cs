using System.Globalization;
using System.Text.Json.Nodes;
using FsCheck;
using FsCheck.Fluent;
using SegmentOfOne.Domain.Tests.Contact;

namespace SegmentOfOne.Domain.Tests.Decisions;

/// <summary>Arbitration leaves out what can't win; the winner must be the one that asking everything gives.</summary>
public sealed class ArbitrationPropertyTests
{
    /// <summary>A weight or lever in percent that counts where the request has the property (null: always).</summary>
    private sealed record Push(string? Property, int Percent)
    {
        public string? When => Property is null ? null : $"has('{Property}')";

        public double Factor(string has) => Property is null || has.Contains(Property, StringComparison.Ordinal) ? 1 + Percent / 100.0 : 1;
    }

    /// <param name="Needs">A property that the request must have; null: none.</param>
    private sealed record Contender(int Tenths, int Value, string? Needs, IReadOnlyList<Push> Context, IReadOnlyList<Push> Levers, string? TreatedWith)
    {
        public bool Passes(string has) => (Needs is null || has.Contains(Needs, StringComparison.Ordinal))
            && (TreatedWith is null || has.Contains(TreatedWith, StringComparison.Ordinal));

        public double Priority(string has) =>
            Tenths / 10.0 * Context.Aggregate(1.0, (c, push) => c * push.Factor(has)) * Value * Levers.Aggregate(1.0, (l, push) => l * push.Factor(has));
    }

    private static Gen<string?> MaybeProperty => Gen.Elements(null, "x", "y", "z");

    private static Gen<Push> AnyPush(bool always) =>
        from property in always ? MaybeProperty : Gen.Elements<string?>("x", "y", "z")
        from percent in Gen.Elements(-100, -60, -1, 0, 1, 7, 50, 300)
        select new Push(property, percent);

    private static Gen<Contender> AnyContender { get; } =
        from tenths in Gen.Choose(0, 10)
        from value in Gen.Choose(0, 6)
        from needs in MaybeProperty
        from context in Gen.Choose(0, 4).SelectMany(count => Gen.ListOf(AnyPush(always: false), count))
        from levers in Gen.Choose(0, 3).SelectMany(count => Gen.ListOf(AnyPush(always: true), count))
        from treated in MaybeProperty
        select new Contender(tenths, value, needs, [.. context], [.. levers], treated);

    [Fact]
    public void The_highest_priority_of_those_that_pass_wins_whatever_was_left_out()
    {
        Property.Holds(Gen.ListOf(AnyContender, 12), contenders =>
        {
            var playbook = Variant.WithActions([.. contenders.Select(Json)]);
            foreach (var has in (string[])["", "x", "y", "xz", "xyz"])
            {
                var customer = new LivingCustomer(playbook);
                var before = customer.State;
                var done = customer.Ask(
                    new TurnRequest
                    {
                        Customer = Lives.Someone,
                        Channel = "web",
                        Placements = ["account"],
                        Properties = Properties.Of([.. has.Select(name => (name.ToString(), PropertyValue.Of(true)))]),
                    },
                    Time.Start).ShouldBeOfType<TurnOutcome.Done>();
                var best = contenders.Select((contender, i) => (contender, i)).Where(each => each.contender.Passes(has))
                    .OrderByDescending(each => each.contender.Priority(has)).ThenBy(each => each.i).FirstOrDefault();
                done.Reply.Decisions.Single().Action.ShouldBe(best.contender is null ? null : IdOf(best.i));
                Customer.Explain(before, done.Turn, 0, playbook).Action.ShouldBe(done.Reply.Decisions.Single().Action);
            }
        });
    }

    private static string IdOf(int place) => string.Create(CultureInfo.InvariantCulture, $"a{place:00}");

    private static JsonNode Json(Contender contender, int place) => new JsonObject
    {
        ["id"] = IdOf(place),
        ["purpose"] = "inform",
        ["placements"] = new JsonArray("account"),
        ["applicable"] = contender.Needs is { } needed ? $"has('{needed}')" : null,
        ["propensity"] = contender.Tenths / 10m,
        ["value"] = contender.Value,
        ["context"] = new JsonArray([.. contender.Context.Select(push => new JsonObject { ["when"] = push.When, ["percent"] = push.Percent })]),
        ["levers"] = new JsonObject(contender.Levers.Select((push, i) => KeyValuePair.Create<string, JsonNode?>(
            $"l{i}", new JsonObject { ["when"] = push.When, ["percent"] = push.Percent }.WithoutNulls()))),
        ["treatments"] = contender.TreatedWith is { } treated
            ? new JsonArray(new JsonObject { ["id"] = "t", ["when"] = $"has('{treated}')", ["content"] = new JsonObject { ["title"] = "T" } })
            : null,
    }.WithoutNulls();
}
