using System.Text;
using SegmentOfOne.Domain.Formats;

namespace SegmentOfOne.Domain.Tests.Formats;

public sealed class LexiconTests
{
    private readonly Lexicon lexicon = new();

    [Fact]
    public void A_word_that_comes_again_is_the_same()
    {
        Of("product_viewed").ShouldBe("product_viewed");
        Of("product_viewed").ShouldBeSameAs(Of("product_viewed"));
    }

    [Fact]
    public void Whatever_came_before_a_text_is_what_its_bytes_say()
    {
        var random = new Random(20261129);
        for (var i = 0; i < 50_000; i++)
        {
            var text = string.Concat(Enumerable.Range(0, random.Next(60)).Select(_ => "ab_é😀"[..(random.Next(8) == 0 ? 6 : random.Next(4))]));
            Of(text).ShouldBe(text);
        }
    }

    private string Of(string text) => lexicon.Of(Encoding.UTF8.GetBytes(text));
}
