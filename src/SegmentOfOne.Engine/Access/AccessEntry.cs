using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using SegmentOfOne.Domain;

namespace SegmentOfOne.Engine.Access;

/// <summary>What somebody did, before it has its place in the log.</summary>
/// <param name="Person">The name of the key.</param>
/// <param name="Key">The key's id.</param>
/// <param name="Operation">By the name that the OpenAPI document has for it.</param>
/// <param name="Subject">What it was done to: a customer by its key, never by what identifies it; a draft, a segment, a key; empty: nothing in particular.</param>
/// <param name="Outcome">ok, or the name of the failure.</param>
public sealed record AccessFacts(string Person, string Key, Role Role, string Operation, string Subject, string Outcome)
{
    public const string Ok = "ok";
}

/// <summary>One line of the access log, which only grows at its end: each names the hash of the one before.</summary>
/// <param name="Number">From 1, without gaps.</param>
/// <param name="Previous">The hash of the entry before; of the first, 64 zeros.</param>
/// <param name="Hash">SHA-256 over all the others.</param>
public sealed record AccessEntry(long Number, Instant At, AccessFacts Facts, string Previous, string Hash)
{
    /// <summary>What the first entry names as the one before.</summary>
    public static string NoHash { get; } = new('0', 2 * SHA256.HashSizeInBytes);

    public static AccessEntry After(AccessEntry? last, Instant at, AccessFacts facts)
    {
        var entry = new AccessEntry((last?.Number ?? 0) + 1, at, facts, last?.Hash ?? NoHash, "");
        return entry with { Hash = entry.ComputeHash() };
    }

    /// <summary>What its hash must be.</summary>
    public string ComputeHash()
    {
        var text = new StringBuilder();
        foreach (var field in new[]
        {
            Previous, Text(Number), Text(At.UnixMilliseconds), Facts.Person, Facts.Key, Facts.Role.ToString(), Facts.Operation, Facts.Subject, Facts.Outcome,
        })
        {
            // With its length before it no field can pass for the end of another.
            text.Append(Text(field.Length)).Append(':').Append(field);
        }

        return Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(text.ToString())));
    }

    private static string Text(long number) => number.ToString(CultureInfo.InvariantCulture);
}

/// <summary>Which entries of the log.</summary>
/// <param name="After">Those beyond this number.</param>
/// <param name="Person">Only this person's; null: everybody's.</param>
/// <param name="Subject">Only what was done to this; null: to anything.</param>
public sealed record AccessQuery(long After, int Limit, string? Person, string? Subject)
{
    public const int MaxLimit = 1_000;
}

/// <summary>What looking through the log found.</summary>
/// <param name="First">The first entry that is still kept; 0: there is none.</param>
/// <param name="BrokenAt">The first that is not what was written; null: all are.</param>
public sealed record AccessCheck(long First, long Last, string Head, long? BrokenAt);
