namespace SegmentOfOne.Domain.Engagement;

/// <summary>The four I's and what is made of them, at one time. Involvement, Interaction and Influence in [0, 100);
/// Intimacy and Advocacy in (−100, 100); Engagement in [0, 100].</summary>
public readonly record struct Scores(
    double Involvement, double Interaction, double Intimacy, double Influence, double Engagement, double Advocacy);
