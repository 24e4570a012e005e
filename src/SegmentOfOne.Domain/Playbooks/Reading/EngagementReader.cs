namespace SegmentOfOne.Domain.Playbooks.Reading;

internal static class EngagementReader
{
    private const double SmallestKappa = 0.001;
    private const double MostPoints = 200;
    private const double BlendTolerance = 1e-9;

    private static readonly TimeSpan ShortestWithin = TimeSpan.FromMinutes(1);
    private static readonly TimeSpan LongestWithin = TimeSpan.FromDays(30);

    public static EngagementRules Read(PlaceObject engagement) => new(
        Score(engagement, "involvement"),
        Score(engagement, "interaction"),
        Score(engagement, "intimacy"),
        Score(engagement, "influence"),
        Blend(engagement),
        Shift(engagement.Object("shift", FieldList.Shift)));

    private static ScoreRule Score(PlaceObject engagement, string name)
    {
        var score = engagement.Object(name, FieldList.Score);
        return new ScoreRule(
            score.Duration("half_life", PlaybookLimits.ShortestHalfLife, PlaybookLimits.LongestDuration),
            score.Number("kappa", SmallestKappa, PlaybookLimits.Kappa));
    }

    private static BlendRule Blend(PlaceObject engagement)
    {
        var parts = engagement.Object("blend", FieldList.Blend);
        var blend = new BlendRule(
            parts.Number("involvement", 0, 1), parts.Number("interaction", 0, 1), parts.Number("intimacy", 0, 1), parts.Number("influence", 0, 1));
        var sum = blend.Involvement + blend.Interaction + blend.Intimacy + blend.Influence;
        if (Math.Abs(sum - 1) > BlendTolerance)
        {
            engagement["blend"]?.Mistake(PlaybookErrorCode.InvalidBlend, FormattableString.Invariant($"The four parts must add up to 1; these add up to {sum}."));
        }

        return blend;
    }

    private static ShiftRule Shift(PlaceObject shift) => new(
        shift.Number("points", 1, MostPoints), shift.Duration("within", ShortestWithin, LongestWithin));
}
