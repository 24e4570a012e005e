using SegmentOfOne.Domain;
using SegmentOfOne.Engine.Journals;

namespace SegmentOfOne.Engine.Tests.Journals;

public sealed class BatchFormatTests
{
    private static readonly CustomerKey Someone = new(new UInt128(0x0123456789abcdef, 0xfedcba9876543210));

    [Fact]
    public void Its_bytes_are_pinned()
    {
        var batch = new JournalBatch(7, 1_900_000_000_000, new byte[16]);
        batch.Add(Someone, 300, [1, 2, 3]);
        Convert.ToHexStringLower(batch.Seal()).ShouldBe("01" + "7fe81ad6" + "0038d360ba010000" + "0100" + "0123456789abcdeffedcba9876543210" + "ac02" + "03" + "010203");
    }

    [Fact]
    public void What_was_added_comes_out()
    {
        var batch = new JournalBatch(7, 0, new byte[16]);
        for (var i = 1; i <= 100; i++)
        {
            batch.Add(new CustomerKey((UInt128)i), i * 1_000L, new byte[i]);
        }

        var bytes = batch.Seal().ToArray();
        var entries = BatchFormat.Open(bytes, 7);
        for (var i = 1; i <= 100; i++)
        {
            entries.MoveNext().ShouldBeTrue();
            (entries.Key, entries.Version, entries.Turn.Length).ShouldBe((new CustomerKey((UInt128)i), i * 1_000L, i));
        }

        entries.MoveNext().ShouldBeFalse();
    }

    [Fact]
    public void Any_flipped_bit_any_cut_and_any_other_position_is_noticed()
    {
        var batch = new JournalBatch(7, 1_900_000_000_000, new byte[16]);
        batch.Add(Someone, 1, [1, 2, 3, 4, 5, 6, 7, 8, 9]);
        batch.Add(Someone, 2, []);
        var bytes = batch.Seal().ToArray();
        Should.Throw<InvalidDataException>(() => BatchFormat.Open(bytes, 8));
        for (var bit = 0; bit < bytes.Length * 8; bit++)
        {
            var altered = bytes.ToArray();
            altered[bit / 8] ^= (byte)(1 << (bit % 8));
            Should.Throw<InvalidDataException>(() => BatchFormat.Open(altered, 7));
        }

        for (var length = 0; length < bytes.Length; length++)
        {
            Should.Throw<InvalidDataException>(() => BatchFormat.Open(bytes.AsSpan(0, length), 7));
        }
    }
}
