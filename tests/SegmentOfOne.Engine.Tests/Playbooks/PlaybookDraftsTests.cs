using System.Text;
using Microsoft.Data.Sqlite;
using SegmentOfOne.Domain.Playbooks;
using SegmentOfOne.Engine.Playbooks;
using SegmentOfOne.Engine.Tests.Hosting;
using SegmentOfOne.Engine.WhatIfs;

namespace SegmentOfOne.Engine.Tests.Playbooks;

public sealed class PlaybookDraftsTests : IDisposable
{
    private readonly SteppedEngine _host = new();

    private IPlaybooks Playbooks => _host.Engine.Playbooks;

    private IPlaybookDrafts Drafts => Playbooks.Drafts;

    /// <summary>Raw SQL against the stopped store, and what the trail says of it.</summary>
    public static TheoryData<string, string> Tampering => new()
    {
        { "UPDATE audit SET person = 'mallory' WHERE step = 'Approved'", "it is not what was written" },
        { "UPDATE audit SET at = at + 1 WHERE number = 2", "it is not what was written" },
        { "UPDATE audit SET detail = 'no mistakes at all' WHERE step = 'Checked'", "it is not what was written" },
        { "UPDATE audit SET passed = 0 WHERE step = 'Checked'", "it is not what was written" },
        { "UPDATE audit SET hash = (SELECT hash FROM audit WHERE number = 1) WHERE number = 3", "it is not what was written" },
        { "DELETE FROM audit WHERE number = 1", "entry 1 is missing" },
        { "DELETE FROM audit WHERE number = 3", "entry 3 is missing" },
        { "DELETE FROM audit WHERE step = 'Published' AND number > 1", "came into force without an entry" },
        { "UPDATE audit SET number = number + 1 WHERE number = (SELECT MAX(number) FROM audit)", "is missing" },
        { "UPDATE draft SET document = CAST('{}' AS BLOB)", "the document is not the one that it is about" },
        { "DELETE FROM draft", "the document is not the one that it is about" },
        { "UPDATE playbook SET document = (SELECT document FROM playbook WHERE version = 1) WHERE version = 2", "the document is not the one that it is about" },
        { "INSERT INTO playbook(version, name, document, published_at) SELECT 3, name, document, published_at FROM playbook WHERE version = 1", "playbook 3 came into force without an entry" },
    };

    /// <summary>Checked, simulated, approved by somebody else, published: each step only after those before, and each there after a crash.</summary>
    [Fact]
    public async Task Every_step_wants_those_before_it_and_outlives_a_crash()
    {
        var draft = Done(await Drafts.Begin(Named("spring"), "ada", default));
        (draft.Author, draft.BasedOn, draft.IsChecked, draft.Published).ShouldBe(("ada", 1, false, null));
        Reason(await Drafts.Approve(draft.Number, "bo", default)).ShouldBe(DraftRefusal.NotChecked);
        Reason((await Drafts.ToSimulate(draft.Number, default)).Problem).ShouldBe(DraftRefusal.NotChecked);
        Reason(await Drafts.Publish(draft.Number, "bo", default)).ShouldBe(DraftRefusal.NotChecked);
        _host.Crash();

        Done(await Drafts.Check(draft.Number, "ada", default)).IsChecked.ShouldBeTrue();
        Reason(await Drafts.Approve(draft.Number, "bo", default)).ShouldBe(DraftRefusal.NotSimulated);
        _host.Crash();

        (await Drafts.ToSimulate(draft.Number, default)).Playbook!.Name.ShouldBe("spring");
        Done(await Drafts.NoteSimulation(draft.Number, "ada", new WhatIfResult(5, 0, 50, 20, 2, 0, new(), new()), default)).IsSimulated.ShouldBeTrue();
        Reason(await Drafts.Publish(draft.Number, "ada", default)).ShouldBe(DraftRefusal.NotApproved);
        Reason(await Drafts.Approve(draft.Number, "ada", default)).ShouldBe(DraftRefusal.SecondPersonNeeded);
        Reason(await Drafts.Approve(draft.Number, "Ada", default)).ShouldBe(DraftRefusal.SecondPersonNeeded);
        _host.Crash();

        Done(await Drafts.Approve(draft.Number, "bo", default)).IsApproved.ShouldBeTrue();
        _host.Crash();

        (await Drafts.Publish(draft.Number, "ada", default)).ShouldBeOfType<DraftOutcome.Published>().Playbook.Version.ShouldBe(2);
        _host.Crash();

        (Playbooks.InForce.Version, Playbooks.InForce.Playbook.Name).ShouldBe((2, "spring"));
        Reason(await Drafts.Publish(draft.Number, "ada", default)).ShouldBe(DraftRefusal.AlreadyPublished);
        await Playbooks.Rollback(null, 2, "bo", default);
        _host.Crash();

        (await Drafts.Audit(0, 100, default)).Select(entry => $"{entry.Number} {entry.Person} {entry.Step} {entry.Draft} {entry.Version}").ShouldBe(
        [
            "1  Published 0 1", "2 ada Drafted 2 1", "3 ada Checked 2 0", "4 ada Simulated 2 0", "5 bo Approved 2 0", "6 ada Published 2 2", "7 bo RolledBack 0 3",
        ]);
        (await Drafts.Get(draft.Number, default))!.Steps.Select(step => step.Step).ShouldBe(
            [AuditStep.Drafted, AuditStep.Checked, AuditStep.Simulated, AuditStep.Approved, AuditStep.Published]);
        var check = await Drafts.CheckAudit(default);
        (check.Holds, check.Entries, check.Head).ShouldBe((true, 7, (await Drafts.Audit(6, 1, default))[0].Hash));
    }

    [Fact]
    public async Task A_draft_with_mistakes_goes_no_further_and_says_them()
    {
        var draft = Done(await Drafts.Begin("""{ "name": "x" }"""u8.ToArray(), "ada", default));
        var check = (await Drafts.Check(draft.Number, "ada", default)).ShouldBeOfType<DraftOutcome.Done>();
        check.Errors.ShouldNotBeEmpty();
        (check.Draft.IsChecked, check.Draft.Steps[^1].Passed, check.Draft.Steps[^1].Detail).ShouldBe((false, false, $"{check.Errors.Length} mistakes"));
        Reason(await Drafts.Approve(draft.Number, "bo", default)).ShouldBe(DraftRefusal.NotChecked);
    }

    [Fact]
    public async Task A_draft_that_another_version_has_overtaken_has_to_be_drafted_again()
    {
        var draft = await Approved("spring");
        await Playbooks.Publish(Named("summer"), 1, "cy", default);
        Reason(await Drafts.Publish(draft, "ada", default)).ShouldBe(DraftRefusal.Overtaken);
        Playbooks.InForce.Playbook.Name.ShouldBe("summer");
        (await Drafts.CheckAudit(default)).Holds.ShouldBeTrue();
    }

    [Fact]
    public async Task Of_two_who_publish_at_once_one_does()
    {
        var drafts = new[] { await Approved("spring"), await Approved("summer") };
        var outcomes = await Task.WhenAll(drafts.Select(draft => Task.Run(async () => await Drafts.Publish(draft, "ada", default))));
        outcomes.OfType<DraftOutcome.Published>().Count().ShouldBe(1);
        outcomes.OfType<DraftOutcome.Refused>().Single().Reason.ShouldBe(DraftRefusal.Overtaken);
        Playbooks.InForce.Version.ShouldBe(2);
    }

    [Fact]
    public async Task One_person_suffices_where_that_is_said()
    {
        using var host = new SteppedEngine(options => options with { TwoPersons = false });
        var drafts = host.Engine.Playbooks.Drafts;
        var draft = Done(await drafts.Begin(Named("spring"), "ada", default));
        await drafts.Check(draft.Number, "ada", default);
        await drafts.NoteSimulation(draft.Number, "ada", new WhatIfResult(0, 0, 0, 0, 0, 0, new(), new()), default);
        Done(await drafts.Approve(draft.Number, "ada", default)).Steps[^1].Detail.ShouldBe("one person suffices");
        (await drafts.Publish(draft.Number, "ada", default)).ShouldBeOfType<DraftOutcome.Published>();
    }

    [Fact]
    public async Task There_is_no_step_with_a_draft_that_is_not_there()
    {
        foreach (var number in new[] { -1L, 0, 1, 99 })
        {
            (await Drafts.Get(number, default)).ShouldBeNull();
            (await Drafts.Check(number, "ada", default)).ShouldBe(new DraftOutcome.NoSuchDraft(number));
            (await Drafts.Approve(number, "ada", default)).ShouldBe(new DraftOutcome.NoSuchDraft(number));
            (await Drafts.Publish(number, "ada", default)).ShouldBe(new DraftOutcome.NoSuchDraft(number));
        }
    }

    [Theory]
    [MemberData(nameof(Tampering))]
    public async Task Tampering_is_found(string sql, string problem)
    {
        await Drafts.Publish(await Approved("spring"), "ada", default);
        (await Drafts.CheckAudit(default)).Holds.ShouldBeTrue();
        _host.Crash(() => Execute(sql));
        var check = await Drafts.CheckAudit(default);
        check.Holds.ShouldBeFalse();
        check.Problem!.ShouldContain(problem);
    }

    [Fact]
    public async Task A_document_that_was_changed_behind_the_trail_does_not_come_into_force()
    {
        var draft = await Approved("spring");
        _host.Crash(() => Execute($"UPDATE draft SET document = (SELECT document FROM playbook WHERE version = 1) WHERE number = {draft}"));
        await Should.ThrowAsync<InvalidDataException>(async () => await Drafts.Publish(draft, "ada", default));
        Playbooks.InForce.Version.ShouldBe(1);
    }

    [Fact]
    public async Task A_store_from_before_there_was_a_trail_begins_one_with_what_was_in_force()
    {
        await Playbooks.Publish(Named("spring"), 1, default);
        _host.Crash(() => Execute(
            """
            DROP TABLE audit; DROP TABLE draft; DROP TABLE member; DROP TABLE outbox; DROP TABLE outbox_total;
            DROP INDEX customer_due; ALTER TABLE customer DROP COLUMN due_at; ALTER TABLE customer DROP COLUMN due_playbook;
            PRAGMA user_version = 1
            """));
        (await Drafts.Audit(0, 10, default)).Select(entry => (entry.Step, entry.Version)).ShouldBe([(AuditStep.Adopted, 1), (AuditStep.Adopted, 2)]);
        (await Drafts.CheckAudit(default)).Holds.ShouldBeTrue();
    }

    public void Dispose() => _host.Dispose();

    private static Draft Done(DraftOutcome outcome) => outcome.ShouldBeOfType<DraftOutcome.Done>().Draft;

    private static DraftRefusal Reason(DraftOutcome? outcome) => outcome.ShouldBeOfType<DraftOutcome.Refused>().Reason;

    private static byte[] Named(string name) =>
        Encoding.UTF8.GetBytes(Encoding.UTF8.GetString(Playbook.DefaultSource.Span).Replace("\"name\": \"default\"", $"\"name\": \"{name}\"", StringComparison.Ordinal));

    private async Task<long> Approved(string name)
    {
        var draft = Done(await Drafts.Begin(Named(name), "ada", default));
        await Drafts.Check(draft.Number, "ada", default);
        await Drafts.NoteSimulation(draft.Number, "ada", new WhatIfResult(0, 0, 0, 0, 0, 0, new(), new()), default);
        return Done(await Drafts.Approve(draft.Number, "bo", default)).Number;
    }

    private void Execute(string sql)
    {
        using var connection = new SqliteConnection(new SqliteConnectionStringBuilder { DataSource = _host.StoreFile, Pooling = false }.ToString());
        connection.Open();
        using var command = connection.CreateCommand();
        command.CommandText = sql;
        command.ExecuteNonQuery();
    }
}
