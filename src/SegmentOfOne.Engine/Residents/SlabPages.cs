using System.Runtime.InteropServices;

namespace SegmentOfOne.Engine.Residents;

/// <summary>
/// Memory for slabs of one size, straight from the system and given back to it as soon as it is freed: an allocator keeps what was freed, for each
/// thread's arena by itself, and after a busy hour a process would seem to hold twice what its customers take. It is mapped in large regions
/// that stay, since a process may have only so many mappings; of what is given back only the address is kept. Safe for many threads.
/// </summary>
internal sealed unsafe partial class SlabPages(int slabBytes) : IDisposable
{
    private const int SlabsInRegion = 256;

    private const int ReadWrite = 1 | 2;
    private const int PrivateAnonymous = 0x02 | 0x20;
    private const int DontNeed = 4;
    private const nint Failed = -1;

    private readonly Lock _gate = new();
    private readonly List<nint> _regions = [];
    private readonly Stack<nint> _free = [];

    private nuint RegionBytes => (nuint)slabBytes * SlabsInRegion;

    /// <exception cref="InsufficientMemoryException">The system has none left.</exception>
    public byte* Take()
    {
        lock (_gate)
        {
            if (_free.Count == 0)
            {
                var region = Map();
                _regions.Add(region);
                for (var i = SlabsInRegion - 1; i >= 0; i--)
                {
                    _free.Push(region + ((nint)i * slabBytes));
                }
            }

            return (byte*)_free.Pop();
        }
    }

    public void Give(byte* slab)
    {
        if (OperatingSystem.IsLinux())
        {
            _ = Advise((nint)slab, (nuint)slabBytes, DontNeed);
        }

        lock (_gate)
        {
            _free.Push((nint)slab);
        }
    }

    public void Dispose()
    {
        foreach (var region in _regions)
        {
            if (OperatingSystem.IsLinux())
            {
                _ = Unmap(region, RegionBytes);
            }
            else
            {
                NativeMemory.Free((void*)region);
            }
        }

        _regions.Clear();
        _free.Clear();
    }

    private nint Map()
    {
        if (!OperatingSystem.IsLinux())
        {
            return (nint)NativeMemory.Alloc(RegionBytes);
        }

        var address = Map(0, RegionBytes, ReadWrite, PrivateAnonymous, -1, 0);
        return address != Failed ? address : throw new InsufficientMemoryException("The system has no memory left for customers.");
    }

    [LibraryImport("libc", EntryPoint = "mmap")]
    private static partial nint Map(nint address, nuint length, int protection, int flags, int file, nint offset);

    [LibraryImport("libc", EntryPoint = "munmap")]
    private static partial int Unmap(nint address, nuint length);

    [LibraryImport("libc", EntryPoint = "madvise")]
    private static partial int Advise(nint address, nuint length, int advice);
}
