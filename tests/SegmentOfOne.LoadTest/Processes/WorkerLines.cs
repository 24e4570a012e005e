using System.Text.Json;
using System.Text.Json.Nodes;
using SegmentOfOne.LoadTest.Reports;
using SegmentOfOne.LoadTest.Running;

namespace SegmentOfOne.LoadTest.Processes;

/// <summary>What a process is to do: the first line that it gets. The key travels here, and so stands in no list of processes.</summary>
/// <param name="Scenario">As <see cref="Scenarios.ScenarioText"/> writes it.</param>
/// <param name="Share"><c>I/N</c>.</param>
internal sealed record WorkerJob(JsonObject Scenario, Uri Against, string? Key, string Share);

/// <summary>A line that a process says: one of these, the others null.</summary>
/// <param name="Ready">True: the service answers it, and it waits for <see cref="WorkerWords.Go"/>.</param>
/// <param name="Tick">What it did since the last.</param>
/// <param name="Result">What came of it: its last line.</param>
/// <param name="Problem">Why it can't do it: its last line.</param>
internal sealed record WorkerLine(bool Ready = false, Tick? Tick = null, WorkerResult? Result = null, string? Problem = null)
{
    private static readonly JsonSerializerOptions Options = new(ReportJson.Options) { RespectRequiredConstructorParameters = false };

    /// <exception cref="JsonException">It is no such line.</exception>
    public static WorkerLine Parse(string line) => JsonSerializer.Deserialize<WorkerLine>(line, Options) ?? throw new JsonException("An empty line.");

    public override string ToString() => JsonSerializer.Serialize(this, Options);
}

/// <summary>What came of a process's share.</summary>
internal sealed record WorkerResult(ReportPart Part, RunResult Run);

/// <summary>What a process is told after its job. That its standard input ends tells it that whoever started it is gone.</summary>
internal static class WorkerWords
{
    public const string Go = "go";
    public const string Stop = "stop";
}
