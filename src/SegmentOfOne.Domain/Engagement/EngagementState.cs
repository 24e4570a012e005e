using System.Runtime.InteropServices;
using SegmentOfOne.Domain.Playbooks;
using SegmentOfOne.Domain.Playbooks.Language;

namespace SegmentOfOne.Domain.Engagement;

/// <summary>The slice of a customer that the four I's are made of: five accumulators and the samples that show a shift of Intimacy.</summary>
public sealed class EngagementState
{
    private readonly List<ShiftSample> samples = [];

    /// <summary>With what it is folded; the default before the first turn.</summary>
    public Measures Measures { get; internal set; }

    public Accumulator Involvement { get; internal set; }

    public Accumulator Interaction { get; internal set; }

    public Accumulator Liked { get; internal set; }

    public Accumulator Disliked { get; internal set; }

    public Accumulator Influence { get; internal set; }

    /// <summary>Intimacy around each turn that moved it, within the shift window; in order of time.</summary>
    public ReadOnlySpan<ShiftSample> Samples => CollectionsMarshal.AsSpan(samples);

    /// <summary>The scores at a time, with the κ and blend of a playbook and the half-lives that the customer is folded with.</summary>
    public Scores Scores(EngagementRules rules, Instant at)
    {
        var involvement = InvolvementAt(rules, at);
        var interaction = InteractionAt(rules, at);
        var intimacy = Intimacy(rules.Intimacy.Kappa, at);
        var influence = InfluenceAt(rules, at);
        return new Scores(
            involvement, interaction, intimacy, influence, Blend(rules.Blend, involvement, interaction, intimacy, influence), Advocacy(influence, intimacy));
    }

    /// <summary>What a score can be over a stretch. Each of the four goes towards 0 all the time, and so does Advocacy.</summary>
    internal Bounds Over(RankedScore score, in Stretch stretch)
    {
        var (rules, from, to) = (stretch.Rules, stretch.From, stretch.To);
        switch (score)
        {
            case RankedScore.Involvement:
                return Bounds.Between(InvolvementAt(rules, from), InvolvementAt(rules, to));
            case RankedScore.Interaction:
                return Bounds.Between(InteractionAt(rules, from), InteractionAt(rules, to));
            case RankedScore.Intimacy:
                return Bounds.Between(Intimacy(rules.Intimacy.Kappa, from), Intimacy(rules.Intimacy.Kappa, to));
            case RankedScore.Influence:
                return Bounds.Between(InfluenceAt(rules, from), InfluenceAt(rules, to));
            case RankedScore.Engagement:
                var (first, last) = (Scores(rules, from), Scores(rules, to));
                var (low, high) = first.Intimacy >= 0 ? (last, first) : (last with { Intimacy = first.Intimacy }, first with { Intimacy = last.Intimacy });
                return Bounds.Between(
                    Blend(rules.Blend, low.Involvement, low.Interaction, low.Intimacy, low.Influence),
                    Blend(rules.Blend, high.Involvement, high.Interaction, high.Intimacy, high.Influence));
            case RankedScore.Advocacy:
                return Bounds.Between(
                    Advocacy(InfluenceAt(rules, from), Intimacy(rules.Intimacy.Kappa, from)),
                    Advocacy(InfluenceAt(rules, to), Intimacy(rules.Intimacy.Kappa, to)));
            default:
                throw new System.Diagnostics.UnreachableException($"score {score}");
        }
    }

    /// <summary>The largest fall and rise of Intimacy, in points, from the samples within the shift window that ends at a time
    /// to the newest of them. The window starts anew when a shift was acted upon.</summary>
    public (double Fall, double Rise) ShiftAt(Instant at)
    {
        if (samples.Count == 0)
        {
            return (0, 0);
        }

        var since = at.UnixMilliseconds - Measures.ShiftWithin;
        var now = samples[^1].Now;
        int high = now, low = now;
        foreach (var sample in samples)
        {
            if (sample.At.UnixMilliseconds > since)
            {
                high = Math.Max(high, sample.High);
                low = Math.Min(low, sample.Low);
            }
        }

        return ((high - now) / ShiftSample.Steps, (now - low) / ShiftSample.Steps);
    }

    internal void Adopt(Measures measures, Instant clock)
    {
        if (Measures != default)
        {
            Involvement = Age(Involvement, clock, Measures.InvolvementHalfLife);
            Interaction = Age(Interaction, clock, Measures.InteractionHalfLife);
            Liked = Age(Liked, clock, Measures.IntimacyHalfLife);
            Disliked = Age(Disliked, clock, Measures.IntimacyHalfLife);
            Influence = Age(Influence, clock, Measures.InfluenceHalfLife);
        }

        Measures = measures;
    }

    /// <summary>Folds what was earned. A move of Intimacy is sampled at the customer's clock, where it is seen.</summary>
    internal void Earn(EngagementEarned earned, Instant clock)
    {
        if (earned.Involvement != 0)
        {
            Involvement = Involvement.Fold(earned.Involvement, earned.At, Measures.InvolvementHalfLife);
        }

        if (earned.Interaction != 0)
        {
            Interaction = Interaction.Fold(earned.Interaction, earned.At, Measures.InteractionHalfLife);
        }

        if (earned.Influence != 0)
        {
            Influence = Influence.Fold(earned.Influence, earned.At, Measures.InfluenceHalfLife);
        }

        if (earned.Liked == 0 && earned.Disliked == 0)
        {
            return;
        }

        var before = ShiftSample.Round(Intimacy(Measures.IntimacyKappa, clock));
        if (earned.Liked != 0)
        {
            Liked = Liked.Fold(earned.Liked, earned.At, Measures.IntimacyHalfLife);
        }

        if (earned.Disliked != 0)
        {
            Disliked = Disliked.Fold(earned.Disliked, earned.At, Measures.IntimacyHalfLife);
        }

        Sample(new ShiftSample(clock, before, ShiftSample.Round(Intimacy(Measures.IntimacyKappa, clock))));
    }

    /// <summary>After a shift was noticed the window holds no more than the present value, so the same move isn't noticed twice.</summary>
    internal void RestartShift()
    {
        if (samples.Count > 0)
        {
            var last = samples[^1];
            samples.Clear();
            samples.Add(new ShiftSample(last.At, last.Now, last.Now));
        }
    }

    /// <summary>Adds what another customer earned, folded with these measures. What Intimacy was before for the two together nobody knows, so the
    /// window of shifts starts anew.</summary>
    internal void Absorb(EngagementState other, Instant clock)
    {
        Involvement = Sum(Involvement, other.Involvement, Measures.InvolvementHalfLife);
        Interaction = Sum(Interaction, other.Interaction, Measures.InteractionHalfLife);
        Liked = Sum(Liked, other.Liked, Measures.IntimacyHalfLife);
        Disliked = Sum(Disliked, other.Disliked, Measures.IntimacyHalfLife);
        Influence = Sum(Influence, other.Influence, Measures.InfluenceHalfLife);
        samples.Clear();
        if (Liked.Amount != 0 || Disliked.Amount != 0)
        {
            var now = ShiftSample.Round(Intimacy(Measures.IntimacyKappa, clock));
            samples.Add(new ShiftSample(clock, now, now));
        }
    }

    /// <summary>Nothing earned, by the same measures.</summary>
    internal void Forget()
    {
        Involvement = Interaction = Liked = Disliked = Influence = default;
        samples.Clear();
    }

    internal void AddSample(ShiftSample sample) => samples.Add(sample);

    internal void Clear()
    {
        Measures = default;
        Forget();
    }

    private double InvolvementAt(EngagementRules rules, Instant at) =>
        Saturate(Involvement.At(at, Measures.InvolvementHalfLife), rules.Involvement.Kappa);

    private double InteractionAt(EngagementRules rules, Instant at) =>
        Saturate(Interaction.At(at, Measures.InteractionHalfLife), rules.Interaction.Kappa);

    private double InfluenceAt(EngagementRules rules, Instant at) =>
        Saturate(Influence.At(at, Measures.InfluenceHalfLife), rules.Influence.Kappa);

    private static double Blend(BlendRule blend, double involvement, double interaction, double intimacy, double influence) => Math.Clamp(
        blend.Involvement * involvement + blend.Interaction * interaction + blend.Intimacy * intimacy + blend.Influence * influence, 0, 100);

    private static double Advocacy(double influence, double intimacy) => influence == 0 ? 0 : influence * intimacy / 100;

    private static double Saturate(double amount, double kappa) => 100 * (1 - Exp2.Of(-amount / kappa));

    private static Accumulator Sum(Accumulator a, Accumulator b, long halfLife) => b.Amount == 0 ? a : a.Fold(b.Amount, b.Last, halfLife);

    private static Accumulator Age(Accumulator accumulator, Instant clock, long halfLife) =>
        accumulator.Amount == 0 || clock <= accumulator.Last
            ? accumulator
            : new Accumulator(accumulator.At(clock, halfLife), clock);

    private double Intimacy(double kappa, Instant at)
    {
        var liked = Liked.At(at, Measures.IntimacyHalfLife);
        var disliked = Disliked.At(at, Measures.IntimacyHalfLife);
        return 100 * (liked - disliked) / (liked + disliked + kappa);
    }

    private void Sample(ShiftSample sample)
    {
        var since = sample.At.UnixMilliseconds - Measures.ShiftWithin;
        var past = 0;
        while (past < samples.Count && samples[past].At.UnixMilliseconds <= since)
        {
            past++;
        }

        samples.RemoveRange(0, past);
        if (samples.Count == Limits.ShiftSamples)
        {
            JoinNearest();
        }

        samples.Add(sample);
    }

    private void JoinNearest()
    {
        var nearest = 1;
        for (var i = 2; i < samples.Count; i++)
        {
            if (samples[i].At - samples[i - 1].At < samples[nearest].At - samples[nearest - 1].At)
            {
                nearest = i;
            }
        }

        samples[nearest] = samples[nearest].Join(samples[nearest - 1]);
        samples.RemoveAt(nearest - 1);
    }
}
