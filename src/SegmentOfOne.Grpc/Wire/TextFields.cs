using System.Text;
using System.Text.Unicode;
using Google.Protobuf.Reflection;

namespace SegmentOfOne.Grpc.Wire;

/// <summary>Where text stands in the bytes of one message type, nested messages included, so that it can be checked before parsing.</summary>
internal sealed class TextFields
{
    // What parsers allow; deeper input is theirs to refuse.
    private const int MaxDepth = 100;

    private readonly Dictionary<int, TextFields?> _fields = [];

    private TextFields()
    {
    }

    /// <summary>Null when there is no text anywhere in the type.</summary>
    public static TextFields? Of(MessageDescriptor type)
    {
        var all = new Dictionary<MessageDescriptor, TextFields>();
        var root = Collect(type, all);

        // Messages without text, such as timestamps, need no look inside; nor do those that hold nothing but these.
        bool pruned;
        do
        {
            pruned = false;
            foreach (var fields in all.Values)
            {
                foreach (var (number, nested) in fields._fields)
                {
                    if (nested is { _fields.Count: 0 })
                    {
                        pruned |= fields._fields.Remove(number);
                    }
                }
            }
        }
        while (pruned);

        return root._fields.Count == 0 ? null : root;
    }

    /// <summary>False when a text field is not UTF-8. What is no message at all passes: the parser says so better.</summary>
    public bool AreSound(ReadOnlySpan<byte> message) => Ascii.IsValid(message) || AreSound(message, MaxDepth);

    // The value null stands for a text, anything else for a message with such fields.
    private static TextFields Collect(MessageDescriptor type, Dictionary<MessageDescriptor, TextFields> all)
    {
        if (all.TryGetValue(type, out var known))
        {
            return known;
        }

        var fields = all[type] = new TextFields();
        foreach (var field in type.Fields.InDeclarationOrder())
        {
            if (field.FieldType is FieldType.String)
            {
                fields._fields[field.FieldNumber] = null;
            }
            else if (field.FieldType is FieldType.Message)
            {
                fields._fields[field.FieldNumber] = Collect(field.MessageType, all);
            }
        }

        return fields;
    }

    private bool AreSound(ReadOnlySpan<byte> message, int depth)
    {
        while (!message.IsEmpty && TryTakeVarint(ref message, out var tag))
        {
            ulong length;
            switch (tag & 7)
            {
                case 0:
                    if (!TryTakeVarint(ref message, out _))
                    {
                        return true;
                    }

                    continue;
                case 1:
                    length = sizeof(ulong);
                    break;
                case 2:
                    if (!TryTakeVarint(ref message, out length))
                    {
                        return true;
                    }

                    break;
                case 5:
                    length = sizeof(uint);
                    break;
                default:
                    // Groups are of proto2 and stay unchecked.
                    return true;
            }

            if (length > (ulong)message.Length)
            {
                return true;
            }

            var content = message[..(int)length];
            message = message[(int)length..];
            if ((tag & 7) == 2 && _fields.TryGetValue((int)(tag >> 3), out var nested)
                && !(nested is null ? Utf8.IsValid(content) : depth == 0 || nested.AreSound(content, depth - 1)))
            {
                return false;
            }
        }

        return true;
    }

    private static bool TryTakeVarint(ref ReadOnlySpan<byte> bytes, out ulong value)
    {
        value = 0;
        for (var i = 0; i < bytes.Length && i < 10; i++)
        {
            value |= (ulong)(bytes[i] & 0x7F) << (7 * i);
            if (bytes[i] < 0x80)
            {
                bytes = bytes[(i + 1)..];
                return true;
            }
        }

        return false;
    }
}
