namespace SegmentOfOne.Domain.Playbooks;

/// <summary>The bounds of a playbook. What exceeds one is an error of the document, named and with its path.</summary>
public static class PlaybookLimits
{
    /// <summary>Bytes of the document.</summary>
    public const int DocumentBytes = 1 << 20;

    /// <summary>Nesting of the JSON document.</summary>
    public const int DocumentDepth = 16;

    /// <summary>Errors reported for one document; the rest would only repeat them.</summary>
    public const int Errors = 200;

    public const int Interactions = 1_000;
    public const int Placements = 200;
    public const int ChannelsOfPlacement = 32;
    public const int Actions = 1_000;
    public const int PlacementsOfAction = 50;
    public const int ContextWeightsOfAction = 32;
    public const int LeversOfAction = 16;
    public const int TreatmentsOfAction = 32;
    public const int FieldsOfContent = 32;
    public const int VariablesOfTreatment = 32;
    public const int BackRules = 32;
    public const int Channels = 64;
    public const int Caps = 50;
    public const int QuietHours = 33;
    public const int IntentTypes = 50;
    public const int Fences = 200;
    public const int OpenHours = 21;
    public const int Segments = 100;
    public const int Traits = 64;
    public const int TypesOfTrait = 32;

    /// <summary>Bytes that all traits together can take of a customer, at the worst.</summary>
    public const int BytesOfTraits = 64 * 1024;
    public static readonly TimeSpan ShortestTraitWindow = TimeSpan.FromMinutes(1);

    public const int Journeys = 50;
    public const int StepsOfJourney = 64;
    public const int ExitsOfJourney = 16;
    public const int BranchesOfStep = 16;
    public const int Receivers = 32;
    public const int TypesOfStep = 32;
    public const int WaysOfStep = 16;
    public const int MovedVersions = 100;
    public const int Concurrency = 16;

    /// <summary>Characters of what a case says.</summary>
    public const int ReasonLength = 200;

    /// <summary>Characters of an action's id, a placement, an interaction type, a channel, a property.</summary>
    public const int NameLength = 64;

    /// <summary>Characters of a description.</summary>
    public const int DescriptionLength = 1_000;

    /// <summary>Characters of one content field of a treatment.</summary>
    public const int ContentLength = 2_000;

    /// <summary>Characters of one expression.</summary>
    public const int ExpressionLength = 2_000;

    /// <summary>Nesting of one expression: also how deep its evaluation can go.</summary>
    public const int ExpressionDepth = 48;

    /// <summary>Values after `in`, and arguments of min and max.</summary>
    public const int ExpressionList = 100;

    /// <summary>Characters of a text literal.</summary>
    public const int TextLiteralLength = 200;

    /// <summary>Digits of a number literal: so many are exact both as double and as decimal.</summary>
    public const int NumberLiteralDigits = 15;

    /// <summary>The weight, up or down, that one interaction can have on one score.</summary>
    public const double Weight = 1_000;

    /// <summary>Places of one content field at which a variable stands: with <see cref="ContentLength"/> and
    /// <see cref="VariableLength"/> they bound what it can become.</summary>
    public const int VariablesOfContent = 16;

    /// <summary>Characters of what a variable says; what is longer is cut and ends in an ellipsis.</summary>
    public const int VariableLength = 200;

    /// <summary>Characters of what is said where a variable is missing.</summary>
    public const int FallbackLength = VariableLength;

    public const int Decimals = 4;

    /// <summary>The most points that an action can be expected to move Intimacy by.</summary>
    public const double IntimacyChange = 200;

    /// <summary>What γ, and a weight of the trust balance up or down, can be.</summary>
    public const double Gamma = 100;

    /// <summary>Meters around a fence's center.</summary>
    public const double SmallestRadius = 10;
    public const double LargestRadius = 50_000;

    /// <summary>The value V that an action can have.</summary>
    public const double Value = 1e9;

    /// <summary>The largest percentage of a context weight or lever; the smallest is −100.</summary>
    public const double Percent = 1_000;

    public const double Kappa = 1e6;

    /// <summary>The largest amount of money, up or down, that one interaction can move, in the playbook's currency.</summary>
    public const decimal Amount = 1_000_000_000_000m;

    /// <summary>Decimals of an amount: with <see cref="Amount"/> they leave sums exact in a decimal for 10^8 interactions.</summary>
    public const int AmountDecimals = 8;

    /// <summary>Less would forget what the same day needs.</summary>
    public static readonly TimeSpan ShortestRetention = TimeSpan.FromDays(1);

    /// <summary>Kinds of names.</summary>
    public const int IdentifierKinds = 32;

    /// <summary>Values that name nobody in particular.</summary>
    public const int BlockedValues = 1_000;

    /// <summary>Properties of an interaction that name the customer.</summary>
    public const int Identifies = 8;

    /// <summary>The highest priority of a kind of name; the lowest is 0.</summary>
    public const int Priority = 1_000;

    public static readonly TimeSpan LongestDuration = TimeSpan.FromDays(3650);
    /// <summary>How long a run can stay at one step, and how late an interaction can be that lets a customer in.</summary>
    public static readonly TimeSpan LongestWait = TimeSpan.FromDays(730);
    public static readonly TimeSpan ShortestWait = TimeSpan.FromSeconds(1);
    public static readonly TimeSpan ShortestHalfLife = TimeSpan.FromMinutes(1);
}
