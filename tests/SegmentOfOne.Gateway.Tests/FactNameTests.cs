using SegmentOfOne.Domain;

namespace SegmentOfOne.Gateway.Tests;

/// <summary>A story shows every fact, by a name of its own.</summary>
public sealed class FactNameTests
{
    [Fact]
    public void Every_fact_has_a_name_on_the_wire()
    {
        var kinds = typeof(Fact).Assembly.GetTypes().Where(type => type.IsSubclassOf(typeof(Fact)) && !type.IsAbstract).ToList();
        var turn = new Turn(1, default, 1, [.. kinds.Select(kind => (Fact)Any(kind)!)]);
        var names = Wire.ToWire(turn).Facts.Select(fact => fact.Name).ToList();
        kinds.Count.ShouldBeGreaterThan(30);
        names.ShouldBe(kinds.Select(kind => Spelt(kind.Name)));
    }

    [Fact]
    public void A_decision_says_who_asked_for_it()
    {
        var asked = new Decided("email", null, null, 1, 0, 0);
        var turn = new Turn(1, default, 1, [asked, asked with { AskedBy = new Domain.Journeys.JourneyAsk("email", null) }]);
        Wire.ToWire(turn).Facts.Select(fact => fact.Attributes["asked_by"].StringValue).ShouldBe(["caller", "journey"]);
    }

    private static string Spelt(string name) => string.Concat(name.Select((letter, place) => (char.IsUpper(letter) && place > 0 ? "_" : "") + char.ToLowerInvariant(letter)));

    /// <summary>Some value of a type: what it is made of, each likewise.</summary>
    private static object? Any(System.Type type)
    {
        if (type == typeof(string))
        {
            return "x";
        }

        if (type == typeof(Properties))
        {
            return Properties.Empty;
        }

        return type.GetConstructors() is [var maker]
            ? maker.Invoke([.. maker.GetParameters().Select(one => Any(one.ParameterType))])
            : Activator.CreateInstance(type);
    }
}
