using System.Collections.Immutable;
using System.Diagnostics;
using System.Globalization;
using SegmentOfOne.Domain.Playbooks;
using SegmentOfOne.Engine.Store;
using SegmentOfOne.Engine.WhatIfs;

namespace SegmentOfOne.Engine.Playbooks;

/// <summary>Drafts in the store: their documents, and of all that is done with them the audit trail.</summary>
internal sealed class PlaybookDrafts(PlaybookShelf shelf, ICustomerStore store, ReaderPool readers, AuditTrail trail, bool twoPersons) : IPlaybookDrafts
{
    public async ValueTask<DraftOutcome> Begin(ReadOnlyMemory<byte> document, string person, CancellationToken ct)
    {
        var facts = new AuditFacts(
            person, AuditStep.Drafted, null, shelf.InForce.Version, AuditTrail.HashOf(document.Span), Text($"to replace version {shelf.InForce.Version}"));
        var entry = await Task.Run(() => trail.Append(facts, entry => store.TryAppend(entry, document)), CancellationToken.None)
            ?? throw new UnreachableException("Only a number can be taken, and then another is tried.");
        return new DraftOutcome.Done(new Draft([entry]), []);
    }

    public async ValueTask<DraftOutcome> Check(long number, string person, CancellationToken ct)
    {
        if (await Get(number, ct) is not { } draft)
        {
            return new DraftOutcome.NoSuchDraft(number);
        }

        var errors = (await Parse(draft, ct)).Errors;
        var detail = errors.Length switch { 0 => "no mistakes", 1 => "1 mistake", var many => Text($"{many} mistakes") };
        return new DraftOutcome.Done(await Append(draft, person, AuditStep.Checked, detail, passed: errors.IsEmpty), errors);
    }

    public async ValueTask<(Playbook? Playbook, DraftOutcome? Problem)> ToSimulate(long number, CancellationToken ct)
    {
        if (await Get(number, ct) is not { } draft)
        {
            return (null, new DraftOutcome.NoSuchDraft(number));
        }

        return Unready(draft, AuditStep.Simulated) is { } refused ? (null, refused) : ((await Parse(draft, ct)).Playbook, null);
    }

    public ValueTask<DraftOutcome> NoteSimulation(long number, string person, WhatIfResult result, CancellationToken ct) => Step(
        number,
        person,
        AuditStep.Simulated,
        Text($"{result.Customers} customers, {result.Decisions} decisions, {result.Different} different; of what goes out {Share(result.Before)} sells before, {Share(result.After)} after"),
        ct);

    public ValueTask<DraftOutcome> Approve(long number, string person, CancellationToken ct) =>
        Step(number, person, AuditStep.Approved, twoPersons ? "by a second person" : "one person suffices", ct);

    public async ValueTask<DraftOutcome> Publish(long number, string person, CancellationToken ct)
    {
        if (await Get(number, ct) is not { } draft)
        {
            return new DraftOutcome.NoSuchDraft(number);
        }

        if (Unready(draft, AuditStep.Published) is { } refused)
        {
            return refused;
        }

        var document = await DocumentOf(draft, ct);
        return await shelf.Publish(document, new Publication(person, AuditStep.Published, number, null), draft.BasedOn, ct) switch
        {
            PublishOutcome.Published published => new DraftOutcome.Published(published.Playbook),
            PublishOutcome.Conflict conflict => Overtaken(draft, conflict.InForce),
            PublishOutcome.Invalid => new DraftOutcome.Refused(DraftRefusal.NotChecked, "The draft has mistakes."),
            var other => throw new UnreachableException($"{other.GetType().Name} comes of no draft"),
        };
    }

    public async ValueTask<Draft?> Get(long number, CancellationToken ct)
    {
        var steps = await readers.Run(reader => reader.AuditOf(number)).WaitAsync(ct);
        return steps is [{ Step: AuditStep.Drafted }, ..] ? new Draft([.. steps]) : null;
    }

    public async ValueTask<byte[]?> Document(long number, CancellationToken ct) => await readers.Run(reader => reader.Draft(number)).WaitAsync(ct);

    public async ValueTask<ImmutableArray<Draft>> List(int limit, CancellationToken ct)
    {
        var drafts = ImmutableArray.CreateBuilder<Draft>();
        foreach (var number in await readers.Run(reader => reader.Drafts(limit)).WaitAsync(ct))
        {
            if (await Get(number, ct) is { } draft)
            {
                drafts.Add(draft);
            }
        }

        return drafts.ToImmutable();
    }

    public async ValueTask<ImmutableArray<AuditEntry>> Audit(long after, int limit, CancellationToken ct) =>
        [.. await readers.Run(reader => reader.Audit(after, limit)).WaitAsync(ct)];

    public ValueTask<AuditCheck> CheckAudit(CancellationToken ct) => trail.Check(ct);

    private async ValueTask<DraftOutcome> Step(long number, string person, AuditStep step, string detail, CancellationToken ct)
    {
        if (await Get(number, ct) is not { } draft)
        {
            return new DraftOutcome.NoSuchDraft(number);
        }

        if (Unready(draft, step) is { } refused)
        {
            return refused;
        }

        if (step == AuditStep.Approved && twoPersons && string.Equals(person, draft.Author, StringComparison.OrdinalIgnoreCase))
        {
            return new DraftOutcome.Refused(DraftRefusal.SecondPersonNeeded, $"{person} drafted it; somebody else has to approve it.");
        }

        return new DraftOutcome.Done(await Append(draft, person, step, detail), []);
    }

    /// <summary>What must come before a step; null: it may be done.</summary>
    private DraftOutcome.Refused? Unready(Draft draft, AuditStep step) =>
        draft.Published is { } version ? new(DraftRefusal.AlreadyPublished, Text($"It was published as version {version}."))
        : draft.BasedOn != shelf.InForce.Version ? Overtaken(draft, shelf.InForce.Version)
        : !draft.IsChecked ? new(DraftRefusal.NotChecked, "It has to be checked first, and to have no mistakes.")
        : step >= AuditStep.Approved && !draft.IsSimulated ? new(DraftRefusal.NotSimulated, "It has to be simulated first.")
        : step >= AuditStep.Published && !draft.IsApproved ? new(DraftRefusal.NotApproved, "It has to be approved first.")
        : null;

    private static DraftOutcome.Refused Overtaken(Draft draft, int inForce) =>
        new(DraftRefusal.Overtaken, Text($"It was made to replace version {draft.BasedOn}, and version {inForce} is in force: draft it again."));

    private async ValueTask<Draft> Append(Draft draft, string person, AuditStep step, string detail, bool passed = true)
    {
        var facts = new AuditFacts(person, step, draft.Number, 0, draft.Document, detail) { Passed = passed };
        var entry = await Task.Run(() => trail.Append(facts, entry => store.TryAppend(entry, null)), CancellationToken.None)
            ?? throw new UnreachableException("Only a number can be taken, and then another is tried.");
        return draft with { Steps = draft.Steps.Add(entry) };
    }

    private async ValueTask<PlaybookParse> Parse(Draft draft, CancellationToken ct) =>
        Playbook.Parse(await DocumentOf(draft, ct), shelf.InForce.Version + 1);

    /// <exception cref="InvalidDataException">What is stored is not what was drafted: it must not come into force.</exception>
    private async ValueTask<byte[]> DocumentOf(Draft draft, CancellationToken ct) =>
        await Document(draft.Number, ct) is { } document && AuditTrail.HashOf(document) == draft.Document
            ? document
            : throw new InvalidDataException($"The document of draft {draft.Number} is not the one that was handed in.");

    private static string Share(WhatIfSums sums) =>
        sums.Outbound == 0 ? "nothing" : ((double)sums.OutboundSales / sums.Outbound).ToString("P1", CultureInfo.InvariantCulture);

    private static string Text(FormattableString text) => FormattableString.Invariant(text);
}
