using System.Buffers.Binary;
using System.Net;
using System.Text;
using System.Threading.Tasks.Sources;
using SegmentOfOne.Domain;
using SegmentOfOne.Domain.Decisions;
using SegmentOfOne.Domain.Formats;
using SegmentOfOne.Engine;

namespace SegmentOfOne.Benchmarks.Peers;

/// <summary>
/// A stateless service on Redis: a customer is one string, its version in eight bytes and then its state. A turn is GET, decide, and a script
/// that sets what came out if the version is still the one that was read; if it isn't, all over again.
/// </summary>
public sealed class RedisCustomers : ICustomers, IDisposable
{
    // More connections than one let more than one thread decide; replies of one keep two cores busy only by half.
    private const int Connections = 4;
    private const int VersionBytes = 8;

    private const string Script = """
        local v = redis.call('GETRANGE', KEYS[1], 0, 7)
        if v ~= ARGV[1] and not (v == '' and ARGV[1] == '\0\0\0\0\0\0\0\0') then return 0 end
        redis.call('SET', KEYS[1], ARGV[2])
        return 1
        """;

    private readonly PeerTurns _turns;
    private readonly RespConnection[] _connections;
    private readonly byte[] _script;
    private long _conflicts;

    private RedisCustomers(PeerTurns turns, RespConnection[] connections, byte[] script) => (_turns, _connections, _script) = (turns, connections, script);

    /// <summary>How often a version had been taken meanwhile.</summary>
    public long Conflicts => Interlocked.Read(ref _conflicts);

    public static async Task<RedisCustomers> Connect(IPEndPoint server, PeerTurns turns)
    {
        RespConnection[] connections = [.. Enumerable.Range(0, Connections).Select(_ => new RespConnection(server))];
        return new RedisCustomers(turns, connections, await Load(connections[0]));
    }

    public ValueTask<TurnAnswer> Turn(TurnRequest request, CancellationToken ct)
    {
        if (_turns.KeyOf(request) is not { } key)
        {
            return _turns.Refuse(request, ct);
        }

        var turn = new Turning(this, _connections[(uint)key.Value % Connections], key, request);
        turn.Get();
        return turn.Answer;
    }

    public ValueTask<CustomerView?> Get(Identifier customer, Instant? asOf, CancellationToken ct) => default;

    public ValueTask<TurnPage?> Turns(Identifier customer, bool newestFirst, long? after, int limit, CancellationToken ct) => default;

    public ValueTask<TurnPage?> TurnsOf(CustomerKey key, bool newestFirst, long? after, int limit, CancellationToken ct) => default;

    public ValueTask<Receipt?> Receipt(ReceiptId id, CancellationToken ct) => default;

    public void Dispose()
    {
        foreach (var connection in _connections)
        {
            connection.Dispose();
        }
    }

    private static Task<byte[]> Load(RespConnection connection)
    {
        var loading = new Loading();
        var load = new RespCommand(3, Script.Length + 16);
        load.Add("SCRIPT"u8);
        load.Add("LOAD"u8);
        load.Add(Encoding.ASCII.GetBytes(Script));
        connection.TrySend(load.Written, loading);
        load.Return();
        return loading.Name;
    }

    /// <summary>One turn, from its GET to the answer; the caller goes on on the thread that reads the connection.</summary>
    private sealed class Turning(RedisCustomers home, RespConnection connection, CustomerKey key, TurnRequest request) : RespCall, IValueTaskSource<TurnAnswer>
    {
        private ManualResetValueTaskSourceCore<TurnAnswer> _core;
        private TurnAnswer? _decided;

        /// <summary>To be awaited once.</summary>
        public ValueTask<TurnAnswer> Answer => new(this, _core.Version);

        public void Get()
        {
            Span<byte> name = stackalloc byte[16];
            BinaryPrimitives.WriteUInt128BigEndian(name, key.Value);
            var get = new RespCommand(2, 3 + name.Length);
            get.Add("GET"u8);
            get.Add(name);
            Send(get);
        }

        public override void Take(in RespReply reply)
        {
            if (reply.IsError)
            {
                Fail(new IOException(reply.ToString()));
            }
            else if (_decided is null)
            {
                Decide(reply.IsNull ? [] : reply.Bytes[VersionBytes..]);
            }
            else if (reply.Number == 1)
            {
                _core.SetResult(_decided);
            }
            else
            {
                Interlocked.Increment(ref home._conflicts);
                _decided = null;
                Get();
            }
        }

        public override void Fail(Exception why) => _core.SetException(
            new CustomersUnavailableException(Unavailability.Storage, "Redis can't be asked at the moment.", TimeSpan.FromMilliseconds(500), why));

        private void Decide(ReadOnlySpan<byte> before)
        {
            var after = new ByteWriter(stackalloc byte[2048]);
            try
            {
                _decided = home._turns.Take(key, request, before, ref after, out var versions);
                if (after.Written.IsEmpty)
                {
                    _core.SetResult(_decided);
                }
                else
                {
                    Set(versions, after.Written);
                }
            }
            catch (Exception exception)
            {
                _core.SetException(exception);
            }
            finally
            {
                after.Dispose();
            }
        }

        private void Set((long Before, long After) versions, ReadOnlySpan<byte> state)
        {
            Span<byte> name = stackalloc byte[16];
            BinaryPrimitives.WriteUInt128BigEndian(name, key.Value);
            Span<byte> read = stackalloc byte[VersionBytes];
            BinaryPrimitives.WriteInt64BigEndian(read, versions.Before);
            Span<byte> next = stackalloc byte[VersionBytes];
            BinaryPrimitives.WriteInt64BigEndian(next, versions.After);
            var set = new RespCommand(6, 8 + home._script.Length + name.Length + (2 * VersionBytes) + state.Length);
            set.Add("EVALSHA"u8);
            set.Add(home._script);
            set.Add("1"u8);
            set.Add(name);
            set.Add(read);
            set.Add(next, state);
            Send(set);
        }

        private void Send(in RespCommand command)
        {
            var taken = connection.TrySend(command.Written, this);
            command.Return();
            if (!taken)
            {
                _core.SetException(new CustomersUnavailableException(
                    Unavailability.Overloaded, "Too many turns wait for Redis.", TimeSpan.FromMilliseconds(100)));
            }
        }

        TurnAnswer IValueTaskSource<TurnAnswer>.GetResult(short token) => _core.GetResult(token);

        ValueTaskSourceStatus IValueTaskSource<TurnAnswer>.GetStatus(short token) => _core.GetStatus(token);

        void IValueTaskSource<TurnAnswer>.OnCompleted(Action<object?> continuation, object? state, short token, ValueTaskSourceOnCompletedFlags flags) =>
            _core.OnCompleted(continuation, state, token, flags);
    }

    private sealed class Loading : RespCall
    {
        private readonly TaskCompletionSource<byte[]> _name = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public Task<byte[]> Name => _name.Task;

        public override void Take(in RespReply reply)
        {
            if (reply.IsError)
            {
                Fail(new IOException(reply.ToString()));
            }
            else
            {
                _name.SetResult(reply.Bytes.ToArray());
            }
        }

        public override void Fail(Exception why) => _name.SetException(why);
    }
}
