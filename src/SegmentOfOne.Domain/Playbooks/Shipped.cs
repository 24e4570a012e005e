namespace SegmentOfOne.Domain.Playbooks;

/// <summary>The documents that lie in this assembly.</summary>
internal static class Shipped
{
    public static readonly ReadOnlyMemory<byte> DefaultSource = Read("default.playbook.json");

    public static readonly ReadOnlyMemory<byte> Schema = Read("playbook.schema.json");

    public static readonly Playbook Playbook = Parse();

    private static Playbook Parse()
    {
        var parse = Playbook.Parse(DefaultSource.Span, version: 1);
        return parse.Playbook ?? throw new InvalidOperationException($"the default playbook is broken: {string.Join("; ", parse.Errors)}");
    }

    // A resource is memory of the loaded assembly: reading it is no I/O.
#pragma warning disable RS0030
    private static byte[] Read(string name)
    {
        using var resource = typeof(Shipped).Assembly.GetManifestResourceStream(name)
            ?? throw new InvalidOperationException($"the assembly lacks its resource {name}");
        var bytes = new byte[resource.Length];
        resource.ReadExactly(bytes);
        return bytes;
    }
#pragma warning restore RS0030
}
