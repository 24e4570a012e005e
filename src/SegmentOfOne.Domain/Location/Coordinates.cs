using SegmentOfOne.Domain.Engagement;

namespace SegmentOfOne.Domain.Location;

/// <summary>A point on the earth, in degrees.</summary>
public readonly record struct Coordinates(double Latitude, double Longitude)
{
    /// <summary>Degrees of latitude from one line of the grid to the next: 1.11 km.</summary>
    private const double Step = 0.01;

    private const double MetersOfDegree = 6_371_008.8 * Math.PI / 180;

    /// <summary>The nearest point of a grid of about one kilometre, in four decimals. The lines of longitude stand
    /// further apart, in degrees, the nearer a pole is.</summary>
    public Coordinates Coarse()
    {
        var latitude = Math.Round(Latitude / Step) * Step;
        var step = Step / Math.Max(Cosine(latitude), Step);
        return new Coordinates(Math.Round(latitude, 2), Math.Round(Math.Round(Longitude / step) * step, 4));
    }

    /// <summary>Meters to another place, on the plane that touches the earth between the two: within a hundredth up to 100 km.
    /// Out of operations that give the same bits on every machine.</summary>
    public double MetersTo(Coordinates other)
    {
        var east = Math.Abs(other.Longitude - Longitude);
        east = Math.Min(east, 360 - east) * Cosine((Latitude + other.Latitude) / 2);
        var north = other.Latitude - Latitude;
        return Math.Sqrt(east * east + north * north) * MetersOfDegree;
    }

    /// <summary>By its Taylor series; for up to 90 degrees the term left out is below 1e-12.</summary>
    private static double Cosine(double degrees)
    {
        var x = degrees * (Math.PI / 180);
        var square = x * x;
        var sum = 1.0;
        var term = 1.0;
        for (var i = 1; i <= 10; i++)
        {
            term *= -square / ((2 * i - 1) * (2 * i));
            sum += term;
        }

        return Math.Max(sum, 0);
    }
}
