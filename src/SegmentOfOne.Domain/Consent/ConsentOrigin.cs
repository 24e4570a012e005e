namespace SegmentOfOne.Domain.Consent;

/// <summary>Where a statement comes from. What isn't known is empty; null stands for an origin of which nothing is known.</summary>
/// <param name="Source">Where it was said: a form, a shop, else the channel of the interaction; at most <see cref="Limits.ConsentTextLength"/> characters.</param>
/// <param name="Proof">A reference to what proves it, such as a document's id; at most <see cref="Limits.ConsentProofLength"/> characters.</param>
/// <param name="PolicyVersion">The version of the terms it was said to; at most <see cref="Limits.ConsentTextLength"/> characters.</param>
public sealed record ConsentOrigin(string Source, string Proof, string PolicyVersion)
{
    /// <summary>Null where all are empty.</summary>
    internal static ConsentOrigin? Of(string source, string proof, string policyVersion) =>
        source.Length + proof.Length + policyVersion.Length == 0 ? null : new ConsentOrigin(source, proof, policyVersion);

    /// <summary>An order in which no two are equal, so that of two statements that say the same it never matters which came first.</summary>
    internal static int Compare(ConsentOrigin? a, ConsentOrigin? b)
    {
        if (a is null || b is null)
        {
            return (a is null ? 0 : 1) - (b is null ? 0 : 1);
        }

        return string.CompareOrdinal(a.Source, b.Source) is var source and not 0 ? source
            : string.CompareOrdinal(a.Proof, b.Proof) is var proof and not 0 ? proof
            : string.CompareOrdinal(a.PolicyVersion, b.PolicyVersion);
    }
}
