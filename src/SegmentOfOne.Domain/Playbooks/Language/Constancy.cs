namespace SegmentOfOne.Domain.Playbooks.Language;

/// <summary>Finds conditions that come out the same whatever happens.</summary>
internal sealed class Constancy(Traces traces)
{
    /// <summary>What a condition always is; null where it depends.</summary>
    public bool? Of(Syntax condition) => condition switch
    {
        NotSyntax not => !Of(not.Operand),
        AllSyntax all => Of(all.Terms, true),
        AnySyntax any => Of(any.Terms, false),
        _ => ReadsNothing(condition) && traces.Parts.TryGetValue(condition, out var part) && part.Node is BooleanNode truth ? truth.Value(default) : null,
    };

    /// <param name="neutral">What each term must be for all of them to be so; one that is otherwise decides.</param>
    private bool? Of(IEnumerable<Syntax> terms, bool neutral)
    {
        bool? all = neutral;
        foreach (var term in terms)
        {
            var each = Of(term);
            if (each == !neutral)
            {
                return each;
            }

            all = each is null ? null : all;
        }

        return all;
    }

    private bool ReadsNothing(Syntax part)
    {
        if (traces.Readings.ContainsKey(part) || part is NameSyntax)
        {
            return false;
        }

        foreach (var inner in part.Parts)
        {
            if (!ReadsNothing(inner))
            {
                return false;
            }
        }

        return true;
    }
}
