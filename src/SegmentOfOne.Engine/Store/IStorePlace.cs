using SegmentOfOne.Engine.Journals;
using SegmentOfOne.Engine.Vault;

namespace SegmentOfOne.Engine.Store;

/// <summary>What a home stands on: its store and its journal, opened, and whatever keeps others away or in touch.</summary>
internal interface IStorePlace : IDisposable
{
    ICustomerStore Store { get; }

    /// <summary>The keys of its customers; null: everything is in the clear.</summary>
    Keyring? Keyring { get; }

    IReadOnlyList<IJournalStorage> Journals { get; }

    /// <summary>Threads that read single customers.</summary>
    int Readers { get; }

    /// <summary>What is to be done for the place every now and then, until <paramref name="stop"/>; null: nothing.</summary>
    Action<CustomerHome, ManualResetEventSlim>? Tend { get; }

    /// <summary>The home is about to leave: its journal is closed, its last checkpoint done.</summary>
    /// <param name="allSaved">Everything in its journal is in the store.</param>
    void Leave(bool allSaved);
}
