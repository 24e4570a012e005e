using System.Buffers.Binary;
using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using System.Text;

namespace SegmentOfOne.Benchmarks.Driver;

/// <summary>
/// One HTTP/2 connection (RFC 9113) that carries unary gRPC calls of one method with as little work of its own as can be, so
/// that on a machine shared with the server the server is what is measured: header blocks are constant bytes, replies are
/// told by their frames' headers. One thread may write while another reads.
/// </summary>
/// <remarks>
/// A reply counts as answered when it brought a message, as refused when its stream ended without one: a gRPC error is
/// Trailers-Only. Reply headers are not decoded; of refusals it is looked for what they say, in headers that the server is asked to send
/// in full.
/// </remarks>
public sealed class LeanConnection : IDisposable
{
    private const int FrameHeader = 9;
    private const int MessagePrefix = 5;
    private const int Streams = 1 << 16;
    private const int Window = int.MaxValue;
    private const byte Data = 0, Headers = 1, ResetStream = 3, Settings = 4, Ping = 6, GoAway = 7, WindowUpdate = 8;
    private const byte EndStream = 1, EndHeaders = 4, Ack = 1;

    private readonly Socket _socket;
    private readonly Lock _sending = new();
    private readonly byte[] _out = new byte[1 << 18];
    private readonly byte[] _in = new byte[1 << 18];
    private readonly byte[] _firstHeaders;
    private readonly long[] _startedAt = new long[Streams];
    private readonly bool[] _hasMessage = new bool[Streams];
    private readonly Action<long, Ending> _completed;
    private int _outLength;
    private int _inLength;
    private int _nextStream = 1;
    private long _sendWindow = 65_535;
    private long _unacknowledged;
    private int _inFlight;
    private int _idleReads;

    /// <summary>Connects and exchanges settings.</summary>
    /// <param name="completed">Told of each reply, on the thread that reads: the timestamp given when it was written, and how it ended.</param>
    /// <param name="asksWhy">Whether refusals are to say why: then replies are not compressed, which costs both sides some bytes of each.</param>
    public LeanConnection(IPEndPoint server, string path, Action<long, Ending> completed, bool asksWhy = false)
    {
        _completed = completed;
        _firstHeaders = FirstHeaders(path, server.ToString());
        _socket = new Socket(server.AddressFamily, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true, ReceiveTimeout = 100 };
        _socket.Connect(server);
        "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n"u8.CopyTo(_out);
        _outLength = 24;
        Span<byte> settings = stackalloc byte[18];
        BinaryPrimitives.WriteUInt16BigEndian(settings, 2); // ENABLE_PUSH = 0
        BinaryPrimitives.WriteUInt16BigEndian(settings[6..], 4); // INITIAL_WINDOW_SIZE
        BinaryPrimitives.WriteInt32BigEndian(settings[8..], Window);
        BinaryPrimitives.WriteUInt16BigEndian(settings[12..], 1); // HEADER_TABLE_SIZE = 0: headers in full
        WriteFrame(Settings, 0, 0, asksWhy ? settings : settings[..12]);
        WriteWindowUpdate(Window - 65_535);
        Flush();
        while (MaxStreams == 0)
        {
            Read();
        }
    }

    /// <summary>How many calls the server allows at once on this connection.</summary>
    public int MaxStreams { get; private set; }

    /// <summary>Calls written and not yet ended.</summary>
    public int InFlight => Volatile.Read(ref _inFlight);

    /// <summary>Whether another call of this length may be written now.</summary>
    public bool HasRoomFor(int messageBytes) =>
        InFlight < MaxStreams && Interlocked.Read(ref _sendWindow) >= messageBytes + MessagePrefix;

    /// <summary>Puts one call in the buffer; <see cref="Flush"/> sends it.</summary>
    /// <param name="startedAt">Given back with the reply.</param>
    public void Write(MessagePool pool, long unixSeconds, long startedAt)
    {
        lock (_sending)
        {
            if (_out.Length - _outLength < pool.Longest + _firstHeaders.Length + 2 * FrameHeader + MessagePrefix)
            {
                Flush();
            }
            var stream = _nextStream;
            _nextStream += 2;
            _startedAt[stream >> 1 & Streams - 1] = startedAt;
            // The first call names its headers and thereby teaches them to the server's table; later ones point there.
            WriteFrame(Headers, EndHeaders, stream, stream == 1 ? _firstHeaders : LaterHeaders);
            var message = _out.AsSpan(_outLength + FrameHeader);
            var length = pool.CopyNext(message[MessagePrefix..], unixSeconds);
            message[0] = 0;
            BinaryPrimitives.WriteInt32BigEndian(message[1..], length);
            WriteFrameHeader(Data, EndStream, stream, length + MessagePrefix);
            _outLength += length + MessagePrefix;
            Interlocked.Add(ref _sendWindow, -(length + MessagePrefix));
            Interlocked.Increment(ref _inFlight);
        }
    }

    /// <summary>Sends what was written.</summary>
    public void Flush()
    {
        lock (_sending)
        {
            for (int sent = 0; sent < _outLength;)
            {
                sent += _socket.Send(_out, sent, _outLength - sent, SocketFlags.None);
            }
            _outLength = 0;
        }
    }

    /// <summary>Waits a tenth of a second at most for bytes and takes in the frames that are whole.</summary>
    /// <exception cref="IOException">The server ended the connection, or has not answered a call for 30 seconds.</exception>
    public void Read()
    {
        var received = _socket.Receive(_in.AsSpan(_inLength), SocketFlags.None, out var error);
        if (error is SocketError.TimedOut or SocketError.WouldBlock)
        {
            _idleReads = InFlight == 0 ? 0 : _idleReads + 1;
            if (_idleReads > 300)
            {
                throw new IOException($"no answer for 30 seconds to {InFlight} calls");
            }
            return;
        }
        if (received == 0)
        {
            throw new IOException($"the server closed the connection ({error})");
        }
        _idleReads = 0;
        _inLength += received;
        int taken = 0;
        while (_inLength - taken >= FrameHeader)
        {
            var frame = _in.AsSpan(taken);
            var length = frame[0] << 16 | frame[1] << 8 | frame[2];
            if (_inLength - taken < FrameHeader + length)
            {
                break;
            }
            Take(frame[3], frame[4], BinaryPrimitives.ReadInt32BigEndian(frame[5..]), frame.Slice(FrameHeader, length));
            taken += FrameHeader + length;
        }
        _in.AsSpan(taken, _inLength - taken).CopyTo(_in);
        _inLength -= taken;
    }

    public void Dispose() => _socket.Dispose();

    private void Take(byte type, byte flags, int stream, Span<byte> payload)
    {
        switch (type)
        {
            case Data:
                _hasMessage[stream >> 1 & Streams - 1] |= payload.Length > MessagePrefix;
                Acknowledge(payload.Length);
                break;
            case Settings when (flags & Ack) == 0:
                TakeSettings(payload);
                break;
            case Ping when (flags & Ack) == 0:
                Answer(Ping, payload);
                break;
            case WindowUpdate when stream == 0:
                Interlocked.Add(ref _sendWindow, BinaryPrimitives.ReadInt32BigEndian(payload));
                break;
            case ResetStream:
                End(stream, []);
                break;
            case GoAway:
                throw new IOException("the server is going away: " + Encoding.UTF8.GetString(payload[8..]));
            default:
                break;
        }
        if (type is Data or Headers && (flags & EndStream) != 0)
        {
            End(stream, type == Headers ? payload : []);
        }
    }

    private void End(int stream, ReadOnlySpan<byte> headers)
    {
        var slot = stream >> 1 & Streams - 1;
        var ending = _hasMessage[slot] ? Ending.Answer : Ending.Of(headers);
        _hasMessage[slot] = false;
        Interlocked.Decrement(ref _inFlight);
        _completed(_startedAt[slot], ending);
    }

    private void TakeSettings(ReadOnlySpan<byte> payload)
    {
        int most = 1_000; // No limit named: more than is ever asked for here.
        for (; payload.Length >= 6; payload = payload[6..])
        {
            if (BinaryPrimitives.ReadUInt16BigEndian(payload) == 3)
            {
                most = BinaryPrimitives.ReadInt32BigEndian(payload[2..]);
            }
        }
        MaxStreams = Math.Min(most, Streams / 2);
        Answer(Settings, []);
    }

    private void Answer(byte type, ReadOnlySpan<byte> payload)
    {
        lock (_sending)
        {
            WriteFrame(type, Ack, 0, payload);
            Flush();
        }
    }

    private void Acknowledge(int bytes)
    {
        _unacknowledged += bytes;
        if (_unacknowledged > Window / 2)
        {
            lock (_sending)
            {
                WriteWindowUpdate((int)_unacknowledged);
                Flush();
            }
            _unacknowledged = 0;
        }
    }

    private void WriteWindowUpdate(int increment)
    {
        Span<byte> payload = stackalloc byte[4];
        BinaryPrimitives.WriteInt32BigEndian(payload, increment);
        WriteFrame(WindowUpdate, 0, 0, payload);
    }

    private void WriteFrame(byte type, byte flags, int stream, ReadOnlySpan<byte> payload)
    {
        WriteFrameHeader(type, flags, stream, payload.Length);
        payload.CopyTo(_out.AsSpan(_outLength));
        _outLength += payload.Length;
    }

    private void WriteFrameHeader(byte type, byte flags, int stream, int length)
    {
        var frame = _out.AsSpan(_outLength, FrameHeader);
        BinaryPrimitives.WriteInt32BigEndian(frame, length << 8 | type);
        frame[4] = flags;
        BinaryPrimitives.WriteInt32BigEndian(frame[5..], stream);
        _outLength += FrameHeader;
    }

    // HPACK (RFC 7541): :method POST and :scheme http stand in the static table; the four that the first call adds to the
    // dynamic table are there from 65 (the first) to 62 (the last).
    private static readonly byte[] LaterHeaders = [0x83, 0x86, 0x80 | 65, 0x80 | 64, 0x80 | 63, 0x80 | 62];

    private static byte[] FirstHeaders(string path, string authority)
    {
        List<byte> block = [0x83, 0x86];
        Add(0x40 | 4, path);
        Add(0x40 | 1, authority);
        Add(0x40 | 31, "application/grpc");
        block.Add(0x40);
        block.Add(2);
        block.AddRange("te"u8);
        block.Add(8);
        block.AddRange("trailers"u8);
        return [.. block];

        void Add(byte name, string value)
        {
            Debug.Assert(value.Length < 127);
            block.Add(name);
            block.Add((byte)value.Length);
            block.AddRange(Encoding.ASCII.GetBytes(value));
        }
    }
}
