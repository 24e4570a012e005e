using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using SegmentOfOne.Domain;

namespace SegmentOfOne.Engine.Playbooks;

/// <summary>One line of the audit trail, which only grows: each names the hash of the one before, so none can be changed, left out or put in
/// without all after it.</summary>
/// <param name="Number">From 1, without gaps.</param>
/// <param name="Person">Who did it, as named by the caller; empty: the program, at its start.</param>
/// <param name="Draft">The draft that it was done with; 0: none.</param>
/// <param name="Version">The version that came into force by it; of a draft, the one in force when it was handed in; else 0.</param>
/// <param name="Passed">False: a check found mistakes.</param>
/// <param name="Document">SHA-256 of the document, 64 small hexadecimal digits.</param>
/// <param name="Detail">A sentence for people.</param>
/// <param name="Previous">The hash of the entry before; of the first, 64 zeros.</param>
/// <param name="Hash">SHA-256 over all the others.</param>
public sealed record AuditEntry(
    long Number,
    Instant At,
    string Person,
    AuditStep Step,
    long Draft,
    int Version,
    bool Passed,
    string Document,
    string Detail,
    string Previous,
    string Hash)
{
    /// <summary>What the first entry names as the one before.</summary>
    public static string NoHash { get; } = new('0', 2 * SHA256.HashSizeInBytes);

    /// <summary>What its hash must be.</summary>
    public string ComputeHash()
    {
        var text = new StringBuilder();
        foreach (var field in new[]
        {
            Previous, Text(Number), Text(At.UnixMilliseconds), Person, Step.ToString(), Text(Draft), Text(Version), Passed ? "passed" : "failed", Document, Detail,
        })
        {
            // With its length before it no field can pass for the end of another.
            text.Append(Text(field.Length)).Append(':').Append(field);
        }

        return Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(text.ToString())));
    }

    private static string Text(long number) => number.ToString(CultureInfo.InvariantCulture);
}
