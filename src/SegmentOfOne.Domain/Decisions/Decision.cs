using System.Collections.Frozen;
using System.Globalization;

namespace SegmentOfOne.Domain.Decisions;

/// <summary>What to show or say at a placement. <paramref name="Action"/> null: nothing was eligible; its receipt says why.</summary>
/// <param name="Propensity">The probability with which the policy chose this here; 1 while choices are deterministic.</param>
/// <param name="Likelihood">P, the estimated probability that the customer accepts.</param>
/// <param name="Priority">P·C·V·L.</param>
/// <param name="Content">The treatment's text by field; empty without a treatment.</param>
public sealed record Decision(
    string Placement,
    string? Action,
    string? Treatment,
    double Propensity,
    double Likelihood,
    double Priority,
    ReceiptId ReceiptId,
    FrozenDictionary<string, string> Content);

/// <summary>Names the receipt of the decision <paramref name="Index"/> (from 0) of a customer's turn. As text key.version.index.</summary>
public readonly record struct ReceiptId(CustomerKey Key, long Version, int Index)
{
    public static bool TryParse(ReadOnlySpan<char> text, out ReceiptId id)
    {
        id = default;
        Span<Range> parts = stackalloc Range[4];
        if (text.Split(parts, '.') != 3
            || !CustomerKey.TryParse(text[parts[0]], out var key)
            || !long.TryParse(text[parts[1]], NumberStyles.None, CultureInfo.InvariantCulture, out var version)
            || !int.TryParse(text[parts[2]], NumberStyles.None, CultureInfo.InvariantCulture, out var index))
        {
            return false;
        }

        id = new ReceiptId(key, version, index);
        return true;
    }

    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"{Key}.{Version}.{Index}");
}
