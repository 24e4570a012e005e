using System.Diagnostics;
using SegmentOfOne.Domain.Consent;
using SegmentOfOne.Domain.Identity;
using SegmentOfOne.Domain.Repeats;

namespace SegmentOfOne.Domain;

/// <content>What each fact changes.</content>
public static partial class Customer
{
    /// <summary>The one place where a fact changes a state.</summary>
    internal static void Apply(CustomerState state, Fact fact)
    {
        switch (fact)
        {
            case CustomerMet met:
                state.Identity.Add(met.Identifier);
                state.Journey.Meet(met.At);
                break;
            case MeasuresAdopted adopted:
                state.Engagement.Adopt(adopted.Measures, state.Clock);
                break;
            case InteractionObserved observed:
                state.Activity.Observe(observed);
                state.Contact.Observe(observed, state.Version + 1);
                state.Journey.BeActive(observed.OccurredAt.UtcDay);
                state.Ids.Add(new SeenId(StableHash.Of(state.AskedBy, observed.Id), state.Version + 1));
                break;
            case DecisionsAsked asked:
                if (asked.Id.Length > 0)
                {
                    state.Ids.Add(new SeenId(StableHash.Of(state.AskedBy, asked.Id), state.Version + 1));
                }

                break;
            case EngagementEarned earned:
                state.Engagement.Earn(earned, state.LastSeen);
                break;
            case MoneyMoved moved:
                state.Value.Move(moved.Amount);
                break;
            case EpisodeMoved moved:
                state.Episodes.Move(moved);
                break;
            case StageChanged changed:
                state.Journey.Move(changed);
                break;
            case OverlayChanged changed:
                state.Journey.Lay(changed);
                if (changed.Overlay == Overlay.InRecovery)
                {
                    state.Engagement.RestartShift();
                }

                break;
            case DelightNoticed:
                state.Engagement.RestartShift();
                break;
            case ConsentTold told:
                state.Consent.Tell(told);
                if (state.Consent.Location.IsRefused)
                {
                    state.Location.Clear();
                }

                break;
            case ZoneTold told:
                state.Zones.Tell(told);
                break;
            case OffsetAdopted adopted:
                state.Zones.Adopt(adopted);
                break;
            case LocationNoted noted:
                state.Location.Note(noted);
                break;
            case FenceChanged changed:
                state.Location.Change(changed);
                break;
            case LocationForgotten:
                state.Location.Clear();
                break;
            case TrustMeasured measured:
                state.Contact.TrustHalfLife = measured.HalfLife;
                break;
            case TouchReported reported:
                state.Contact.Report(reported);
                break;
            case ReportUnmatched:
                break;
            case TouchWithdrawn withdrawn:
                state.Contact.Withdraw(withdrawn);
                break;
            case TouchReleased:
                // A touch whose time is over takes no place anyway; that it was noticed is news for those who read turns.
                break;
            case ConsentExpired expired:
                state.Consent.Expire(expired);
                if (expired.Subject.Kind == ConsentKind.Location)
                {
                    state.Location.Clear();
                }

                break;
            case TimeCame came:
                state.LastDue = Instant.Later(state.LastDue, came.Due);
                break;
            case SegmentEntered entered:
                state.Segments.Enter(entered);
                break;
            case SegmentLeft left:
                state.Segments.Leave(left);
                break;
            case TraitAdopted adopted:
                state.Traits.Adopt(adopted);
                break;
            case TraitGained gained:
                state.Traits.Gain(gained);
                break;
            case TraitSet set:
                state.Traits.Set(set);
                break;
            case JourneyEntered entered:
                state.Journeys.Enter(entered);
                break;
            case JourneyStepped stepped:
                state.Journeys.Step(stepped);
                break;
            case JourneyMoved moved:
                state.Journeys.Move(moved);
                break;
            case JourneyLeft left:
                state.Journeys.Leave(left);
                break;
            case JourneyBarred or MessageLeft or ClaimRefused:
                break;
            case CameBy came:
                state.AskedBy = came.Key;
                break;
            case MergedInto merged:
                Apply(state, merged);
                break;
            case MergeSettled:
                state.Identity.Redirect = state.Identity.Redirect is { } redirect ? redirect with { IsSettled = true } : null;
                break;
            case PartTaken taken:
                Apply(state, taken);
                break;
            case PartRefused refused:
                state.Identity.Add(new GivenUp(refused.Key, state.Version + 1, refused.Version, refused.At, IsSettled: true, IsRefused: true));
                break;
            case PartGivenUp given:
                Apply(state, given);
                break;
            case CustomerRestored restored:
                Apply(state, restored);
                break;
            case GivingUpSettled settled:
                state.Identity.Settle(settled.Key);
                break;
            case Decided decided:
                state.Decisions++;
                if (decided is { Action: { } action, Reserved: { } reserved })
                {
                    state.Contact.Reserve(state.Told, state.Version + 1, action, reserved);
                }

                break;
            default:
                throw new UnreachableException($"fact {fact.GetType().Name}");
        }
    }
}
