using System.Diagnostics;
using System.Globalization;
using SegmentOfOne.LoadTest.Measure;
using SegmentOfOne.LoadTest.Running;
using SegmentOfOne.LoadTest.Scenarios;
using Spectre.Console;
using Spectre.Console.Rendering;

namespace SegmentOfOne.LoadTest.Reports;

/// <summary>
/// What a run does while it does it, of all of its processes together: in a terminal a table with a line for each phase and for
/// each of the last seconds, elsewhere a line now and then. Safe for several threads at once.
/// </summary>
internal sealed class LiveBoard
{
    private const int SecondsShown = 10;
    private const int PlainLines = 120;

    private static readonly TimeSpan Second = TimeSpan.FromSeconds(1);

    private readonly Lock _lock = new();
    private readonly IAnsiConsole _console;
    private readonly Scenario _scenario;
    private readonly (LoadCounts Counts, long Began, long Ended)[] _phases;
    private readonly long[] _inFlight;
    private readonly SortedDictionary<string, long> _errors = new(StringComparer.Ordinal);
    private readonly Queue<(string What, LoadCounts Counts, double Seconds, long InFlight)> _lines = [];
    private readonly long _began = Stopwatch.GetTimestamp();
    private LoadCounts _lately = new();
    private long _shown = Stopwatch.GetTimestamp();
    private int _phase;

    /// <param name="parts">How many processes there are.</param>
    public LiveBoard(IAnsiConsole console, Scenario scenario, int parts)
    {
        (_console, _scenario, _inFlight) = (console, scenario, new long[parts]);
        _phases = [.. scenario.Phases.Select(_ => (new LoadCounts(), 0L, 0L))];
    }

    /// <summary>Takes in what a process did.</summary>
    /// <param name="part">Which, from 0.</param>
    public void Add(int part, Tick tick)
    {
        lock (_lock)
        {
            var (counts, began, _) = _phases[tick.Phase];
            var now = Stopwatch.GetTimestamp();
            _phases[tick.Phase] = (counts, began == 0 ? now - (long)(LoadRun.TickTime.TotalSeconds * Stopwatch.Frequency) : began, now);
            counts.AddAfter(tick.Counts);
            _lately.AddAfter(tick.Counts);
            _inFlight[part] = tick.InFlight;
            _phase = Math.Max(_phase, tick.Phase);
            foreach (var (name, count) in tick.Errors)
            {
                _errors[name] = _errors.GetValueOrDefault(name) + count;
            }
        }
    }

    /// <summary>Shows until the run has ended.</summary>
    public async Task Watch(Task running)
    {
        if (_console.Profile.Capabilities.Interactive)
        {
            await _console.Live(View()).AutoClear(true).StartAsync(async live =>
            {
                while (await Task.WhenAny(running, Task.Delay(Second)) != running)
                {
                    Step();
                    live.UpdateTarget(View());
                }
            });
            return;
        }
        var often = TimeSpan.FromSeconds(Math.Ceiling(Math.Max(1, _scenario.Duration.TotalSeconds / PlainLines)));
        while (await Task.WhenAny(running, Task.Delay(often)) != running)
        {
            var (what, counts, seconds, inFlight) = Step();
            _console.WriteLine(LoadTable.Line(what, counts, seconds, inFlight) + Errors());
        }
    }

    /// <summary>What came since the last step, as the newest line.</summary>
    private (string What, LoadCounts Counts, double Seconds, long InFlight) Step()
    {
        lock (_lock)
        {
            var now = Stopwatch.GetTimestamp();
            var what = string.Create(CultureInfo.InvariantCulture, $"{_scenario.Phases[_phase].Name} {Stopwatch.GetElapsedTime(_began, now).TotalSeconds:0} s");
            var line = (what, _lately, Stopwatch.GetElapsedTime(_shown, now).TotalSeconds, _inFlight.Sum());
            (_lately, _shown) = (new LoadCounts(), now);
            _lines.Enqueue(line);
            if (_lines.Count > SecondsShown)
            {
                _lines.Dequeue();
            }
            return line;
        }
    }

    private Rows View()
    {
        lock (_lock)
        {
            var phases = LoadTable.Create("phase");
            for (var phase = 0; phase <= _phase; phase++)
            {
                var (counts, began, ended) = _phases[phase];
                LoadTable.Row(phases, _scenario.Phases[phase].Name, counts, Stopwatch.GetElapsedTime(began, ended).TotalSeconds, phase == _phase ? _inFlight.Sum() : 0);
            }
            var seconds = LoadTable.Create("second");
            foreach (var (what, counts, length, inFlight) in _lines)
            {
                LoadTable.Row(seconds, what, counts, length, inFlight);
            }
            List<IRenderable> parts = [phases, seconds];
            if (_errors.Count > 0)
            {
                parts.Add(new Text(Errors().TrimStart(',', ' '), new Style(Color.Red)));
            }
            return new Rows(parts);
        }
    }

    private string Errors()
    {
        lock (_lock)
        {
            return string.Concat(_errors.Select(error => string.Create(CultureInfo.InvariantCulture, $", {error.Value:N0} {error.Key}")));
        }
    }
}
