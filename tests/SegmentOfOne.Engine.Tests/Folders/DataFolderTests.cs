using SegmentOfOne.Engine.Sqlite;
using SegmentOfOne.Engine.Tests.Hosting;

namespace SegmentOfOne.Engine.Tests.Folders;

/// <summary>A folder that can't be used is refused at start, by name, with words that help.</summary>
public sealed class DataFolderTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    [Fact]
    public async Task A_second_engine_is_refused_and_told_who_holds_the_folder()
    {
        await using (await Open())
        {
            var refused = await Refused(DataFolderProblem.InUse);
            refused.Message.ShouldContain($"process {Environment.ProcessId} on {Environment.MachineName} since 20");
        }

        await using var after = await Open();
    }

    [RootFact]
    public async Task A_folder_that_cannot_be_written_is_refused()
    {
        using var disk = new SmallDisk(megabytes: 5);
        await using (await EmbeddedEngine.Open(new EngineOptions { DataFolder = disk.Path }, default))
        {
        }

        disk.MakeReadOnly();
        var refused = await Should.ThrowAsync<DataFolderException>(() => EmbeddedEngine.Open(new EngineOptions { DataFolder = disk.Path }, default));
        refused.Problem.ShouldBe(DataFolderProblem.ReadOnly);
        refused.Message.ShouldContain(disk.Path);
    }

    [RootFact]
    public async Task A_disk_without_room_is_refused()
    {
        using var disk = new SmallDisk(megabytes: 1);
        await File.WriteAllBytesAsync(Path.Combine(disk.Path, "filler"), new byte[(1 << 20) - (16 << 10)]);
        var refused = await Should.ThrowAsync<DataFolderException>(() => EmbeddedEngine.Open(new EngineOptions { DataFolder = disk.Path }, default));
        refused.Problem.ShouldBe(DataFolderProblem.NoSpace);
    }

    [Theory]
    [InlineData("journal.db")]
    [InlineData("customers.db")]
    public async Task A_truncated_database_is_refused(string file)
    {
        await Live();
        using (var stream = File.OpenWrite(_folder.In(file)))
        {
            stream.SetLength(stream.Length / 2 / 4096 * 4096);
        }

        (await Refused(DataFolderProblem.Damaged)).Message.ShouldContain(file);
    }

    [Theory]
    [InlineData("journal.db", DataFolderProblem.Incomplete)]
    [InlineData("customers.db", DataFolderProblem.Incomplete)]
    public async Task An_emptied_database_is_refused(string file, object problem)
    {
        await Live();
        await File.WriteAllBytesAsync(_folder.In(file), []);
        await Refused((DataFolderProblem)problem);
    }

    [Theory]
    [InlineData("journal.db")]
    [InlineData("customers.db")]
    public async Task A_file_that_is_no_database_is_refused(string file)
    {
        await Live();
        await File.WriteAllTextAsync(_folder.In(file), new string('x', 10_000));
        (await Refused(DataFolderProblem.Damaged)).Message.ShouldContain(file);
    }

    [Theory]
    [InlineData("journal.db")]
    [InlineData("customers.db")]
    public async Task A_missing_database_is_refused(string file)
    {
        await Live();
        File.Delete(_folder.In(file));
        await Refused(DataFolderProblem.Incomplete);
    }

    [Fact]
    public async Task A_journal_of_another_store_is_refused()
    {
        await Live();
        using var other = new TemporaryFolder();
        await using (await EmbeddedEngine.Open(new EngineOptions { DataFolder = other.Path }, default))
        {
        }

        File.Copy(other.In("journal.db"), _folder.In("journal.db"), overwrite: true);
        await Refused(DataFolderProblem.Incomplete);
    }

    [Theory]
    [InlineData("journal.db")]
    [InlineData("customers.db")]
    public async Task A_database_of_a_newer_program_is_refused(string file)
    {
        await Live();
        Change(file, "PRAGMA user_version = 99");
        await Refused(DataFolderProblem.Newer);
    }

    [Fact]
    public async Task A_database_of_another_program_is_refused()
    {
        Change("customers.db", "CREATE TABLE things(name TEXT)");
        await Refused(DataFolderProblem.Damaged);
    }

    public void Dispose() => _folder.Dispose();

    private Task<EmbeddedEngine> Open() => EmbeddedEngine.Open(new EngineOptions { DataFolder = _folder.Path }, default);

    private Task<DataFolderException> Refused(DataFolderProblem problem) =>
        Should.ThrowAsync<DataFolderException>(Open).ContinueWith(
            refused =>
            {
                refused.Result.Problem.ShouldBe(problem, refused.Result.Message);
                return refused.Result;
            },
            TaskScheduler.Default);

    private async Task Live()
    {
        await using var engine = await Open();
        for (var i = 0; i < 100; i++)
        {
            await engine.Turn(Requests.Interaction($"c{i % 10}", $"{i}"), default);
        }
    }

    private void Change(string file, string sql)
    {
        using var connection = Database.OpenWriter(_folder.In(file));
        Database.Execute(connection, sql);
    }
}
