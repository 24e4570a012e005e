using System.Globalization;

namespace SegmentOfOne.LoadTest.Thresholds;

/// <summary>
/// Reads thresholds: <c>[phase:] metric operator bound</c>, such as <c>p99.9 &lt; 50ms</c>, <c>steady: errors &lt;= 0.1%</c>,
/// <c>rate >= 1900</c>. A latency is bounded by a duration, everything else by a number, and errors, refused and retries also by
/// a percentage of the calls that were due.
/// </summary>
public ref struct ThresholdParser
{
    private const string Metrics = "p50, p99.9 and the like, min, mean, max, rate, sent, answered, errors, refused, retries";

    private readonly string _text;
    private int _at;
    private ThresholdMistake? _mistake;

    private ThresholdParser(string text) => _text = text;

    /// <summary>Null when the text is no threshold; then the mistake says why.</summary>
    public static Threshold? Parse(string text, out ThresholdMistake? mistake)
    {
        var parser = new ThresholdParser(text);
        var threshold = parser.Read();
        mistake = parser._mistake;
        return mistake is null ? threshold : null;
    }

    private Threshold? Read()
    {
        string? phase = null;
        var begun = SkipBlanks();
        var word = Word();
        if (SkipBlanks() < _text.Length && _text[_at] == ':')
        {
            if (word.Length == 0)
            {
                return Wrong(begun, "The name of a phase stands before the colon.");
            }
            _at++;
            phase = word;
            begun = SkipBlanks();
            word = Word();
        }
        if (word.Length == 0 || MetricOf(word, out var percentile) is not { } metric)
        {
            return Wrong(begun, $"There is no metric \"{word}\": {Metrics}.");
        }
        SkipBlanks();
        if (Operator() is not { } comparison)
        {
            return Wrong(_at, "One of < <= > >= == != stands here.");
        }
        begun = SkipBlanks();
        if (Bound(metric) is not var (kind, bound))
        {
            return null;
        }
        if (SkipBlanks() < _text.Length)
        {
            return Wrong(_at, "Nothing more is expected.");
        }
        var bare = phase is null ? _text.Trim() : _text[(_text.IndexOf(':', StringComparison.Ordinal) + 1)..].Trim();
        return new Threshold(bare, phase, metric, percentile, comparison, kind, bound);
    }

    private (BoundKind, double)? Bound(Metric metric)
    {
        var begun = _at;
        var length = Scenarios.SpanText.NumberLength(_text.AsSpan(begun));
        if (length == 0 || !double.TryParse(_text.AsSpan(begun, length), NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var number))
        {
            Wrong(begun, "A number stands here.");
            return null;
        }
        _at += length;
        begun = _at;
        var unit = Unit();
        if (metric is Metric.Percentile or Metric.Min or Metric.Mean or Metric.Max)
        {
            if (Scenarios.SpanText.Unit(unit) is { } nanoseconds)
            {
                return (BoundKind.Nanoseconds, number * nanoseconds);
            }
            Wrong(begun, "A latency has a unit: ns, us, ms, s, m, h.");
            return null;
        }
        if (unit == "%" && metric is Metric.Errors or Metric.Refused or Metric.Retries)
        {
            if (number <= 100)
            {
                return (BoundKind.Share, number / 100);
            }
            Wrong(begun, "A share is at most 100%.");
            return null;
        }
        if (unit.Length == 0)
        {
            return (BoundKind.Number, number);
        }
        Wrong(begun, metric is Metric.Errors or Metric.Refused or Metric.Retries ? "A number or a percentage, without another unit." : "A number without a unit.");
        return null;
    }

    private static Metric? MetricOf(string word, out double percentile)
    {
        percentile = 0;
        if (word[0] == 'p' && decimal.TryParse(word.AsSpan(1), NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var percent))
        {
            percentile = (double)(percent / 100);
            return percent is > 0 and <= 100 ? Metric.Percentile : null;
        }
        return word switch
        {
            "min" => Metric.Min,
            "mean" => Metric.Mean,
            "max" => Metric.Max,
            "rate" => Metric.Rate,
            "sent" => Metric.Sent,
            "answered" => Metric.Answered,
            "errors" => Metric.Errors,
            "refused" => Metric.Refused,
            "retries" => Metric.Retries,
            _ => null,
        };
    }

    private string? Operator()
    {
        foreach (var comparison in (ReadOnlySpan<string>)["<=", ">=", "==", "!=", "<", ">"])
        {
            if (_text.AsSpan(_at).StartsWith(comparison))
            {
                _at += comparison.Length;
                return comparison;
            }
        }
        return null;
    }

    private string Word()
    {
        var begun = _at;
        while (_at < _text.Length && (char.IsAsciiLetterOrDigit(_text[_at]) || _text[_at] is '.' or '_' or '-'))
        {
            _at++;
        }
        return _text[begun.._at];
    }

    private string Unit()
    {
        var begun = _at;
        while (_at < _text.Length && (char.IsAsciiLetter(_text[_at]) || _text[_at] == '%'))
        {
            _at++;
        }
        return _text[begun.._at];
    }

    private int SkipBlanks()
    {
        while (_at < _text.Length && _text[_at] == ' ')
        {
            _at++;
        }
        return _at;
    }

    private Threshold? Wrong(int at, string message)
    {
        _mistake ??= new ThresholdMistake(at + 1, message);
        return null;
    }
}
