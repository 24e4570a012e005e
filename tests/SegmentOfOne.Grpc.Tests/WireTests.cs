using System.Buffers;
using System.Text;
using Google.Protobuf;
using Google.Protobuf.WellKnownTypes;
using SegmentOfOne.Grpc.Contracts.HealthV1;
using SegmentOfOne.Grpc.Contracts.ReflectionV1;
using SegmentOfOne.Grpc.Wire;

namespace SegmentOfOne.Grpc.Tests;

/// <summary>The small texts and rules of the wire.</summary>
public sealed class WireTests
{
    [Theory]
    [InlineData("1H", 36_000_000_000)]
    [InlineData("2M", 1_200_000_000)]
    [InlineData("3S", 30_000_000)]
    [InlineData("4m", 40_000)]
    [InlineData("5u", 50)]
    [InlineData("600n", 6)]
    [InlineData("1n", 1)]
    [InlineData("00000001S", 10_000_000)]
    public void A_timeout_is_read_in_each_unit(string text, long ticks)
    {
        TimeoutText.TryParse(text, out var timeout).ShouldBeTrue();
        timeout.Ticks.ShouldBe(ticks);
    }

    [Fact]
    public void A_timeout_is_written_in_eight_digits_and_never_shorter_than_it_is()
    {
        for (long ticks = 1; ticks > 0 && ticks < long.MaxValue / 3; ticks = (ticks * 3) + 1)
        {
            var text = TimeoutText.Format(TimeSpan.FromTicks(ticks));
            text.Length.ShouldBeLessThanOrEqualTo(9);
            TimeoutText.TryParse(text, out var read).ShouldBeTrue();
            read.Ticks.ShouldBeInRange(ticks, ticks + Math.Max(10, ticks / 10_000));
        }

        TimeoutText.Format(TimeSpan.MaxValue).ShouldBe("99999999H");
        TimeoutText.Format(TimeSpan.FromTicks(-1)).ShouldBe("0u");
    }

    [Theory]
    [InlineData("plain: text, with (signs)!", "plain: text, with (signs)!")]
    [InlineData("100 %", "100 %25")]
    [InlineData("é\n", "%C3%A9%0A")]
    [InlineData("✓", "%E2%9C%93")]
    [InlineData("", "")]
    public void A_message_is_percent_encoded(string message, string encoded)
    {
        PercentText.Encode(message).ShouldBe(encoded);
        PercentText.Decode(encoded).ShouldBe(message);
    }

    [Theory]
    [InlineData("50%", "50%")]
    [InlineData("%zz", "%zz")]
    [InlineData("%4", "%4")]
    [InlineData("%c3%A9", "é")]
    public void A_message_that_is_badly_encoded_is_kept(string encoded, string message) => PercentText.Decode(encoded).ShouldBe(message);

    [Fact]
    public void A_long_message_is_cut() => PercentText.Encode(new string('x', 1_000_000)).Length.ShouldBe(PercentText.MaxLength);

    [Theory]
    [InlineData("gzip", true)]
    [InlineData("identity, deflate,gzip", true)]
    [InlineData("gzip;q=0", false)]
    [InlineData("gzipped", false)]
    [InlineData("", false)]
    public void Gzip_is_found_in_a_list(string list, bool listed) => Names.ListsGzip(list).ShouldBe(listed);

    [Fact]
    public void Text_is_checked_wherever_it_stands()
    {
        var texts = TextFields.Of(Struct.Descriptor)!;
        var nested = Struct.Parser.ParseJson("""{ "a": [ { "b": [ 1.5, true, "Zürich" ] } ], "π": 3.14159 }""").ToByteArray();
        texts.AreSound(nested).ShouldBeTrue();
        var at = nested.AsSpan().IndexOf(Encoding.UTF8.GetBytes("ü"));
        nested[at + 1] = (byte)'x';
        texts.AreSound(nested).ShouldBeFalse();
    }

    [Fact]
    public void Bytes_and_numbers_are_no_text()
    {
        var texts = TextFields.Of(EchoRequest.Descriptor)!;
        texts.AreSound(new EchoRequest { Payload = ByteString.CopyFrom(0xFF, 0xFE), Times = -1, Text = "ok" }.ToByteArray()).ShouldBeTrue();
        texts.AreSound([0x0A, 1, 0xFF]).ShouldBeFalse();
        texts.AreSound([0x08, 0x80]).ShouldBeTrue("a parser's matter");
        texts.AreSound([0x0A, 0x7F, 0xFF]).ShouldBeTrue("a parser's matter");
    }

    [Fact]
    public void A_message_without_text_needs_no_check()
    {
        TextFields.Of(Timestamp.Descriptor).ShouldBeNull();
        TextFields.Of(HealthCheckResponse.Descriptor).ShouldBeNull();
        TextFields.Of(ListServiceResponse.Descriptor).ShouldNotBeNull();
    }

    [Fact]
    public void Metadata_keeps_order_and_reads_unpadded_bytes()
    {
        var metadata = new GrpcMetadata().Add("A", "1").Add("b", "2").Add("a", "3");
        metadata.ToString().ShouldBe("a=1, b=2, a=3");
        metadata.Get("A").ShouldBe("3");
        metadata.Get("none").ShouldBeNull();
        metadata.AddReceived("X-Bin", "AQ, AQI,AQID");
        metadata.Entries.Count(entry => entry.Key == "x-bin").ShouldBe(3);
        metadata.GetBytes("x-bin").ShouldBe([1, 2, 3]);
        metadata.AddReceived("x-bin", "AQI");
        metadata.GetBytes("x-bin").ShouldBe([1, 2]);
        metadata.AddReceived("x-bin", "A");
        metadata.GetBytes("x-bin").ShouldBeNull();
    }
}
