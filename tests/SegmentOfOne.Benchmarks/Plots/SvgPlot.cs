using System.Globalization;
using System.Security;
using System.Text;

namespace SegmentOfOne.Benchmarks.Plots;

/// <summary>A line of a plot.</summary>
/// <param name="Points">Both coordinates are positive where their axis is logarithmic.</param>
/// <param name="OnRight">Whether it goes by the right axis.</param>
public sealed record PlotLine(string Name, IReadOnlyList<(double X, double Y)> Points, bool OnRight);

/// <summary>Lines over a logarithmic or linear x-axis, on one or two linear or logarithmic y-axes, as SVG that needs nothing beside it and is
/// readable on light and dark ground.</summary>
public sealed record SvgPlot(string Title, string AlongX, string OnLeft, string OnRight, bool LogX, bool LogRight, IReadOnlyList<PlotLine> Lines)
{
    private const double Width = 720, Height = 380, Left = 80, Right = 80, Top = 50, Bottom = 60;

    private static readonly string[] Colours = ["#2f6fde", "#d9480f", "#2b8a3e", "#862e9c"];

    public string ToSvg()
    {
        var x = Axis.Over(Lines.SelectMany(line => line.Points).Select(point => point.X), LogX, fromZero: false);
        var left = Axis.Over(Lines.Where(line => !line.OnRight).SelectMany(line => line.Points).Select(point => point.Y), isLog: false, fromZero: true);
        var right = Axis.Over(Lines.Where(line => line.OnRight).SelectMany(line => line.Points).Select(point => point.Y), LogRight, fromZero: true);
        var svg = new StringBuilder();
        svg.Append(CultureInfo.InvariantCulture, $"""
            <svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {Width} {Height}" font-family="sans-serif" font-size="12" fill="#808080">
            <title>{SecurityElement.Escape(Title)}</title>
            <text x="{Width / 2}" y="20" text-anchor="middle" font-size="14">{SecurityElement.Escape(Title)}</text>
            <text x="{Width / 2}" y="{Height - 12}" text-anchor="middle">{SecurityElement.Escape(AlongX)}</text>
            <text transform="translate(16 {Height / 2}) rotate(-90)" text-anchor="middle">{SecurityElement.Escape(OnLeft)}</text>
            <text transform="translate({Width - 10} {Height / 2}) rotate(-90)" text-anchor="middle">{SecurityElement.Escape(OnRight)}</text>
            <path d="M{Left} {Top}V{Height - Bottom}H{Width - Right}V{Top}" fill="none" stroke="#808080"/>

            """);
        Ticks(svg, x, left, right);
        for (var i = 0; i < Lines.Count; i++)
        {
            Draw(svg, Lines[i], Colours[i % Colours.Length], Left + 10 + (i * 200), x, Lines[i].OnRight ? right : left);
        }

        return svg.Append("</svg>\n").ToString();
    }

    private static void Ticks(StringBuilder svg, Axis x, Axis left, Axis right)
    {
        foreach (var tick in x.Ticks)
        {
            var at = AtX(x, tick);
            svg.Append(CultureInfo.InvariantCulture, $"<path d=\"M{at:0.#} {Height - Bottom}v5\" stroke=\"#808080\"/><text x=\"{at:0.#}\" y=\"{Height - Bottom + 18}\" text-anchor=\"middle\">{Short(tick)}</text>\n");
        }

        foreach (var tick in left.Ticks)
        {
            var at = AtY(left, tick);
            svg.Append(CultureInfo.InvariantCulture, $"<path d=\"M{Left} {at:0.#}H{Width - Right}\" stroke=\"#808080\" stroke-opacity=\"0.25\"/><text x=\"{Left - 6}\" y=\"{at + 4:0.#}\" text-anchor=\"end\">{Short(tick)}</text>\n");
        }

        foreach (var tick in right.Ticks)
        {
            var at = AtY(right, tick);
            svg.Append(CultureInfo.InvariantCulture, $"<path d=\"M{Width - Right} {at:0.#}h5\" stroke=\"#808080\"/><text x=\"{Width - Right + 8}\" y=\"{at + 4:0.#}\">{Short(tick)}</text>\n");
        }
    }

    private static void Draw(StringBuilder svg, PlotLine line, string colour, double legend, Axis x, Axis y)
    {
        var places = line.Points.OrderBy(point => point.X).Select(point => (X: AtX(x, point.X), Y: AtY(y, point.Y))).ToArray();
        var path = string.Join(' ', places.Select(place => string.Create(CultureInfo.InvariantCulture, $"{place.X:0.#},{place.Y:0.#}")));
        svg.Append(CultureInfo.InvariantCulture, $"<polyline points=\"{path}\" fill=\"none\" stroke=\"{colour}\" stroke-width=\"2\"/>\n");
        foreach (var place in places)
        {
            svg.Append(CultureInfo.InvariantCulture, $"<circle cx=\"{place.X:0.#}\" cy=\"{place.Y:0.#}\" r=\"3.5\" fill=\"{colour}\"/>\n");
        }

        svg.Append(CultureInfo.InvariantCulture, $"<text x=\"{legend}\" y=\"{Top - 8}\" fill=\"{colour}\">{SecurityElement.Escape(line.Name)}</text>\n");
    }

    private static double AtX(Axis axis, double value) => Left + (axis.Share(value) * (Width - Left - Right));

    private static double AtY(Axis axis, double value) => Height - Bottom - (axis.Share(value) * (Height - Top - Bottom));

    private static string Short(double value) => value switch
    {
        >= 1e6 => (value / 1e6).ToString("0.##", CultureInfo.InvariantCulture) + " M",
        >= 1e3 => (value / 1e3).ToString("0.##", CultureInfo.InvariantCulture) + " k",
        _ => value.ToString("0.###", CultureInfo.InvariantCulture),
    };
}
