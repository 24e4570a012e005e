using System.Globalization;
using SegmentOfOne.LoadTest.Reports;
using SegmentOfOne.LoadTest.Running;
using SegmentOfOne.LoadTest.Scenarios;
using SegmentOfOne.LoadTest.Simulation;

namespace SegmentOfOne.LoadTest.Processes;

/// <summary>Several processes of this program, each with a share of a load.</summary>
internal sealed class WorkerProcesses : IDisposable
{
    private readonly List<WorkerProcess> _processes = [];

    /// <summary>The system's numbers of the processes.</summary>
    public IEnumerable<int> Ids => _processes.Select(process => process.Id);

    /// <summary>Starts them, and waits until each has reached the service.</summary>
    /// <param name="share">What all of them have together.</param>
    /// <param name="key">By which calls are made; null: by none.</param>
    /// <exception cref="InvalidDataException">One can't; the message says why.</exception>
    public static async Task<WorkerProcesses> Start(Scenario scenario, Share share, int count, Uri against, string? key, CancellationToken ct)
    {
        var all = new WorkerProcesses();
        try
        {
            for (var index = 0; index < count; index++)
            {
                var part = new Share(share.Index * count + index, share.Of * count);
                all._processes.Add(new WorkerProcess(
                    string.Create(CultureInfo.InvariantCulture, $"Process {index + 1} of {count}"), new WorkerJob(ScenarioText.Write(scenario), against, key, part.ToString())));
            }
            await Task.WhenAll(all._processes.Select(process => process.Ready(ct)));
            return all;
        }
        catch
        {
            all.Dispose();
            throw;
        }
    }

    /// <summary>Lets all of them go at once and follows them until they have ended.</summary>
    /// <param name="tick">Told the process, from 0, and what it did. From several threads.</param>
    /// <param name="ct">Stops the sending; what is under way is waited for.</param>
    /// <returns>What came of those that lived, and how the others died.</returns>
    public async Task<(IReadOnlyList<WorkerResult> Results, IReadOnlyList<string> Faults)> Run(Action<int, Tick> tick, CancellationToken ct)
    {
        await using var stopping = ct.Register(() => Tell(WorkerWords.Stop));
        Tell(WorkerWords.Go);
        var ends = await Task.WhenAll(_processes.Select((process, index) => process.Follow(passed => tick(index, passed))));
        return ([.. ends.Select(end => end.Result).OfType<WorkerResult>()], [.. ends.Select(end => end.Fault).OfType<string>()]);
    }

    public void Dispose() => _processes.ForEach(process => process.Dispose());

    private void Tell(string word) => _processes.ForEach(process => process.Tell(word));
}
