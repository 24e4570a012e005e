using System.Globalization;

namespace SegmentOfOne.LoadTest.Thresholds;

/// <summary>Why a text is no threshold.</summary>
/// <param name="Column">The character where it goes wrong, from 1.</param>
public sealed record ThresholdMistake(int Column, string Message)
{
    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"character {Column}: {Message}");
}
