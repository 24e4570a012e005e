namespace SegmentOfOne.Benchmarks.Figures;

/// <summary>Something measured several times that has a target: a ratio of two things, or a quantity of one.</summary>
public interface IFinding
{
    /// <summary>Also the name of the result's files.</summary>
    string Name { get; }

    /// <summary>What is measured and how, as prose.</summary>
    string What { get; }

    /// <summary>Of the values; empty for a ratio.</summary>
    string Unit { get; }

    /// <summary>What the median should be.</summary>
    double Target { get; }

    /// <summary>Whether the target is the least (else the most) that is wanted.</summary>
    bool AtLeast { get; }

    double Median { get; }

    double Least { get; }

    double Most { get; }

    /// <summary>Whether the median is on the right side of the target.</summary>
    bool Met { get; }
}
