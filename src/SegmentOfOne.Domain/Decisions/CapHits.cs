using SegmentOfOne.Domain.Contact;
using SegmentOfOne.Domain.Playbooks;

namespace SegmentOfOne.Domain.Decisions;

/// <summary>Which caps mattered to a decision, for reports over many of them.</summary>
internal static class CapHits
{
    /// <summary>Adds each cap that is full for a candidate which every gate before the contact policy has let pass; each once.</summary>
    public static void AddTo(List<CapRule> hits, in Occasion occasion)
    {
        var view = ContactView.Of(occasion);
        foreach (var cap in occasion.Contact.Caps)
        {
            foreach (var action in occasion.Placement.Candidates)
            {
                if (occasion.Allows(action) && IsFull(cap, action, occasion) && IsWanted(action, occasion, view))
                {
                    hits.Add(cap);
                    break;
                }
            }
        }
    }

    private static bool IsFull(CapRule cap, ActionRule action, in Occasion occasion) =>
        !action.Transactional
        && Caps.Counts(cap, action.Id, action.Purpose, occasion.Channel, occasion.Direction)
        && Caps.Of(cap, occasion.Customer.Contact, action.Id, action.Purpose, occasion.Channel, occasion.Now).FreeAt is not null;

    private static bool IsWanted(ActionRule action, in Occasion occasion, in ContactView view) =>
        Arbitration.IsEligible(action, occasion, view)
        && action.Applicable?.Holds(occasion.Scope) != false
        && action.Suitable?.Holds(occasion.Scope) != false;
}
