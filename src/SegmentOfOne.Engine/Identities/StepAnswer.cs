using SegmentOfOne.Domain;
using SegmentOfOne.Domain.Identity;

namespace SegmentOfOne.Engine.Identities;

/// <summary>What a step of identity came to, durably. <paramref name="Into"/>: who is to be asked, where the customer moved.</summary>
public readonly record struct StepAnswer(StepResult Result, CustomerKey Into);
