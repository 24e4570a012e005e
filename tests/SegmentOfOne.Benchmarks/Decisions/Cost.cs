namespace SegmentOfOne.Benchmarks.Decisions;

/// <summary>What decisions cost in one situation. A question is a whole turn in process that asks for one decision: the request checked, the
/// relationship moved on, the decision taken and reserved, the turn and its reply made. A decision is what a question for two costs more.</summary>
/// <param name="Placement">Where they are asked for.</param>
/// <param name="Candidates">Actions that stand for it.</param>
/// <param name="Past">What the customer has behind it.</param>
/// <param name="StateBytes">Of the customer at rest.</param>
/// <param name="QuestionMicroseconds">In the middle of those of the least disturbed round.</param>
/// <param name="SlowQuestionMicroseconds">99 of 100 took this time or less.</param>
/// <param name="QuestionBytes">Managed memory allocated for one, in the mean.</param>
/// <param name="DecisionMicroseconds">Of medians.</param>
/// <param name="DecisionBytes">Of means.</param>
public sealed record Cost(
    string Placement, int Candidates, Past Past, int StateBytes, double QuestionMicroseconds, double SlowQuestionMicroseconds, double QuestionBytes,
    double DecisionMicroseconds, double DecisionBytes);
