using System.Diagnostics;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace SegmentOfOne.Engine.Residents;

/// <summary>
/// Memory outside the collected heap, in slots of a few sizes. A slot is named by 32 bits: its slab and its place there; 0 names none.
/// A slab holds slots of one size; one that becomes empty is given back, and one that is nearly empty can be emptied on purpose
/// (<see cref="DrainSparse"/>), so that the budget is never held by slots of a size that nobody wants any more.
/// Safe for many threads; what is in a slot belongs to whoever holds its name.
/// </summary>
internal sealed unsafe class Slabs : IDisposable
{
    /// <summary>Bytes of a slab; a larger slot is a slab of its own.</summary>
    public const int SlabBytes = 256 << 10;

    private const int SlotBits = 12;
    private const uint SlotMask = (1u << SlotBits) - 1;
    private const int None = -1;

    private readonly SizeClass[] _classes = new SizeClass[SizeClasses.Count];
    private readonly SlabPages _pages = new(SlabBytes);
    private readonly Slab* _slabs;
    private readonly int _slabLimit;
    private readonly Lock _directory = new();
    private readonly long _budget;
    private int _slabsEver = 1;
    private int _firstFree = None;
    private long _reserved;
    private bool _disposed;

    /// <param name="budget">Bytes that slabs may take together.</param>
    public Slabs(long budget)
    {
        _budget = budget;
        _slabLimit = (int)Math.Min(1 << (32 - SlotBits), (budget / SlabBytes) + 2);
        _slabs = (Slab*)NativeMemory.AllocZeroed((nuint)_slabLimit, (nuint)sizeof(Slab));
        for (var i = 0; i < _classes.Length; i++)
        {
            _classes[i] = new SizeClass(i);
        }
    }

    /// <summary>Bytes that slabs take.</summary>
    public long ReservedBytes => Volatile.Read(ref _reserved);

    /// <summary>Bytes of slots in use.</summary>
    public long UsedBytes
    {
        get
        {
            var bytes = 0L;
            foreach (var sizeClass in _classes)
            {
                bytes += (long)Volatile.Read(ref sizeClass.UsedSlots) * sizeClass.SlotBytes;
            }

            return bytes;
        }
    }

    public long BudgetBytes => _budget;

    /// <summary>A slot with room for <paramref name="length"/> bytes; false when the budget has no room for it.</summary>
    public bool TryAllocate(int length, out uint slot)
    {
        slot = 0;
        var bytes = length + sizeof(int);
        if (bytes > SizeClasses.Largest)
        {
            return false;
        }

        var sizeClass = _classes[SizeClasses.Of(bytes)];
        lock (sizeClass.Gate)
        {
            var index = sizeClass.Partial;
            if (index == None && !TryReserve(sizeClass, out index))
            {
                return false;
            }

            ref var slab = ref _slabs[index];
            int place;
            if (slab.FreePlace != None)
            {
                place = slab.FreePlace;
                slab.FreePlace = *(int*)(slab.Memory + ((nint)place * slab.SlotBytes));
            }
            else
            {
                place = slab.PlacesEver++;
            }

            if (++slab.Used == slab.Places)
            {
                Unlink(sizeClass, index);
            }

            sizeClass.UsedSlots++;
            slot = ((uint)index << SlotBits) | (uint)place;
            *(int*)Address(slot) = length;
            return true;
        }
    }

    /// <summary>Gives a slot back.</summary>
    public void Free(uint slot)
    {
        var index = (int)(slot >> SlotBits);
        ref var slab = ref _slabs[index];
        var sizeClass = _classes[slab.SizeClass];
        lock (sizeClass.Gate)
        {
            Debug.Assert(slab.Used > 0, "a slot was freed twice");
            var place = (int)(slot & SlotMask);
            *(int*)(slab.Memory + ((nint)place * slab.SlotBytes)) = slab.FreePlace;
            slab.FreePlace = place;
            sizeClass.UsedSlots--;
            if (slab.Used-- == slab.Places && !slab.Draining)
            {
                Link(sizeClass, index);
            }

            // The last slab of a class stays, so that one customer coming and going doesn't reserve and release for ever.
            if (slab.Used == 0 && (slab.Draining || sizeClass.Slabs > 1))
            {
                Release(sizeClass, index);
            }
        }
    }

    /// <summary>The bytes in a slot.</summary>
    public Span<byte> this[uint slot]
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        get
        {
            var address = Address(slot);
            return new Span<byte>(address + sizeof(int), *(int*)address);
        }
    }

    /// <summary>Whether a slot is of the class that <paramref name="length"/> bytes need, so that they fit and waste nothing.</summary>
    public bool Suits(uint slot, int length)
    {
        var bytes = length + sizeof(int);
        return bytes <= SizeClasses.Largest && SizeClasses.Of(bytes) == _slabs[slot >> SlotBits].SizeClass;
    }

    /// <summary>Fills a slot that suits the bytes.</summary>
    public void Fill(uint slot, ReadOnlySpan<byte> bytes)
    {
        *(int*)Address(slot) = bytes.Length;
        bytes.CopyTo(this[slot]);
    }

    /// <summary>Whether the slot's slab is being emptied, so that its content should move.</summary>
    public bool IsDraining(uint slot) => Volatile.Read(ref _slabs[slot >> SlotBits].Draining);

    /// <summary>Chooses slabs that are less than half used, where their class has room for what they hold elsewhere, to be emptied.</summary>
    /// <returns>Whether there is one.</returns>
    public bool DrainSparse()
    {
        var any = false;
        foreach (var sizeClass in _classes)
        {
            lock (sizeClass.Gate)
            {
                var free = 0;
                for (var i = sizeClass.Partial; i != None; i = _slabs[i].Next)
                {
                    free += _slabs[i].Places - _slabs[i].Used;
                }

                for (int i = sizeClass.Partial, next; i != None; i = next)
                {
                    ref var slab = ref _slabs[i];
                    next = slab.Next;
                    if (slab.Used * 2 < slab.Places && free - slab.Places >= slab.Used)
                    {
                        free -= slab.Places;
                        Unlink(sizeClass, i);
                        slab.Draining = true;
                        any = true;
                        if (slab.Used == 0)
                        {
                            Release(sizeClass, i);
                        }
                    }
                }
            }
        }

        return any;
    }

    public void Dispose()
    {
        if (_disposed)
        {
            return;
        }

        _disposed = true;
        for (var i = 1; i < _slabsEver; i++)
        {
            if (_slabs[i].SlotBytes > SlabBytes)
            {
                NativeMemory.Free(_slabs[i].Memory);
            }
        }

        _pages.Dispose();
        NativeMemory.Free(_slabs);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private byte* Address(uint slot)
    {
        ref var slab = ref _slabs[slot >> SlotBits];
        return slab.Memory + ((nint)(slot & SlotMask) * slab.SlotBytes);
    }

    private bool TryReserve(SizeClass sizeClass, out int index)
    {
        var bytes = Math.Max(SlabBytes, sizeClass.SlotBytes);
        lock (_directory)
        {
            index = _firstFree != None ? _firstFree : _slabsEver;
            if (_reserved + bytes > _budget || index >= _slabLimit)
            {
                return false;
            }

            if (index == _firstFree)
            {
                _firstFree = _slabs[index].Next;
            }
            else
            {
                _slabsEver++;
            }

            _reserved += bytes;
        }

        _slabs[index] = new Slab
        {
            Memory = bytes == SlabBytes ? _pages.Take() : (byte*)NativeMemory.Alloc((nuint)bytes),
            SlotBytes = sizeClass.SlotBytes,
            SizeClass = sizeClass.Number,
            Places = bytes / sizeClass.SlotBytes,
            FreePlace = None,
        };
        sizeClass.Slabs++;
        Link(sizeClass, index);
        return true;
    }

    private void Release(SizeClass sizeClass, int index)
    {
        ref var slab = ref _slabs[index];
        if (!slab.Draining)
        {
            Unlink(sizeClass, index);
        }

        sizeClass.Slabs--;
        if (sizeClass.SlotBytes > SlabBytes)
        {
            NativeMemory.Free(slab.Memory);
        }
        else
        {
            _pages.Give(slab.Memory);
        }

        slab.Memory = null;
        lock (_directory)
        {
            _reserved -= Math.Max(SlabBytes, sizeClass.SlotBytes);
            slab.Next = _firstFree;
            _firstFree = index;
        }
    }

    /// <summary>Puts a slab with room behind the first, so that the first fills up and sparse ones stay sparse.</summary>
    private void Link(SizeClass sizeClass, int index)
    {
        var first = sizeClass.Partial;
        ref var slab = ref _slabs[index];
        if (first == None)
        {
            (slab.Previous, slab.Next) = (None, None);
            sizeClass.Partial = index;
            return;
        }

        (slab.Previous, slab.Next) = (first, _slabs[first].Next);
        _slabs[first].Next = index;
        if (slab.Next != None)
        {
            _slabs[slab.Next].Previous = index;
        }
    }

    private void Unlink(SizeClass sizeClass, int index)
    {
        ref var slab = ref _slabs[index];
        if (slab.Previous != None)
        {
            _slabs[slab.Previous].Next = slab.Next;
        }
        else
        {
            sizeClass.Partial = slab.Next;
        }

        if (slab.Next != None)
        {
            _slabs[slab.Next].Previous = slab.Previous;
        }
    }

    private sealed class SizeClass(int number)
    {
        public readonly Lock Gate = new();
        public readonly int Number = number;
        public readonly int SlotBytes = SizeClasses.Bytes(number);

        /// <summary>The first of the slabs that have room.</summary>
        public int Partial = None;
        public int Slabs;
        public int UsedSlots;
    }

    private struct Slab
    {
        public byte* Memory;
        public int SlotBytes;
        public int SizeClass;
        public int Places;
        public int PlacesEver;
        public int Used;
        public int FreePlace;
        public int Previous;
        public int Next;
        public bool Draining;
    }
}
