using System.Globalization;
using System.Net;
using System.Runtime.CompilerServices;
using System.Text;

namespace SegmentOfOne.LoadTest.Reports.Html;

/// <summary>
/// Builds a page. What stands in the text of an interpolated string is markup; what is put into it is escaped, numbers in the
/// invariant form with at most two decimals.
/// </summary>
internal sealed class Markup
{
    private readonly StringBuilder _page = new();

#pragma warning disable CA1822 // By the time it is called the handler has written to this page.
    public void Add([InterpolatedStringHandlerArgument("")] ref Handler markup) => _ = markup;
#pragma warning restore CA1822

    /// <summary>Adds text as it is: markup of our own.</summary>
    public void Raw(string markup) => _page.Append(markup);

    public override string ToString() => _page.ToString();

    [InterpolatedStringHandler]
    public readonly ref struct Handler
    {
        private readonly StringBuilder _page;

        public Handler(int literalLength, int formattedCount, Markup markup)
        {
            _ = (literalLength, formattedCount);
            _page = markup._page;
        }

        public void AppendLiteral(string markup) => _page.Append(markup);

        public void AppendFormatted(string? text) => _page.Append(WebUtility.HtmlEncode(text));

        public void AppendFormatted(double number) => _page.Append(number.ToString("0.##", CultureInfo.InvariantCulture));

        public void AppendFormatted(int number) => _page.Append(number.ToString(CultureInfo.InvariantCulture));
    }
}
