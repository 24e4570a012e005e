using System.Runtime.InteropServices;

namespace SegmentOfOne.Engine.Residents;

/// <summary>
/// Large pieces of memory, straight from the system and given back to it as soon as they are freed. An allocator keeps what was freed, for
/// each thread's arena by itself: after a busy hour a process would seem to hold twice what its customers take.
/// </summary>
internal static unsafe partial class Pages
{
    private const int ReadWrite = 1 | 2;
    private const int PrivateAnonymous = 0x02 | 0x20;
    private const nint Failed = -1;

    /// <exception cref="InsufficientMemoryException">The system has none left.</exception>
    public static void* Allocate(nuint bytes)
    {
        if (!OperatingSystem.IsLinux())
        {
            return NativeMemory.Alloc(bytes);
        }

        var address = Map(0, bytes, ReadWrite, PrivateAnonymous, -1, 0);
        return address != Failed ? (void*)address : throw new InsufficientMemoryException("The system has no memory left.");
    }

    /// <param name="bytes">As many as were allocated there.</param>
    public static void Free(void* address, nuint bytes)
    {
        if (!OperatingSystem.IsLinux())
        {
            NativeMemory.Free(address);
        }
        else if (address is not null)
        {
            _ = Unmap((nint)address, bytes);
        }
    }

    [LibraryImport("libc", EntryPoint = "mmap")]
    private static partial nint Map(nint address, nuint length, int protection, int flags, int file, nint offset);

    [LibraryImport("libc", EntryPoint = "munmap")]
    private static partial int Unmap(nint address, nuint length);
}
