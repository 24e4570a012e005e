using SegmentOfOne.Domain.Playbooks;

namespace SegmentOfOne.Domain.Tests;

public sealed class RequestRulesTests
{
    private static readonly TurnRequest Good = new()
    {
        Customer = Lives.Someone,
        Id = "i1",
        Type = "page_viewed",
        Channel = "web",
        OccurredAt = Time.Start,
        Properties = Properties.Of(("text", "tabs\tand\r\nlines, 😀 and ß"), ("number", 1.5), ("truth", true)),
        Placements = ["home_hero"],
    };

    private static readonly TurnRequest Question = new() { Customer = Lives.Someone, Channel = "web", Placements = ["home_hero"] };

    public static TheoryData<string, RefusalCode> Faults() => new()
    {
        { "no customer", RefusalCode.CustomerMissing },
        { "no kind", RefusalCode.CustomerMissing },
        { "no value", RefusalCode.CustomerMissing },
        { "a value of 257 bytes", RefusalCode.IdentifierTooLong },
        { "a kind of 65 bytes", RefusalCode.IdentifierTooLong },
        { "a value with a line feed", RefusalCode.InvalidText },
        { "no id", RefusalCode.InteractionIdMissing },
        { "an id of 10 KB", RefusalCode.TooLong },
        { "an id of 65 two-byte letters", RefusalCode.TooLong },
        { "an id with half a surrogate pair", RefusalCode.InvalidText },
        { "an id with a replacement character", RefusalCode.InvalidText },
        { "no type", RefusalCode.TypeMissing },
        { "a type of 65 bytes", RefusalCode.TooLong },
        { "a type with a zero byte", RefusalCode.InvalidText },
        { "a channel of 65 bytes", RefusalCode.TooLong },
        { "a channel with a tab", RefusalCode.InvalidText },
        { "six minutes ahead", RefusalCode.InTheFuture },
        { "in 1969", RefusalCode.TooOld },
        { "money beyond the bound", RefusalCode.AmountTooLarge },
        { "10,000 properties", RefusalCode.TooManyProperties },
        { "a property without a name", RefusalCode.PropertyNameMissing },
        { "a property's name of 65 bytes", RefusalCode.TooLong },
        { "a property's name with a control character", RefusalCode.InvalidText },
        { "not a number", RefusalCode.NumberNotFinite },
        { "infinity", RefusalCode.NumberNotFinite },
        { "a text of 4097 bytes", RefusalCode.TooLong },
        { "a text that ends in half a surrogate pair", RefusalCode.InvalidText },
        { "a text with a delete character", RefusalCode.InvalidText },
        { "20 KB of properties", RefusalCode.PropertiesTooLarge },
        { "17 placements", RefusalCode.TooManyPlacements },
        { "an unknown placement", RefusalCode.UnknownPlacement },
        { "a placement with a broken name", RefusalCode.InvalidText },
        { "a placement of another channel", RefusalCode.PlacementNotOnChannel },
        { "a question about nothing", RefusalCode.NothingAsked },
        { "a question with an id of 129 bytes", RefusalCode.TooLong },
        { "a question with a broken channel", RefusalCode.InvalidText },
    };

    [Theory]
    [MemberData(nameof(Faults))]
    public void Bad_input_changes_nothing(string fault, RefusalCode code)
    {
        var customer = new LivingCustomer(Playbook.Default);
        customer.Answer(Good with { Id = "before" }, Time.Start);
        var (bytes, turns) = (customer.Bytes, customer.Turns.Count);

        customer.Ask(Bad(fault), Time.Start).ShouldBeOfType<TurnOutcome.Refused>().Refusal.Code.ShouldBe(code);

        customer.Bytes.ShouldBe(bytes);
        customer.Turns.Count.ShouldBe(turns);
    }

    [Fact]
    public void Every_reason_to_refuse_is_tried_here_and_has_a_public_name()
    {
        var tried = Faults().Select(row => (RefusalCode)row[1]).Distinct().Order();

        // Who was erased is known to the engine alone; who doesn't want to be tracked has tests of its own.
        tried.ShouldBe(Enum.GetValues<RefusalCode>().Except([RefusalCode.CustomerErased, RefusalCode.DoNotTrack]));
        RefusalCode.InteractionIdMissing.Name().ShouldBe("interaction_id_missing");
        RefusalCode.TooOld.Name().ShouldBe("too_old");
    }

    [Fact]
    public void What_is_just_within_the_limits_is_taken()
    {
        var request = Good with
        {
            Customer = new Identifier(new string('k', 64), new string('ß', 128)),
            Id = new string('i', 128),
            Type = new string('t', 64),
            Channel = new string('c', 64),
            OccurredAt = Time.Start + TimeSpan.FromMinutes(5),
            Properties = Properties.Of([.. Enumerable.Range(0, 64).Select(i => ($"{i}", (PropertyValue)new string('v', 200)))]),
            Placements = [.. Enumerable.Repeat("home_hero", 16)],
        };
        RequestRules.Check(request, Playbook.Default, Time.Start).ShouldBeNull();
        RequestRules.Check(request with { OccurredAt = Instant.Epoch }, Playbook.Default, Time.Start).ShouldBeNull();
        RequestRules.Check(Question, Playbook.Default, Time.Start).ShouldBeNull();
    }

    private static TurnRequest Bad(string fault) => fault switch
    {
        "no customer" => Good with { Customer = null! },
        "no kind" => Good with { Customer = new Identifier("", "42") },
        "no value" => Good with { Customer = new Identifier("user_id", "") },
        "a value of 257 bytes" => Good with { Customer = new Identifier("user_id", new string('v', 257)) },
        "a kind of 65 bytes" => Good with { Customer = new Identifier(new string('k', 65), "42") },
        "a value with a line feed" => Good with { Customer = new Identifier("user_id", "4\n2") },
        "no id" => Good with { Id = "" },
        "an id of 10 KB" => Good with { Id = new string('i', 10_240) },
        "an id of 65 two-byte letters" => Good with { Id = new string('ß', 65) },
        "an id with half a surrogate pair" => Good with { Id = "a\uD83D" + "b" },
        "an id with a replacement character" => Good with { Id = "a\uFFFDb" },
        "no type" => Good with { Type = "" },
        "a type of 65 bytes" => Good with { Type = new string('t', 65) },
        "a type with a zero byte" => Good with { Type = "page\0viewed" },
        "a channel of 65 bytes" => Good with { Channel = new string('c', 65) },
        "a channel with a tab" => Good with { Channel = "we\tb" },
        "six minutes ahead" => Good with { OccurredAt = Time.Start + TimeSpan.FromMinutes(6) },
        "in 1969" => Good with { OccurredAt = new Instant(-1) },
        "money beyond the bound" => With("total", "1000000000000.01") with { Type = "order_completed" },
        "10,000 properties" => Good with { Properties = Properties.Of([.. Enumerable.Range(0, 10_000).Select(i => ($"p{i}", (PropertyValue)i))]) },
        "a property without a name" => With("", 1),
        "a property's name of 65 bytes" => With(new string('n', 65), 1),
        "a property's name with a control character" => With("na\u0001me", 1),
        "not a number" => With("n", double.NaN),
        "infinity" => With("n", double.NegativeInfinity),
        "a text of 4097 bytes" => With("n", new string('v', 4097)),
        "a text that ends in half a surrogate pair" => With("n", "ab\uD83D"),
        "a text with a delete character" => With("n", "a\u007Fb"),
        "20 KB of properties" => Good with { Properties = Properties.Of([.. "abcde".Select(name => ($"{name}", (PropertyValue)new string('v', 4000)))]) },
        "17 placements" => Good with { Placements = [.. Enumerable.Repeat("home_hero", 17)] },
        "an unknown placement" => Good with { Placements = ["home_hero", "moon"] },
        "a placement with a broken name" => Good with { Placements = ["ho\nme"] },
        "a placement of another channel" => Good with { Placements = ["store_associate"] },
        "a question about nothing" => Question with { Placements = [] },
        "a question with an id of 129 bytes" => Question with { Id = new string('i', 129) },
        "a question with a broken channel" => Question with { Channel = "\uDC00" },
        _ => throw new ArgumentException(fault),
    };

    private static TurnRequest With(string name, PropertyValue value) => Good with { Properties = Properties.Of((name, value)) };
}
