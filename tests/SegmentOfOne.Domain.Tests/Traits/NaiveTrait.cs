using SegmentOfOne.Domain.Traits;

namespace SegmentOfOne.Domain.Tests.Traits;

/// <summary>A trait computed from the list of all that happened.</summary>
internal sealed class NaiveTrait(TraitKind kind, long window, IReadOnlyList<(PropertyValue Value, Instant At)> happened)
{
    /// <summary>A number, a value, or null when there is none.</summary>
    public object? At(Instant at)
    {
        var within = happened.Where(each => IsWithin(each.At, at)).ToList();
        var different = within.Select(each => each.Value).Distinct().ToList();
        return kind switch
        {
            TraitKind.Count => (object)(double)within.Count,
            TraitKind.Sum => (double)within.Sum(each => (decimal)each.Value.Number),
            TraitKind.Distinct => (double)Math.Min(different.Count, 64),
            _ when within.Count == 0 => default(object?),
            TraitKind.Last => within.Where(each => each.At == within.Max(other => other.At)).Select(each => each.Value).OrderBy(InOrder).Last(),
            TraitKind.First => within.Where(each => each.At == within.Min(other => other.At)).Select(each => each.Value).OrderBy(InOrder).First(),
            TraitKind.MostFrequent => different
                .OrderByDescending(value => within.Count(each => each.Value == value))
                .ThenByDescending(value => within.Where(each => each.Value == value).Max(each => each.At))
                .ThenBy(InOrder)
                .First(),
            _ => throw new ArgumentOutOfRangeException(nameof(at)),
        };
    }

    /// <summary>Kinds in their order, numbers by size, texts by their characters.</summary>
    private static (PropertyKind Kind, double Number, string Text) InOrder(PropertyValue value) =>
        (value.Kind, value.Truth ? 1 : value.Number, string.Concat(value.Text.Select(unit => ((int)unit).ToString("x4"))));

    private bool IsWithin(Instant happenedAt, Instant at)
    {
        if (window == 0)
        {
            return true;
        }

        var width = (long)Math.Ceiling(window / 32m);
        var counted = kind == TraitKind.Last ? happenedAt.UnixMilliseconds : (long)Math.Floor((decimal)happenedAt.UnixMilliseconds / width) * width;
        return counted > at.UnixMilliseconds - window;
    }
}
