using System.Text;
using System.Text.Json.Nodes;
using SegmentOfOne.Domain.Playbooks;
using SegmentOfOne.Engine.Tests.Hosting;

namespace SegmentOfOne.Engine.Tests.Playbooks;

public sealed class PlaybookShelfTests : IDisposable
{
    private readonly SteppedEngine _host = new();

    private IPlaybooks Playbooks => _host.Engine.Playbooks;

    [Fact]
    public async Task At_first_the_default_is_in_force_and_what_is_published_is_so_at_once_and_after_a_restart()
    {
        (Playbooks.InForce.Version, Playbooks.InForce.Playbook.Name, Playbooks.InForce.ETag).ShouldBe((1, "default", "\"1\""));
        var outcome = await Playbooks.Publish(Named("spring"), ifVersion: 1, default);
        outcome.ShouldBeOfType<PublishOutcome.Published>().Playbook.ShouldBeSameAs(Playbooks.InForce);
        (Playbooks.InForce.Version, Playbooks.InForce.Playbook.Name).ShouldBe((2, "spring"));
        _host.Crash();
        (Playbooks.InForce.Version, Playbooks.InForce.Playbook.Name).ShouldBe((2, "spring"));
        (await Playbooks.Get(1, default))!.Playbook.Name.ShouldBe("default");
        (await Playbooks.Get(3, default)).ShouldBeNull();
    }

    [Fact]
    public async Task Who_has_not_seen_what_is_in_force_cannot_replace_it()
    {
        await Playbooks.Publish(Named("spring"), ifVersion: 1, default);
        (await Playbooks.Publish(Named("summer"), ifVersion: 1, default)).ShouldBe(new PublishOutcome.Conflict(2));
        Playbooks.InForce.Playbook.Name.ShouldBe("spring");
    }

    [Fact]
    public async Task Of_many_who_have_seen_the_same_one_publishes()
    {
        var outcomes = await Task.WhenAll(Enumerable.Range(0, 10).Select(i => Task.Run(async () => await Playbooks.Publish(Named($"p{i}"), 1, default))));
        outcomes.Count(outcome => outcome is PublishOutcome.Published).ShouldBe(1);
        Playbooks.InForce.Version.ShouldBe(2);
    }

    [Fact]
    public async Task A_document_with_mistakes_changes_nothing()
    {
        var outcome = await Playbooks.Publish(Encoding.UTF8.GetBytes("""{ "name": "x" }"""), null, default);
        outcome.ShouldBeOfType<PublishOutcome.Invalid>().Errors.ShouldNotBeEmpty();
        Playbooks.InForce.Version.ShouldBe(1);
        (await Playbooks.Versions(default)).Length.ShouldBe(1);
    }

    [Fact]
    public async Task Going_back_publishes_the_earlier_document_as_a_new_version()
    {
        await Playbooks.Publish(Named("spring"), null, default);
        await Playbooks.Publish(Named("summer"), null, default);
        (await Playbooks.Rollback(null, 3, default)).ShouldBeOfType<PublishOutcome.Published>().Playbook.Playbook.Name.ShouldBe("spring");
        (await Playbooks.Rollback(1, null, default)).ShouldBeOfType<PublishOutcome.Published>().Playbook.Playbook.Name.ShouldBe("default");
        (await Playbooks.Rollback(9, null, default)).ShouldBe(new PublishOutcome.NoSuchVersion(9));
        (await Playbooks.Versions(default)).Select(version => (version.Version, version.Name, version.RolledBackTo, version.InForce)).ShouldBe(
        [
            (5, "default", 1, true),
            (4, "spring", 2, false),
            (3, "summer", null, false),
            (2, "spring", null, false),
            (1, "default", null, false),
        ]);
    }

    [Fact]
    public async Task One_given_at_start_is_published_when_it_is_another()
    {
        using var folder = new TemporaryFolder();
        var options = new EngineOptions { DataFolder = folder.Path, Playbook = Named("given") };
        for (var start = 0; start < 2; start++)
        {
            await using var engine = await EmbeddedEngine.Open(options, default);
            (engine.Playbooks.InForce.Version, engine.Playbooks.InForce.Playbook.Name).ShouldBe((1, "given"));
        }

        await using (var engine = await EmbeddedEngine.Open(options with { Playbook = Named("other") }, default))
        {
            (engine.Playbooks.InForce.Version, engine.Playbooks.InForce.Playbook.Name).ShouldBe((2, "other"));
        }

        var broken = await Should.ThrowAsync<InvalidPlaybookException>(
            () => EmbeddedEngine.Open(options with { Playbook = new byte[] { 1 } }, default));
        broken.Errors.ShouldNotBeEmpty();
        await using var last = await EmbeddedEngine.Open(options with { Playbook = null }, default);
        last.Playbooks.InForce.Playbook.Name.ShouldBe("other");
    }

    [Fact]
    public async Task A_repeat_is_answered_by_the_playbook_of_its_turn()
    {
        var first = await _host.Turn(Requests.Interaction("a", "1", placements: "home_hero"));
        await Playbooks.Publish(Changed(document => document["engagement"]!["involvement"]!["kappa"] = 1), null, default);
        var again = await _host.Turn(Requests.Interaction("a", "1", placements: "home_hero"));
        again.Reply.ShouldBe(first.Reply);
        (await _host.Turn(Requests.Interaction("a", "2"))).Reply.Scores.Involvement.ShouldBeGreaterThan(50);
    }

    public void Dispose() => _host.Dispose();

    private static byte[] Named(string name) => Changed(document => document["name"] = name);

    private static byte[] Changed(Action<JsonNode> change)
    {
        var document = JsonNode.Parse(Playbook.DefaultSource.Span)!;
        change(document);
        return Encoding.UTF8.GetBytes(document.ToJsonString());
    }
}
