using System.Buffers.Binary;
using System.Data.Common;
using System.Diagnostics;
using SegmentOfOne.Domain;

namespace SegmentOfOne.Engine.Store;

/// <summary>Customer keys as columns: 16 bytes, or the UUID that shows the same hexadecimal digits.</summary>
internal static class KeyColumn
{
    public static Guid Of(CustomerKey key)
    {
        Span<byte> bytes = stackalloc byte[16];
        BinaryPrimitives.WriteUInt128BigEndian(bytes, key.Value);
        return new Guid(bytes, bigEndian: true);
    }

    public static CustomerKey Read(DbDataReader row, int ordinal) => row.GetValue(ordinal) switch
    {
        byte[] bytes => new CustomerKey(BinaryPrimitives.ReadUInt128BigEndian(bytes)),
        Guid uuid => Of(uuid),
        var other => throw new UnreachableException($"a customer key in a column of {other.GetType().Name}"),
    };

    public static CustomerKey Of(Guid uuid)
    {
        Span<byte> bytes = stackalloc byte[16];
        uuid.TryWriteBytes(bytes, bigEndian: true, out _);
        return new CustomerKey(BinaryPrimitives.ReadUInt128BigEndian(bytes));
    }
}
