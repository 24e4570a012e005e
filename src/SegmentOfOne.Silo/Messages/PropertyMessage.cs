using System.Diagnostics;
using System.Runtime.InteropServices;
using SegmentOfOne.Domain;

namespace SegmentOfOne.Silo.Messages;

/// <summary>A property on its way to another process.</summary>
[GenerateSerializer]
[Alias("segmentofone.property")]
public readonly record struct PropertyMessage
{
    [Id(0)]
    public string Name { get; init; }

    /// <summary>A <see cref="PropertyKind"/>.</summary>
    [Id(1)]
    public byte Kind { get; init; }

    /// <summary>Null but for a text.</summary>
    [Id(2)]
    public string? Text { get; init; }

    /// <summary>The number; 1 is true.</summary>
    [Id(3)]
    public double Number { get; init; }

    public static PropertyMessage[] Write(Properties properties)
    {
        var messages = properties.Count == 0 ? [] : new PropertyMessage[properties.Count];
        for (var i = 0; i < messages.Length; i++)
        {
            var (name, value) = properties[i];
            messages[i] = new PropertyMessage
            {
                Name = name,
                Kind = (byte)value.Kind,
                Text = value.Kind == PropertyKind.Text ? value.Text : null,
                Number = value.Kind == PropertyKind.Truth ? value.Truth ? 1 : 0 : value.Number,
            };
        }

        return messages;
    }

    public static Properties Read(PropertyMessage[] messages)
    {
        var sorted = new KeyValuePair<string, PropertyValue>[messages.Length];
        for (var i = 0; i < messages.Length; i++)
        {
            sorted[i] = new(messages[i].Name, messages[i].Value);
        }

        return Properties.FromSorted(ImmutableCollectionsMarshal.AsImmutableArray(sorted));
    }

    private PropertyValue Value => (PropertyKind)Kind switch
    {
        PropertyKind.Text => PropertyValue.Of(Text ?? ""),
        PropertyKind.Number => PropertyValue.Of(Number),
        PropertyKind.Truth => PropertyValue.Of(Number != 0),
        _ => throw new UnreachableException($"property kind {Kind}"),
    };
}
