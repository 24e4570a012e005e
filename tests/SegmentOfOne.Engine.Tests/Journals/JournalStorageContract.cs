using SegmentOfOne.Engine.Journals;
using SegmentOfOne.Engine.Tests.Hosting;
using SegmentOfOne.Engine.Tests.Simulation;

namespace SegmentOfOne.Engine.Tests.Journals;

/// <summary>What every storage of a journal must do.</summary>
public abstract class JournalStorageContract
{
    [Fact]
    public void It_keeps_batches_in_order_across_a_restart()
    {
        using (var storage = Open())
        {
            for (var position = 1L; position <= 300; position++)
            {
                storage.Commit(position, Batch(position));
            }
        }

        using var reopened = Open();
        Read(reopened).ShouldBe(Enumerable.Range(1, 300).Select(position => ((long)position, Convert.ToHexString(Batch(position)))));
        reopened.Bytes.ShouldBeGreaterThan(300);
    }

    [Fact]
    public void It_says_what_it_kept()
    {
        using var storage = Open();
        storage.Commit(1, Batch(1));
        storage.Settle(1).ShouldBeTrue();
        storage.Settle(2).ShouldBeFalse();
        storage.Commit(3, Batch(3));
        Read(storage).Select(batch => batch.Position).ShouldBe([1, 3]);
    }

    [Fact]
    public void It_lets_go_of_the_batches_named_and_no_others()
    {
        using var storage = Open();
        for (var position = 1L; position <= 5; position++)
        {
            storage.Commit(position, Batch(position));
        }

        storage.Trim([1, 2, 4, 77]);
        Read(storage).Select(batch => batch.Position).ShouldBe([3, 5]);
        storage.Commit(6, Batch(6));
        storage.Settle(6).ShouldBeTrue();
    }

    private protected abstract IJournalStorage Open();

    private static byte[] Batch(long position) => [.. Enumerable.Repeat((byte)position, (int)(position * 37))];

    private static List<(long Position, string Bytes)> Read(IJournalStorage storage)
    {
        // Batches may be told twice; the journal takes each once.
        var batches = new List<(long Position, string Bytes)>();
        storage.ReadAll((position, bytes) =>
        {
            if (batches.Count == 0 || batches[^1].Position != position)
            {
                batches.Add((position, Convert.ToHexString(bytes)));
            }
        });
        return batches;
    }
}

public sealed class SqliteJournalStorageTests : JournalStorageContract, IDisposable
{
    private readonly TemporaryFolder _folder = new();

    private string File => _folder.In("journal.db");

    [Fact]
    public void Its_files_stay_small_however_much_goes_through()
    {
        using var storage = new SqliteJournalStorage(File);
        var batch = new byte[256 << 10];
        for (var position = 1L; position <= 600; position++)
        {
            storage.Commit(position, batch);
            storage.Trim([position]);
        }

        // 150 MB went through.
        storage.Bytes.ShouldBeLessThan(80 << 20);
    }

    [Fact]
    public void A_commit_that_failed_is_not_found_later_either()
    {
        using (var storage = new SqliteJournalStorage(File))
        {
            storage.Commit(1, new byte[10]);
            storage.LimitPages(12);
            Should.Throw<JournalStorageException>(() => storage.Commit(2, new byte[1 << 20]));
            storage.Settle(2).ShouldBeFalse();
            storage.LimitPages(1_000_000);
            storage.Commit(3, new byte[1 << 20]);
        }

        using var reopened = new SqliteJournalStorage(File);
        var positions = new List<long>();
        reopened.ReadAll((position, _) => positions.Add(position));
        positions.ShouldBe([1, 3]);
    }

    public void Dispose() => _folder.Dispose();

    private protected override IJournalStorage Open() => new SqliteJournalStorage(File);
}

public sealed class SimulatedJournalTests : JournalStorageContract, IDisposable
{
    private readonly SimulatedJournal _journal = new(seed: 1, faults: 0);

    public void Dispose() => _journal.Dispose();

    private protected override IJournalStorage Open() => _journal;
}
