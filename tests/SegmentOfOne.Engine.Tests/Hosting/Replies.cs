using System.Collections.Frozen;
using SegmentOfOne.Domain;

namespace SegmentOfOne.Engine.Tests.Hosting;

/// <summary>Compares replies by what they say: the content of decisions is equal by its texts, not by its object.</summary>
internal static class Replies
{
    public static void ShouldSayTheSameAs(this TurnReply reply, TurnReply other)
    {
        WithoutContent(reply).ShouldBe(WithoutContent(other));
        Content(reply).ShouldBe(Content(other));
    }

    private static TurnReply WithoutContent(TurnReply reply) => reply with
    {
        Decisions = [.. reply.Decisions.Select(decision => decision with { Content = FrozenDictionary<string, string>.Empty })],
    };

    private static string Content(TurnReply reply) => string.Join(
        '\n', reply.Decisions.SelectMany(decision => decision.Content.OrderBy(text => text.Key, StringComparer.Ordinal)));
}
