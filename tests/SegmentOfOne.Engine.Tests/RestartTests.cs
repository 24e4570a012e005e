using SegmentOfOne.Domain;
using SegmentOfOne.Engine.Tests.Hosting;

namespace SegmentOfOne.Engine.Tests;

public sealed class RestartTests
{
    [Fact]
    public async Task What_was_answered_is_there_after_a_restart()
    {
        const int Customers = 50, TurnsEach = 40;
        using var folder = new TemporaryFolder();
        for (var round = 1; round <= 3; round++)
        {
            await using var engine = await EmbeddedEngine.Open(new EngineOptions { DataFolder = folder.Path }, default);
            for (var customer = 0; customer < Customers; customer++)
            {
                var before = await engine.Get(Requests.User($"c{customer}"), null, default);
                (before?.State.Version ?? 0).ShouldBe((round - 1) * TurnsEach);
            }

            var turns = Enumerable.Range(0, Customers * TurnsEach)
                .Select(i => engine.Turn(Requests.Interaction($"c{i % Customers}", $"{round}-{i}"), default).AsTask());
            foreach (var answer in await Task.WhenAll(turns))
            {
                answer.ShouldBeOfType<TurnAnswer.Answered>().Duplicate.ShouldBeFalse();
            }
        }
    }
}
