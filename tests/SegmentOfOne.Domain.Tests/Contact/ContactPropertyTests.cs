using System.Globalization;
using FsCheck;
using FsCheck.Fluent;
using SegmentOfOne.Domain.Decisions;
using SegmentOfOne.Domain.Formats;

namespace SegmentOfOne.Domain.Tests.Contact;

/// <summary>Random shops and random histories against a model that knows nothing of the implementation: no decision ever breaks a cap, a quiet
/// hour, a do-not-contact, the sale share, the recovery lock, or anything else that the domain says of contact; and none is held back without need.</summary>
public sealed class ContactPropertyTests
{
    private const int Stories = 100;
    private const int Steps = 90;

    /// <summary>A time of no change of clocks, then a while before they are put forward, and back.</summary>
    private static readonly Instant[] Beginnings =
        [.. new[] { "2030-06-03T09:00:00Z", "2030-03-01T09:00:00Z", "2030-10-14T09:00:00Z" }
            .Select(text => Instant.From(DateTimeOffset.Parse(text, CultureInfo.InvariantCulture)))];

    private static Gen<LifeStep> AnyStep { get; } =
        from minutes in Gen.Frequency((5, Gen.Choose(0, 40)), (4, Gen.Choose(40, 900)), (1, Gen.Choose(900, 60 * 24 * 12)))
        from kind in Gen.Choose(0, 30)
        from pick in Gen.Choose(0, 1000)
        from late in Gen.Frequency((6, Gen.Constant(0)), (1, Gen.Choose(1, 60 * 24 * 5)))
        from places in Gen.Choose(1, 15)
        select new LifeStep(minutes, kind, pick, late, places);

    private static Gen<(Shop Before, Shop After, Instant Began, List<LifeStep> Steps)> AnyStory { get; } =
        from shops in Shop.Two
        from began in Gen.Elements(Beginnings)
        from steps in Gen.ListOf(AnyStep, Steps)
        select (shops.Before, shops.After, began, steps.ToList());

    [Fact]
    public void No_decision_breaks_what_the_domain_says_of_contact_and_none_is_held_back_without_need()
    {
        var seen = new LifeCounts();
        Property.Holds(AnyStory, story =>
        {
            var life = new ContactLife(story.Before, story.Began, seen);
            foreach (var step in story.Steps.Take(Steps / 2))
            {
                life.Take(step);
            }

            life.Publish(story.After);
            foreach (var step in story.Steps.Skip(Steps / 2))
            {
                life.Take(step);
            }

            life.ReplayIsLive();
        }, times: Stories);

        // The stories reach what they are told for.
        seen.Chosen.ShouldBeGreaterThan(Stories * 30);
        seen.Nothing.ShouldBeGreaterThan(Stories * 3);
        seen.HeldBack.ShouldBeGreaterThan(Stories * 100);
        seen.Withdrawn.ShouldBeGreaterThan(Stories / 10);
        seen.Overridden.ShouldBeGreaterThan(Stories / 10);
        seen.Repeated.ShouldBeGreaterThan(Stories / 2);
    }
}
