using System.Runtime.CompilerServices;
using SegmentOfOne.Domain.Playbooks;

namespace SegmentOfOne.Domain.Contact;

/// <summary>A bit for each action that a playbook can have.</summary>
[InlineArray(Words)]
internal struct ActionSet
{
    private const int Words = (PlaybookLimits.Actions + 63) / 64;

    private ulong first;

    public readonly bool Has(int ordinal) => (this[ordinal >> 6] & (1UL << (ordinal & 63))) != 0;

    public void Add(int ordinal) => this[ordinal >> 6] |= 1UL << (ordinal & 63);
}
