namespace SegmentOfOne.LoadTest.Reports.Html;

/// <summary>A line of a chart.</summary>
/// <param name="Name">In the legend.</param>
/// <param name="Style">A class of the style sheet.</param>
/// <param name="Points">A value that isn't finite is a gap.</param>
internal sealed record ChartLine(string Name, string Style, IReadOnlyList<(double X, double Y)> Points);

/// <summary>A stretch of the horizontal axis with a name: a phase.</summary>
internal sealed record ChartBand(string Name, double From, double To, bool IsFaint);

/// <summary>A point with a name: a threshold.</summary>
internal sealed record ChartMark(string Name, double X, double Y, bool IsGood);

/// <summary>What is said of a stretch of the horizontal axis when one points at it.</summary>
internal sealed record ChartNote(double From, double To, string Text);

/// <summary>A chart as inline SVG.</summary>
internal sealed record Chart(string Title, string Explanation, Axis Across, Axis Up, IReadOnlyList<ChartLine> Lines)
{
    private const double Width = 940;
    private const double Left = 64;
    private const double Right = 12;
    private const double Top = 24;
    private const double Bottom = 26;

    public double Height { get; init; } = 300;

    public IReadOnlyList<ChartBand> Bands { get; init; } = [];

    public IReadOnlyList<ChartMark> Marks { get; init; } = [];

    public IReadOnlyList<ChartNote> Notes { get; init; } = [];

    public void Draw(Markup page)
    {
        page.Add($"<figure><figcaption><h2>{Title}</h2><p>{Explanation}</p><p class=\"legend\">");
        foreach (var line in Lines)
        {
            page.Add($"<span><svg viewBox=\"0 0 24 8\" aria-hidden=\"true\"><path class=\"line {line.Style}\" d=\"M0 4H24\"/></svg>{line.Name}</span> ");
        }
        page.Add($"</p></figcaption><svg class=\"chart\" viewBox=\"0 0 {Width} {Height}\" role=\"img\" aria-label=\"{Title}\">");
        DrawBands(page);
        DrawAxes(page);
        foreach (var line in Lines)
        {
            DrawLine(page, line);
        }
        foreach (var mark in Marks)
        {
            page.Add($"<path class=\"mark {(mark.IsGood ? "good" : "bad")}\" d=\"M{X(mark.X)} {Y(mark.Y) - 6}l6 6l-6 6l-6 -6z\"><title>{mark.Name}</title></path>");
        }
        foreach (var note in Notes)
        {
            page.Add($"<rect class=\"note\" x=\"{X(note.From)}\" y=\"{Top}\" width=\"{X(note.To) - X(note.From)}\" height=\"{Height - Top - Bottom}\"><title>{note.Text}</title></rect>");
        }
        page.Raw("</svg></figure>\n");
    }

    private void DrawBands(Markup page)
    {
        foreach (var band in Bands)
        {
            var (from, width) = (X(band.From), X(band.To) - X(band.From));
            page.Add($"<rect class=\"band {(band.IsFaint ? "faint" : "")}\" x=\"{from}\" y=\"{Top}\" width=\"{width}\" height=\"{Height - Top - Bottom}\"><title>{band.Name}</title></rect>");
            // Where a name has no room it stands in the title alone.
            if (width > 6.5 * band.Name.Length)
            {
                page.Add($"<text class=\"name\" x=\"{from + width / 2}\" y=\"{Top - 8}\" text-anchor=\"middle\">{band.Name}</text>");
            }
        }
    }

    private void DrawAxes(Markup page)
    {
        foreach (var (value, text) in Up.Ticks)
        {
            page.Add($"<path class=\"grid\" d=\"M{Left} {Y(value)}H{Width - Right}\"/><text x=\"{Left - 8}\" y=\"{Y(value) + 4}\" text-anchor=\"end\">{text}</text>");
        }
        foreach (var (value, text) in Across.Ticks)
        {
            page.Add($"<path class=\"grid\" d=\"M{X(value)} {Top}V{Height - Bottom}\"/><text x=\"{X(value)}\" y=\"{Height - Bottom + 18}\" text-anchor=\"middle\">{text}</text>");
        }
    }

    private void DrawLine(Markup page, ChartLine line)
    {
        page.Add($"<path class=\"line {line.Style}\" d=\"");
        var isDrawing = false;
        foreach (var (x, y) in line.Points)
        {
            if (!double.IsFinite(x) || !double.IsFinite(y))
            {
                isDrawing = false;
                continue;
            }
            page.Add($"{(isDrawing ? "L" : "M")}{X(x)} {Y(y)}");
            // A point alone, between gaps, is a short line.
            page.Raw(isDrawing ? "" : "h0.1");
            isDrawing = true;
        }
        page.Add($"\"><title>{line.Name}</title></path>");
    }

    private double X(double value) => Left + (Width - Left - Right) * Across.Place(value);

    private double Y(double value) => Height - Bottom - (Height - Top - Bottom) * Math.Clamp(Up.Place(value), 0, 1);
}
