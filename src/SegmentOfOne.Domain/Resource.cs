namespace SegmentOfOne.Domain;

/// <summary>The files that lie in this assembly.</summary>
internal static class Resource
{
    // A resource is memory of the loaded assembly: reading it is no I/O.
#pragma warning disable RS0030
    public static byte[] Bytes(string name)
    {
        using var resource = typeof(Resource).Assembly.GetManifestResourceStream(name)
            ?? throw new InvalidOperationException($"the assembly lacks its resource {name}");
        var bytes = new byte[resource.Length];
        resource.ReadExactly(bytes);
        return bytes;
    }
#pragma warning restore RS0030
}
