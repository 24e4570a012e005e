namespace SegmentOfOne.Domain.Playbooks;

/// <summary>One mistake in a playbook.</summary>
/// <param name="Path">Where, as a JSON path: <c>$.actions[3].eligible</c>. <c>$</c> is the document.</param>
/// <param name="Code">One of <see cref="PlaybookErrorCode"/>.</param>
/// <param name="Message">One sentence for the person who wrote the playbook.</param>
/// <param name="Line">In an expression, or in a document that isn't JSON: the line of the mistake, from 1.</param>
/// <param name="Column">The character in that line, from 1.</param>
public sealed record PlaybookError(string Path, string Code, string Message, int? Line = null, int? Column = null)
{
    /// <summary>One line of text: path, position, message, code.</summary>
    public override string ToString() => Line is null
        ? $"{Path}: {Message} [{Code}]"
        : $"{Path} ({Line}:{Column}): {Message} [{Code}]";
}

/// <summary>The kinds of mistake a playbook can have: the words that programs may rely on.</summary>
public static class PlaybookErrorCode
{
    // The document as a whole; nothing else is told beside one of these.
    public const string TooLarge = "too_large";
    public const string NotUtf8 = "not_utf8";
    public const string NotJson = "not_json";

    // Its fields.
    public const string UnknownField = "unknown_field";
    public const string DuplicateField = "duplicate_field";
    public const string MissingField = "missing_field";
    public const string WrongType = "wrong_type";

    // Their values.
    public const string OutOfRange = "out_of_range";
    public const string TooMany = "too_many";
    public const string TooLong = "too_long";
    public const string InvalidName = "invalid_name";

    /// <summary>Control characters, or an escape that is no character.</summary>
    public const string InvalidText = "invalid_text";
    public const string InvalidDuration = "invalid_duration";
    public const string InvalidCurrency = "invalid_currency";

    /// <summary>The parts of Engagement don't add up to 1.</summary>
    public const string InvalidBlend = "invalid_blend";

    /// <summary>A name that must be unique is there twice.</summary>
    public const string DuplicateName = "duplicate_name";

    /// <summary>None of the words that can stand here.</summary>
    public const string UnknownValue = "unknown_value";
    public const string UnknownPlacement = "unknown_placement";
    public const string UnknownChannel = "unknown_channel";
    public const string UnknownAction = "unknown_action";
    public const string UnknownZone = "unknown_zone";
    public const string InvalidTime = "invalid_time";
    public const string UnknownSegment = "unknown_segment";
    public const string UnknownTrait = "unknown_trait";
    public const string UnknownReceiver = "unknown_receiver";

    /// <summary>A way back that doesn't lead back.</summary>
    public const string WrongOrder = "wrong_order";

    /// <summary>A cap or window beyond what the ledger of touches holds.</summary>
    public const string BeyondLedger = "beyond_ledger";

    /// <summary>Two things said here exclude each other.</summary>
    public const string Contradiction = "contradiction";

    /// <summary>An action that nothing can ever choose, a journey that nobody enters, a step that nobody reaches.</summary>
    public const string Unreachable = "unreachable";

    // In journeys.
    public const string UnknownJourney = "unknown_journey";
    public const string UnknownStep = "unknown_step";

    /// <summary>The parts of a split don't add up to 100.</summary>
    public const string InvalidSplit = "invalid_split";

    /// <summary>Steps that lead round to themselves while no time passes.</summary>
    public const string EndlessLoop = "endless_loop";

    /// <summary>A step from which no exit can be reached.</summary>
    public const string MissingExit = "missing_exit";

    /// <summary>Double braces around something else than a variable's name.</summary>
    public const string InvalidTemplate = "invalid_template";

    /// <summary>A variable that the treatment doesn't declare.</summary>
    public const string UnknownVariable = "unknown_variable";

    // In expressions, with line and column.

    /// <summary>The text can't be read from here on: what comes after is not looked at, so of such mistakes a text has one. All the others are told together.</summary>
    public const string Syntax = "syntax";

    public const string TooDeep = "too_deep";
    public const string Type = "type";
    public const string UnknownName = "unknown_name";
    public const string UnknownFunction = "unknown_function";
    public const string WrongArguments = "wrong_arguments";

    /// <summary>It exists, but can't be read at this place.</summary>
    public const string NotAvailable = "not_available";
    public const string UnknownInteraction = "unknown_interaction";

    /// <summary>A kind of name that "identity" doesn't have.</summary>
    public const string UnknownIdentifierKind = "unknown_identifier_kind";
    public const string UnknownEvidence = "unknown_evidence";
    public const string UnknownFence = "unknown_fence";
    public const string UnknownStage = "unknown_stage";

    /// <summary>A count is compared with more than a customer's state can tell.</summary>
    public const string BeyondExactness = "beyond_exactness";
}
