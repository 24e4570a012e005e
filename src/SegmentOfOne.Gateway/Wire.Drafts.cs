using System.Collections.Immutable;
using SegmentOfOne.Engine.Playbooks;

namespace SegmentOfOne.Gateway;

// Playbooks on their way into force, and what was done with them.
public static partial class Wire
{
    public static Admin.V1.Draft ToWire(Draft draft)
    {
        var wire = new Admin.V1.Draft
        {
            Draft_ = (ulong)draft.Number,
            Author = draft.Author,
            At = ToWire(draft.At),
            BasedOn = draft.BasedOn,
            Document = draft.Document,
            Checked = draft.IsChecked,
            Simulated = draft.IsSimulated,
            Approved = draft.IsApproved,
            PublishedVersion = draft.Published ?? 0,
        };
        foreach (var step in draft.Steps)
        {
            wire.Steps.Add(ToWire(step));
        }

        return wire;
    }

    public static Admin.V1.DraftList ToWire(ImmutableArray<Draft> drafts)
    {
        var wire = new Admin.V1.DraftList();
        foreach (var draft in drafts)
        {
            wire.Drafts.Add(ToWire(draft));
        }

        return wire;
    }

    public static Admin.V1.DraftCheck ToCheck(DraftOutcome.Done check)
    {
        var wire = new Admin.V1.DraftCheck { Draft = ToWire(check.Draft) };
        foreach (var error in check.Errors)
        {
            wire.Mistakes.Add(new Admin.V1.PlaybookMistake
            {
                Path = error.Path, Code = error.Code, Message = error.Message, Line = error.Line ?? 0, Column = error.Column ?? 0,
            });
        }

        return wire;
    }

    public static Admin.V1.AuditTrail ToWire(ImmutableArray<AuditEntry> entries, int limit, AuditCheck check)
    {
        var wire = new Admin.V1.AuditTrail
        {
            Next = entries.Length == limit ? (ulong)entries[^1].Number : 0,
            Check = new Admin.V1.AuditCheck
            {
                Holds = check.Holds,
                Entries = (ulong)check.Entries,
                Head = check.Head,
                BrokenAt = (ulong)(check.BrokenAt ?? 0),
                Problem = check.Problem ?? "",
            },
        };
        foreach (var entry in entries)
        {
            wire.Entries.Add(ToWire(entry));
        }

        return wire;
    }

    /// <summary>What a simulation asks, as the what-if that it is; the playbook is the draft's.</summary>
    public static Admin.V1.WhatIfRequest ToWhatIf(Admin.V1.SimulateRequest request)
    {
        var question = new Admin.V1.WhatIfRequest { Sample = request.Sample, From = request.From, To = request.To, Carry = request.Carry };
        if (request.HasDifferences)
        {
            question.Differences = request.Differences;
        }

        return question;
    }

    private static Admin.V1.AuditEntry ToWire(AuditEntry entry) => new()
    {
        Number = (ulong)entry.Number,
        At = ToWire(entry.At),
        Person = entry.Person,
        Step = Name(entry.Step),
        Draft = (ulong)entry.Draft,
        Version = entry.Version,
        Passed = entry.Passed,
        Document = entry.Document,
        Detail = entry.Detail,
        Previous = entry.Previous,
        Hash = entry.Hash,
    };
}
