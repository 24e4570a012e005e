using SegmentOfOne.Domain;
using SegmentOfOne.Engine.Journals;

namespace SegmentOfOne.Engine.Tests.Journals;

/// <summary>Group commit, step by step, on a storage that does what the test says.</summary>
public sealed class JournalTests : IDisposable
{
    private readonly ScriptedStorage _storage = new();
    private readonly List<long> _undone = [];
    private readonly Journal _journal;

    public JournalTests() => _journal = new Journal(_storage, maxTurns: 10, maxBytes: 1_000, batch => _undone.Add(batch.Position));

    [Fact]
    public void What_is_appended_during_a_commit_goes_into_the_next_batch()
    {
        var first = Append(1);
        Task? during = null;
        _storage.OnCommit = () => during ??= Append(2);
        _journal.Step().ShouldBeTrue();
        first.IsCompletedSuccessfully.ShouldBeTrue();
        during!.IsCompleted.ShouldBeFalse();
        _journal.Step().ShouldBeTrue();
        during.IsCompletedSuccessfully.ShouldBeTrue();
        _storage.Kept.ShouldBe([1, 2]);
        _journal.Step().ShouldBeFalse();
    }

    [Fact]
    public void Beyond_its_bounds_it_refuses_until_a_commit_makes_room()
    {
        for (var turn = 1; turn <= 10; turn++)
        {
            Append(turn);
        }

        TryAppend(11).ShouldBe(AppendResult.Overloaded);
        _journal.Step();
        Append(11);
        TryAppend(12, bytes: 1_000).ShouldBe(AppendResult.Appended);
        TryAppend(13).ShouldBe(AppendResult.Overloaded);
    }

    [Fact]
    public void When_a_commit_fails_everything_behind_fails_too_and_is_undone_the_latest_first_before_anything_new()
    {
        var first = Append(1);
        Task? behind = null;
        _storage.OnCommit = () =>
        {
            behind ??= Append(2);
            throw new JournalStorageException("no room");
        };
        _storage.OnSettle = () => TryAppend(3).ShouldBe(AppendResult.Closed);
        _journal.Step();
        _undone.ShouldBe([2, 1]);
        Unavailable(first);
        Unavailable(behind!);
        _storage.OnCommit = null;
        var after = Append(2);
        _journal.Step();
        after.IsCompletedSuccessfully.ShouldBeTrue();
        _storage.Kept.ShouldBe([3]);
    }

    [Fact]
    public void A_commit_that_is_kept_though_it_seemed_to_fail_is_acknowledged()
    {
        _storage.OnCommit = () => _storage.Kept.Add(1);
        _storage.Throws = true;
        var turn = Append(1);
        _journal.Step();
        turn.IsCompletedSuccessfully.ShouldBeTrue();
        _undone.ShouldBeEmpty();
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void While_the_storage_cannot_say_callers_are_told_so_and_nothing_new_is_taken(bool kept)
    {
        var silent = true;
        _storage.Throws = true;
        _storage.OnCommit = () =>
        {
            if (kept)
            {
                _storage.Kept.Add(1);
            }
        };
        _storage.OnSettle = () =>
        {
            if (silent)
            {
                throw new JournalStorageException("no answer");
            }
        };
        var turn = Append(1);
        _journal.Step().ShouldBeTrue();
        Unavailable(turn);
        Unavailable(_journal.Pending(1)!.Commit);
        _journal.Step().ShouldBeFalse();
        TryAppend(2).ShouldBe(AppendResult.Closed);
        silent = false;
        _journal.Step().ShouldBeTrue();
        _undone.ShouldBe(kept ? [] : [1]);
        TryAppend(2).ShouldBe(AppendResult.Appended);
    }

    [Fact]
    public void A_batch_is_let_go_when_all_its_turns_are_saved()
    {
        Append(1);
        Append(2);
        _journal.Step();
        _journal.OldestUnsaved.ShouldBe(1_001);
        _journal.Saved(1, 1);
        _journal.Step().ShouldBeFalse();
        _storage.Kept.ShouldBe([1]);
        _journal.Saved(1, 1);
        _journal.Step().ShouldBeTrue();
        _storage.Kept.ShouldBeEmpty();
        (_journal.OldestUnsaved, _journal.UnsavedTurns).ShouldBe((null, 0));
    }

    [Fact]
    public void A_turn_that_cannot_be_saved_keeps_its_batch_and_nobody_waiting()
    {
        Append(1);
        Append(2);
        _journal.Step();
        _journal.Keep(1);
        _journal.OldestUnsaved.ShouldBe(1_001);
        _journal.Saved(1, 1);
        _journal.OldestUnsaved.ShouldBeNull();
        _journal.Step();
        _storage.Kept.ShouldBe([1]);
    }

    public void Dispose() => _journal.Dispose();

    private Task Append(long version)
    {
        TryAppend(version, out var appended).ShouldBe(AppendResult.Appended);
        return appended!.Commit;
    }

    private AppendResult TryAppend(long version, int bytes = 1) => _journal.TryAppend(new CustomerKey(1), version, new byte[bytes], 0, out _);

    private AppendResult TryAppend(long version, out JournalBatch? appended) =>
        _journal.TryAppend(new CustomerKey(1), version, [1], 1_000 + version, out appended);

    private static void Unavailable(Task turn) =>
        turn.Exception!.InnerException.ShouldBeOfType<CustomersUnavailableException>().Reason.ShouldBe(Unavailability.Storage);

    private sealed class ScriptedStorage : IJournalStorage
    {
        public List<long> Kept { get; } = [];

        public Action? OnCommit { get; set; }

        public Action? OnSettle { get; set; }

        /// <summary>A commit throws after <see cref="OnCommit"/>.</summary>
        public bool Throws { get; set; }

        public long Bytes => 0;

        public void ReadAll(BatchReader read)
        {
        }

        public void Commit(long position, ReadOnlySpan<byte> entries)
        {
            OnCommit?.Invoke();
            if (Throws)
            {
                throw new JournalStorageException("the answer was lost");
            }

            Kept.Add(position);
        }

        public bool Settle(long position)
        {
            OnSettle?.Invoke();
            return Kept.Contains(position);
        }

        public void Trim(ReadOnlySpan<long> positions)
        {
            foreach (var position in positions)
            {
                Kept.Remove(position);
            }
        }

        public void Dispose()
        {
        }
    }
}
