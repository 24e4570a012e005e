using System.Text;
using SegmentOfOne.Benchmarks.Peers;

namespace SegmentOfOne.LoadTest.Tests.Benchmarks;

/// <summary>What is measured against does the same work.</summary>
public sealed class PeerTests
{
    [Theory]
    [InlineData("+OK\r\n", "OK", false, false)]
    [InlineData("-ERR no such script\r\n", "ERR no such script", true, false)]
    [InlineData("$5\r\na\r\nbc\r\n", "a\r\nbc", false, false)]
    [InlineData("$-1\r\n", "", false, true)]
    [InlineData(":1\r\n", "", false, false)]
    public void A_reply_is_read_once_it_is_whole_and_takes_no_byte_of_the_next(string sent, string text, bool isError, bool isNull)
    {
        var bytes = Encoding.ASCII.GetBytes(sent + "+NEXT\r\n");
        for (var received = 0; received < sent.Length; received++)
        {
            RespReply.TryRead(bytes.AsSpan(0, received), out _, out _).ShouldBeFalse($"{received} bytes");
        }

        RespReply.TryRead(bytes, out var reply, out var length).ShouldBeTrue();
        length.ShouldBe(sent.Length);
        (reply.ToString(), reply.IsError, reply.IsNull).ShouldBe((text, isError, isNull));
    }

    [Fact]
    public void A_command_is_an_array_of_strings_with_their_lengths()
    {
        var command = new RespCommand(3, 16);
        command.Add("SET"u8);
        command.Add("key"u8);
        command.Add("12"u8, "345"u8);
        Encoding.ASCII.GetString(command.Written).ShouldBe("*3\r\n$3\r\nSET\r\n$3\r\nkey\r\n$5\r\n12345\r\n");
        command.Return();
    }

    [PeerFact("redis-server")]
    public async Task A_stateless_service_on_redis_answers_as_the_engine_does() =>
        (await PeerCheck.Run("redis", PeerRatios.RedisAlways.StartStore, default)).ShouldContain("conflicts ");

    [PeerFact("postgres")]
    public async Task A_stateless_service_on_postgresql_answers_as_the_engine_does() =>
        (await PeerCheck.Run("postgres", PeerRatios.Postgres.StartStore, default)).ShouldContain("replies as the engine's");

    /// <summary>A test that needs a server of the system's packages, and says so where it is missing.</summary>
    [AttributeUsage(AttributeTargets.Method)]
    private sealed class PeerFactAttribute : FactAttribute
    {
        public PeerFactAttribute(string program) => Skip = SegmentOfOne.Benchmarks.Servers.StoreProcess.Missing(program);
    }
}
