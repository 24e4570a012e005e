using System.Text.Json;
using SegmentOfOne.Domain.Playbooks;

namespace SegmentOfOne.Domain.Tests.Playbooks;

/// <summary>Each mistake in a trait, by path and code.</summary>
public sealed class TraitMistakeTests
{
    private const string Views = "\"views\": { \"count\": true, \"of\": [\"viewed\", \"rated\"], \"within\": \"30d\" }";

    /// <summary>What stands for the trait views of the tiny playbook, and the mistakes that follow, one a line.</summary>
    public static TheoryData<string, string> Mistakes => new()
    {
        { "\"of\": [\"viewed\"]", "$.traits.views missing_field" },
        { "", "$.traits.views missing_field" },
        { "\"count\": true", "$.traits.views missing_field" },
        { "\"count\": true, \"of\": []", "$.traits.views.of unreachable" },
        { "\"count\": false, \"of\": [\"viewed\"]", "$.traits.views.count unknown_value" },
        { "\"count\": \"price\", \"of\": [\"viewed\"]", "$.traits.views.count wrong_type" },
        { "\"cuont\": true, \"of\": [\"viewed\"]", "$.traits.views.cuont unknown_field\n$.traits.views missing_field" },
        { "\"count\": true, \"sum\": \"price\", \"of\": [\"viewed\"]", "$.traits.views.sum contradiction" },
        { "\"set\": true, \"count\": true, \"last\": \"x\", \"of\": [\"viewed\"]", "$.traits.views.last contradiction\n$.traits.views.set contradiction" },
        { "\"sum\": true, \"of\": [\"viewed\"]", "$.traits.views.sum wrong_type" },
        { "\"sum\": \"\", \"of\": [\"viewed\"]", "$.traits.views.sum invalid_name" },
        { "\"most_frequent\": \" category\", \"of\": [\"viewed\"]", "$.traits.views.most_frequent invalid_name" },
        { $"\"distinct\": \"{new string('p', 65)}\", \"of\": [\"viewed\"]", "$.traits.views.distinct invalid_name" },
        { "\"count\": true, \"of\": \"viewed\"", "$.traits.views.of wrong_type" },
        { "\"count\": true, \"of\": [\"veiwed\"]", "$.traits.views.of[0] unknown_interaction" },
        { "\"count\": true, \"of\": [\"viewed\", \"viewed\"]", "$.traits.views.of[1] duplicate_name" },
        { "\"count\": true, \"of\": [\"viewed\", 7]", "$.traits.views.of[1] wrong_type" },
        { $"\"count\": true, \"of\": [{string.Join(", ", Enumerable.Repeat("\"viewed\"", 33))}]", "$.traits.views.of too_many\n" + string.Join('\n', Enumerable.Range(1, 31).Select(i => $"$.traits.views.of[{i}] duplicate_name")) },
        { "\"count\": true, \"of\": [\"viewed\"], \"within\": \"1w\"", "$.traits.views.within invalid_duration" },
        { "\"count\": true, \"of\": [\"viewed\"], \"within\": \"3651d\"", "$.traits.views.within invalid_duration" },
        { "\"count\": true, \"of\": [\"viewed\"], \"within\": \"59s\"", "$.traits.views.within out_of_range" },
        { "\"count\": true, \"of\": [\"viewed\"], \"within\": 30", "$.traits.views.within wrong_type" },
        { "\"set\": true, \"of\": [\"viewed\"]", "$.traits.views.of contradiction" },
        { "\"set\": true, \"within\": \"1d\"", "$.traits.views.within contradiction" },
        { "\"set\": true, \"description\": \"a\\u0000b\"", "$.traits.views.description invalid_text" },
    };

    [Theory]
    [MemberData(nameof(Mistakes))]
    public void A_mistake_in_a_trait_is_told_with_its_path(string trait, string mistakes)
    {
        Told(TinyPlaybook.With(Views, $"\"views\": {{ {trait} }}")).ShouldBe(mistakes);
    }

    [Theory]
    [MemberData(nameof(Mistakes))]
    public void What_the_parser_refuses_in_a_trait_the_schema_refuses(string trait, string mistakes)
    {
        string[] beyondSchema = ["unreachable", "of[0] unknown_interaction", "of contradiction", "within contradiction", "invalid_text", "most_frequent invalid_name"];
        if (beyondSchema.Any(mistakes.Contains) || trait.Contains("59s", StringComparison.Ordinal) || trait.Contains("3651d", StringComparison.Ordinal))
        {
            return;
        }

        using var schema = JsonDocument.Parse(Playbook.Schema);
        using var document = JsonDocument.Parse(TinyPlaybook.With(Views, $"\"views\": {{ {trait} }}"));
        new TinySchema(schema.RootElement).Check(document.RootElement).ShouldNotBeEmpty();
    }

    [Theory]
    [InlineData("\"traits\": {", "\"traits\": { \"two words\": { \"set\": true },", "$.traits[\"two words\"] invalid_name")]
    [InlineData("\"traits\": {", "\"traits\": { \"vip\": { \"set\": true },", "$.traits.vip duplicate_field")]
    [InlineData("\"traits\": {", "\"traits\": { \"x\": [],", "$.traits.x wrong_type")]
    [InlineData("\"traits\": {", "\"traits\": [], \"x\": {", "$.x unknown_field\n$.traits wrong_type")]
    public void A_mistake_around_traits_is_told_with_its_path(string text, string replacement, string mistakes)
    {
        Told(TinyPlaybook.With(text, replacement)).ShouldBe(mistakes);
    }

    [Fact]
    public void A_trait_that_has_a_mistake_is_known_all_the_same()
    {
        var json = TinyPlaybook.WithEligible("trait('views') > 1 and trait('views') = 'a'").Replace(Views, "\"views\": {}", StringComparison.Ordinal);
        Told(json).ShouldBe("$.traits.views missing_field");
    }

    [Fact]
    public void There_are_so_many_traits_at_most()
    {
        string Filled(int traits) => TinyPlaybook.With("\"traits\": {", "\"traits\": {" + string.Concat(
            Enumerable.Range(0, traits).Select(i => $"\"t{i}\": {{ \"count\": true, \"of\": [\"viewed\"] }},")));
        Told(Filled(PlaybookLimits.Traits - 7)).ShouldBeEmpty();
        Told(Filled(PlaybookLimits.Traits - 6)).ShouldBe("$.traits too_many");
    }

    [Fact]
    public void Traits_take_so_much_of_a_customer_at_most()
    {
        string Filled(int traits) => TinyPlaybook.With("\"traits\": {", "\"traits\": {" + string.Concat(
            Enumerable.Range(0, traits).Select(i => $"\"t{i}\": {{ \"most_frequent\": \"category\", \"of\": [\"viewed\"], \"within\": \"1h\" }},")));
        Told(Filled(9)).ShouldBeEmpty();
        Told(Filled(10)).ShouldBe("$.traits too_many");
    }

    [Fact]
    public void Traits_are_known_by_name_and_by_the_interactions_they_are_computed_from()
    {
        var playbook = TinyPlaybook.Parse(TinyPlaybook.Json);
        playbook.Traits.Select(trait => trait.Name).ShouldBe(["brands", "favourite", "latest", "origin", "spent", "views", "vip"]);
        playbook.TraitsOf("viewed").Select(trait => trait.Name).ShouldBe(["brands", "favourite", "latest", "origin", "views"]);
        playbook.TraitsOf("rated").Select(trait => trait.Name).ShouldBe(["views"]);
        playbook.TraitsOf("left").ShouldBeEmpty();
        playbook.TryTrait("spent", out var spent).ShouldBeTrue();
        (spent!.Property, spent.Window).ShouldBe(("total", null));
    }

    private static string Told(string json) => string.Join('\n', TinyPlaybook.Read(json).Errors.Select(error => $"{error.Path} {error.Code}"));
}
