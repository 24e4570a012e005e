using System.Diagnostics;
using System.Globalization;
using System.Runtime.CompilerServices;
using Google.Protobuf;
using Microsoft.AspNetCore.Http;
using SegmentOfOne.Domain.Playbooks;
using SegmentOfOne.Engine;
using SegmentOfOne.Engine.Playbooks;
using SegmentOfOne.Engine.WhatIfs;
using SegmentOfOne.Grpc;

namespace SegmentOfOne.Gateway.Http;

/// <summary>How a playbook comes into force by several hands, and the trail of it.</summary>
public sealed class DraftsApi(IPlaybooks playbooks, ICustomerQueries queries)
{
    private const string PlaybookDocument = "A playbook; `playbook schema` prints its JSON schema.";

    private static readonly QueryParameter<int> ListLimit = QueryParameter.WholeNumber("limit", "Drafts shown.", 1, 200, 50);
    private static readonly QueryParameter<int> After = QueryParameter.WholeNumber("after", "Entries beyond this one.", 0, int.MaxValue, 0);
    private static readonly QueryParameter<int> Limit = QueryParameter.WholeNumber("limit", "Entries of an answer.", 1, 1_000, 200);

    private IPlaybookDrafts Drafts => playbooks.Drafts;

    public IEnumerable<Operation> Operations =>
    [
        new("POST", "/admin/v1/drafts", "beginDraft", "Hands in a playbook, with mistakes or without; nothing comes into force by it.")
        {
            TakesDocument = true,
            Document = PlaybookDocument,
            Reply = Admin.V1.Draft.Descriptor,
            WantsPerson = true,
            Problems = [413, 415],
            Answer = Begin,
        },
        new("GET", "/admin/v1/drafts", "listDrafts", "The latest drafts.")
        {
            Query = [ListLimit],
            Reply = Admin.V1.DraftList.Descriptor,
            Answer = async call => new HttpAnswer.Message(Wire.ToWire(await Drafts.List(call.Query.Read(ListLimit), call.Aborted).ConfigureAwait(false))),
        },
        new("GET", "/admin/v1/drafts/{draft}", "getDraft", "A draft, and what was done with it.")
        {
            Reply = Admin.V1.Draft.Descriptor,
            Problems = [404],
            Answer = async call => await Drafts.Get(Number(call), call.Aborted).ConfigureAwait(false) is { } draft
                ? new HttpAnswer.Message(Wire.ToWire(draft))
                : NoSuchDraft(call),
        },
        new("GET", "/admin/v1/drafts/{draft}/playbook", "getDraftPlaybook", "The document of a draft, as it was handed in.")
        {
            Document = PlaybookDocument,
            Problems = [404],
            Answer = async call => await Drafts.Document(Number(call), call.Aborted).ConfigureAwait(false) is { } document
                ? new HttpAnswer.Document(document)
                : NoSuchDraft(call),
        },
        Step("check", "checkDraft", "Says every mistake of a draft.", Admin.V1.DraftCheck.Descriptor, (number, person, ct) => Drafts.Check(number, person, ct)),
        new("POST", "/admin/v1/drafts/{draft}/simulate", "simulateDraft", "Tries a draft on what real customers did, as /admin/v1/whatif does; it is simulated when the result has come.")
        {
            Body = Admin.V1.SimulateRequest.Descriptor,
            Reply = Admin.V1.WhatIfStep.Descriptor,
            Media = HttpApi.JsonLines,
            WantsPerson = true,
            Problems = [404, 409, 413, 415],
            Answer = Simulate,
        },
        Step("approve", "approveDraft", "Stands for a draft that was checked and simulated; not the author, unless the program was told that one person suffices.", Admin.V1.Draft.Descriptor, (number, person, ct) => Drafts.Approve(number, person, ct)),
        Step("publish", "publishDraft", "Puts an approved draft in force, as the next version.", Admin.V1.PlaybookVersion.Descriptor, (number, person, ct) => Drafts.Publish(number, person, ct)),
        new("GET", "/admin/v1/audit", "getAudit", "What was done with playbooks, by whom and when, in order; and whether the whole trail is what was written.")
        {
            Query = [After, Limit],
            Reply = Admin.V1.AuditTrail.Descriptor,
            Answer = Audit,
        },
    ];

    private static Operation Step(
        string step, string id, string summary, Google.Protobuf.Reflection.MessageDescriptor reply, Func<long, string, CancellationToken, ValueTask<DraftOutcome>> take) =>
        new("POST", $"/admin/v1/drafts/{{draft}}/{step}", id, summary)
        {
            Reply = reply,
            WantsPerson = true,
            Problems = [403, 404, 409],
            Answer = async call => call.Person is { Succeeded: false } nobody
                ? nobody.Failure
                : ToAnswer(await take(Number(call), call.Person.Reply!, call.Aborted).ConfigureAwait(false), reply == Admin.V1.DraftCheck.Descriptor),
        };

    private async ValueTask<HttpAnswer> Begin(HttpCall call)
    {
        if (call.Person is { Succeeded: false } nobody)
        {
            return nobody.Failure;
        }

        var body = await call.ReadBody().ConfigureAwait(false);
        return !body.Succeeded ? body.Failure
            : body.Reply.Length > PlaybookLimits.DocumentBytes ? Failure.TooLarge($"A playbook may have {PlaybookLimits.DocumentBytes} bytes.")
            : ToAnswer(await Drafts.Begin(body.Reply, call.Person.Reply!, call.Aborted).ConfigureAwait(false), check: false);
    }

    private async ValueTask<HttpAnswer> Simulate(HttpCall call)
    {
        var read = await call.ReadMessage().ConfigureAwait(false);
        if (!read.Succeeded || !call.Person.Succeeded)
        {
            return read.Failure ?? call.Person.Failure!;
        }

        var number = Number(call);
        var (playbook, problem) = await Drafts.ToSimulate(number, call.Aborted).ConfigureAwait(false);
        if (problem is not null)
        {
            return ToAnswer(problem, check: false);
        }

        return Wire.ToDomain(Wire.ToWhatIf((Admin.V1.SimulateRequest)read.Reply), playbook!, out var failure) is { } question
            ? new HttpAnswer.Lines(ct => Steps(number, call.Person.Reply!, question, ct), broken => new Admin.V1.WhatIfStep { Error = Wire.ToWire(broken) })
            : failure!;
    }

    /// <summary>The result is told when it stands in the trail.</summary>
    private async IAsyncEnumerable<IMessage> Steps(long number, string person, WhatIfQuestion question, [EnumeratorCancellation] CancellationToken ct)
    {
        await foreach (var step in queries.WhatIf(question, ct).ConfigureAwait(false))
        {
            if (step is WhatIfEvent.Result result && await Drafts.NoteSimulation(number, person, result.Totals, ct).ConfigureAwait(false) is DraftOutcome.Refused refused)
            {
                yield return new Admin.V1.WhatIfStep { Error = Wire.ToWire(FailureOf(refused)) };
                yield break;
            }

            yield return Wire.ToWire(step, question.Carry);
        }
    }

    private async ValueTask<HttpAnswer> Audit(HttpCall call)
    {
        var (after, limit) = (call.Query.Read(After), call.Query.Read(Limit));
        if (call.Query.Problem is { } problem)
        {
            return problem;
        }

        var check = await Drafts.CheckAudit(call.Aborted).ConfigureAwait(false);
        return new HttpAnswer.Message(Wire.ToWire(await Drafts.Audit(after, limit, call.Aborted).ConfigureAwait(false), limit, check));
    }

    private static HttpAnswer ToAnswer(DraftOutcome outcome, bool check) => outcome switch
    {
        DraftOutcome.Done done => new HttpAnswer.Message(check ? Wire.ToCheck(done) : Wire.ToWire(done.Draft)),
        DraftOutcome.Published published => new HttpAnswer.Message(Wire.ToWire(published.Playbook), published.Playbook.ETag),
        DraftOutcome.NoSuchDraft missing => Failure.NotFound("draft_not_found", $"There is no draft {missing.Number}."),
        DraftOutcome.Refused refused => FailureOf(refused),
        _ => throw new UnreachableException($"{outcome.GetType().Name} is no outcome of a step."),
    };

    private static Failure FailureOf(DraftOutcome.Refused refused) => refused.Reason == DraftRefusal.SecondPersonNeeded
        ? new Failure("second_person_needed", refused.Message, StatusCode.PermissionDenied, StatusCodes.Status403Forbidden)
        : new Failure($"draft_{Wire.Name(refused.Reason)}", refused.Message, StatusCode.FailedPrecondition, StatusCodes.Status409Conflict);

    /// <summary>What is no number is no draft's.</summary>
    private static long Number(HttpCall call) =>
        long.TryParse(call.Path("draft"), NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? number : 0;

    private static Failure NoSuchDraft(HttpCall call) => Failure.NotFound("draft_not_found", $"There is no draft {call.Path("draft")}.");
}
