namespace SegmentOfOne.Domain;

/// <summary>Every bound of a request and of a customer's state, and what happens there. Lengths of text are UTF-8 bytes.</summary>
public static class Limits
{
    // A request beyond one of these is refused with a named code.
    public const int IdentifierKindBytes = 64;
    public const int IdentifierValueBytes = 256;
    public const int InteractionIdBytes = 128;
    public const int TypeBytes = 64;
    public const int ChannelBytes = 64;
    public const int Properties = 64;
    public const int PropertyNameBytes = 64;
    public const int PropertyTextBytes = 4096;
    public const int PropertiesBytes = 16 * 1024;
    public const int Placements = 16;
    public const int PlacementBytes = 64;
    public static readonly TimeSpan Ahead = TimeSpan.FromMinutes(5);

    // A state that reaches one of these goes on in the way that is said.

    /// <summary>Types with counts of their own; what comes after is counted together under the empty name.</summary>
    public const int ActivityTypes = 64;

    /// <summary>Occurrences of a type whose times are known, the latest; counts over a window see at most so many.</summary>
    public const int RecentOccurrences = 64;

    /// <summary>Items that are remembered, the latest touched; distinct items over a window are at most so many.</summary>
    public const int RecentItems = 64;

    /// <summary>Channels with counts of their own; what comes after is counted together under the empty name.</summary>
    public const int Channels = 16;

    /// <summary>Active days that the median gap looks at, the latest.</summary>
    public const int ActiveDays = 32;

    /// <summary>Samples of Intimacy within the shift window; beyond, the two nearest in time become one.</summary>
    public const int ShiftSamples = 16;

    /// <summary>Episodes that are remembered; beyond, the longest unmoved leaves, an ended one before an open one.</summary>
    public const int Episodes = 16;

    /// <summary>Characters of an episode's key; a longer one is known by its hash.</summary>
    public const int EpisodeKeyLength = 64;

    /// <summary>Runs of journeys that a customer is in; beyond, no further one is entered, which is said.</summary>
    public const int JourneyRuns = 32;

    /// <summary>Characters of the key that tells runs apart; a longer one is known by its hash.</summary>
    public const int JourneyKeyLength = 64;

    /// <summary>Journeys of which it is known when they were entered and left; beyond, the one left longest ago is forgotten.</summary>
    public const int JourneysKnown = 64;

    /// <summary>Steps that one run takes in one turn; beyond, it ends as broken.</summary>
    public const int JourneySteps = 64;

    /// <summary>Facts that journeys give in one turn, at most; beyond, what is due waits for the next turn.</summary>
    public const int JourneyFacts = 1024;

    /// <summary>Decisions that journeys take in one turn; beyond, a step waits for the next turn.</summary>
    public const int JourneyDecisions = 16;

    /// <summary>Decisions of one turn: those of the caller's placements and those of journeys.</summary>
    public const int Decisions = Placements + JourneyDecisions;

    /// <summary>Messages that leave by one turn; beyond, a step waits for the next turn.</summary>
    public const int Messages = 32;

    /// <summary>Slots of a trait's rolling window: occurrences leave in steps of one.</summary>
    public const int TraitSlots = 32;

    /// <summary>Values of a most frequent one within its window that are counted apart; beyond, the least frequent leaves its counts to the newcomer.</summary>
    public const int TraitValues = 16;

    /// <summary>Different values within a trait's window that are told apart; there are never more.</summary>
    public const int TraitDistinct = 64;

    /// <summary>Characters of a trait's text; a longer one is cut, or known by its hash where only different ones are counted.</summary>
    public const int TraitTextLength = 64;

    /// <summary>The greatest number, up or down, that a trait sums; a greater one doesn't count.</summary>
    public const double TraitNumber = 1e12;

    /// <summary>The greatest sum of a trait, up or down, in one slot; beyond, it stays there.</summary>
    public const decimal TraitSum = 1e27m;

    /// <summary>Identifiers of a customer.</summary>
    public const int Identifiers = 32;

    /// <summary>Ids that are known with the turn that answered them; older ones go into the filter.</summary>
    public const int RecentIds = 64;

    /// <summary>Blocks of the filter of older ids, 64 bytes each; beyond, history is asked about every id that isn't recent.</summary>
    public const int FilterBlocks = 64;

    /// <summary>Touches that the ledger holds; beyond, nothing that a rule would count is chosen, and what is transactional isn't entered.</summary>
    public const int Touches = 256;

    /// <summary>The longest window of a rule of contact, and how long an outbound touch is held.</summary>
    public static readonly TimeSpan TouchWindow = TimeSpan.FromDays(90);

    /// <summary>Channels with a consent of their own; beyond, a refusal takes a grant's place.</summary>
    public const int ConsentChannels = 32;

    /// <summary>Characters of a consent's source and of its policy's version; a longer one is known by its hash, and the turn has all of it.</summary>
    public const int ConsentTextLength = 64;

    /// <summary>Characters of what refers to a consent's proof; a longer one is known by its hash, too.</summary>
    public const int ConsentProofLength = 128;

    /// <summary>Zones whose offsets are kept; beyond, the one read longest ago leaves and is read again when needed.</summary>
    public const int ZoneOffsets = 8;

    /// <summary>How long it is known where a customer was.</summary>
    public static readonly TimeSpan LocationKept = TimeSpan.FromHours(24);

    /// <summary>Fences that a customer is or was at; beyond, one that was left is forgotten first.</summary>
    public const int FenceVisits = 16;
}
