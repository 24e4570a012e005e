namespace SegmentOfOne.Domain.Tests;

public sealed class StableHashTests
{
    /// <summary>SipHash-2-4 of the bytes 00, 01, 02 … of every length from 0 under the key 00 … 0f, as its authors publish them.</summary>
    private static readonly ulong[] Published =
    [
        0x726fdb47dd0e0e31, 0x74f839c593dc67fd, 0x0d6c8009d9a94f5a, 0x85676696d7fb7e2d, 0xcf2794e0277187b7,
        0x18765564cd99a68d, 0xcbc9466e58fee3ce, 0xab0200f58b01d137, 0x93f5f5799a932462, 0x9e0082df0ba9e4b0,
        0x7a5dbbc594ddb9f3, 0xf4b32f46226bada7, 0x751e8fbc860ee5fb, 0x14ea5627c0843d90, 0xf723ca908e7af2ee,
        0xa129ca6149be45e5, 0x3f2acc7f57c29bdb, 0x699ae9f52cbe4794, 0x4bc1b3f0968dd39c, 0xbb6dc91da77961bd,
    ];

    [Fact]
    public void Published_vectors_come_out()
    {
        var key = new UInt128(0x0f0e0d0c0b0a0908, 0x0706050403020100);
        var bytes = Enumerable.Range(0, Published.Length).Select(i => (byte)i).ToArray();
        for (var length = 0; length < Published.Length; length++)
        {
            StableHash.Of(key, bytes.AsSpan(0, length)).ShouldBe(Published[length], $"length {length}");
        }
    }

    [Fact]
    public void Text_is_hashed_as_its_utf16_units_in_little_endian_order()
    {
        var key = new UInt128(1, 2);
        StableHash.Of(key, "hé").ShouldBe(StableHash.Of(key, new byte[] { (byte)'h', 0, 0xE9, 0 }));
    }

    [Fact]
    public void Customers_give_one_id_different_hashes()
    {
        StableHash.Of(new CustomerKey(1), "order-1").ShouldNotBe(StableHash.Of(new CustomerKey(2), "order-1"));
    }

    [Fact]
    public void A_number_and_the_text_that_shows_it_differ()
    {
        var key = new CustomerKey(7);
        StableHash.Of(key, PropertyValue.Of(42)).ShouldNotBe(StableHash.Of(key, PropertyValue.Of("42")));
        StableHash.Of(key, PropertyValue.Of(1)).ShouldNotBe(StableHash.Of(key, PropertyValue.Of(true)));
    }
}
