namespace SegmentOfOne.Domain.Playbooks;

/// <summary>The documents that lie in this assembly.</summary>
internal static class Shipped
{
    public static readonly ReadOnlyMemory<byte> DefaultSource = Resource.Bytes("default.playbook.json");

    public static readonly ReadOnlyMemory<byte> Schema = Resource.Bytes("playbook.schema.json");

    public static readonly Playbook Playbook = Parse();

    private static Playbook Parse()
    {
        var parse = Playbook.Parse(DefaultSource.Span, version: 1);
        return parse.Playbook ?? throw new InvalidOperationException($"the default playbook is broken: {string.Join("; ", parse.Errors)}");
    }
}
