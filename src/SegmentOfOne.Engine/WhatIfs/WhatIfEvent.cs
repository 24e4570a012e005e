using SegmentOfOne.Domain;
using SegmentOfOne.Domain.Decisions;

namespace SegmentOfOne.Engine.WhatIfs;

/// <summary>What is told while a what-if runs: progress and differences as they are found, then the result. Closed.</summary>
public abstract record WhatIfEvent
{
    private WhatIfEvent()
    {
    }

    /// <summary>How far it has come.</summary>
    public sealed record Progress(long Customers, long OfCustomers, long Turns, long Decisions, long Different) : WhatIfEvent;

    /// <summary>A decision that would have been another.</summary>
    /// <param name="Receipt">The decision as it was.</param>
    /// <param name="At">When it was taken.</param>
    /// <param name="After">Null: the other playbook has no such placement for the channel.</param>
    public sealed record Difference(ReceiptId Receipt, Instant At, string Placement, WhatIfChoice Before, WhatIfChoice? After) : WhatIfEvent;

    /// <summary>The end.</summary>
    public sealed record Result(WhatIfResult Totals) : WhatIfEvent;
}

/// <summary>What was chosen under one of the two playbooks.</summary>
/// <param name="Action">Null: nothing.</param>
/// <param name="Other">Why it was not what the other playbook chose; null where that chose nothing.</param>
public sealed record WhatIfChoice(string? Action, string? Treatment, Purpose? Purpose, double Priority, WhatIfReason? Other);

/// <summary>Why an action was not chosen.</summary>
/// <param name="Verdict">Null: it is no candidate of the placement.</param>
/// <param name="Rule">The rule that said no first; null where none did, and where the verdict says it all.</param>
/// <param name="Needed">What would have had to be different.</param>
public sealed record WhatIfReason(string Action, Verdict? Verdict, string? Rule, string? Needed);
