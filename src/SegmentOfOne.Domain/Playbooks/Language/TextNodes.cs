namespace SegmentOfOne.Domain.Playbooks.Language;

internal sealed class ConstantText(string value) : TextNode
{
    public override string Value(in Scope scope) => value;
}

/// <summary>The type of the interaction at hand; missing where none is.</summary>
internal sealed class TypeText : TextNode
{
    public override string? Value(in Scope scope) => scope.Request?.Type;
}

/// <summary>The channel of the request at hand; missing where none is, or none was said.</summary>
internal sealed class ChannelText : TextNode
{
    public override string? Value(in Scope scope) => scope.Request is { Channel.Length: > 0 } request ? request.Channel : null;
}

/// <summary>A property as text; else <paramref name="otherwise"/>.</summary>
internal sealed class PropertyText(string name, string? otherwise) : TextNode
{
    public override string? Value(in Scope scope) =>
        scope.Request is { } request && request.Properties.TryGet(name, out var value) && value.Kind == PropertyKind.Text
            ? value.Text
            : otherwise;
}
