using System.Net;
using System.Net.Sockets;

namespace SegmentOfOne.Benchmarks.Peers;

/// <summary>
/// One connection that speaks RESP2 (the Redis serialization protocol, https://redis.io/docs/latest/develop/reference/protocol-spec/),
/// pipelined: commands of any number of callers are written one behind the other, and replies come back in the same order. One thread
/// reads, and calls go on on it: what they send while it works through a buffer of replies leaves together, in one write.
/// </summary>
/// <remarks>At most <see cref="MostPending"/> commands wait for their replies; one more is not taken. When the connection breaks, each that
/// waits is told so.</remarks>
public sealed class RespConnection : IDisposable
{
    /// <summary>Commands that may wait for their replies.</summary>
    public const int MostPending = 1 << 15;

    private const int WriteAt = 1 << 16;

    private readonly Socket _socket;
    private readonly Lock _sending = new();
    private readonly Thread _reader;
    private readonly RespCall[] _pending = new RespCall[MostPending];
    private byte[] _out = new byte[WriteAt * 2];
    private byte[] _leaving = new byte[WriteAt * 2];
    private byte[] _in = new byte[WriteAt * 2];
    private int _outLength;
    private int _inLength;
    private long _sent;
    private long _answered;
    private bool _isWriting;
    private bool _isCorked;
    private Exception? _broken;

    public RespConnection(IPEndPoint server)
    {
        _socket = new Socket(server.AddressFamily, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        _socket.Connect(server);
        _reader = new Thread(Read) { IsBackground = true, Name = "resp" };
        _reader.Start();
    }

    /// <summary>Sends a command.</summary>
    /// <param name="command">As <see cref="RespCommand"/> writes it.</param>
    /// <param name="call">Told of the reply on the thread that reads, or that there will be none.</param>
    /// <returns>False: too many wait already, and <paramref name="call"/> is told nothing.</returns>
    public bool TrySend(ReadOnlySpan<byte> command, RespCall call)
    {
        Exception? broken;
        lock (_sending)
        {
            if (_sent - Volatile.Read(ref _answered) >= MostPending)
            {
                return false;
            }

            broken = _broken;
            if (broken is null)
            {
                if (_out.Length - _outLength < command.Length)
                {
                    Array.Resize(ref _out, Math.Max(_out.Length * 2, _outLength + command.Length));
                }

                command.CopyTo(_out.AsSpan(_outLength));
                _outLength += command.Length;
                _pending[_sent++ % MostPending] = call;
                if (!_isWriting && (!_isCorked || _outLength >= WriteAt))
                {
                    _isWriting = true;
                    ThreadPool.UnsafeQueueUserWorkItem(static connection => connection.Write(), this, preferLocal: false);
                }
            }
        }

        if (broken is not null)
        {
            call.Fail(broken);
        }

        return true;
    }

    public void Dispose()
    {
        _socket.Dispose();
        _reader.Join();
    }

    private void Write()
    {
        while (true)
        {
            int length;
            lock (_sending)
            {
                length = _outLength;
                if (length == 0)
                {
                    _isWriting = false;
                    return;
                }

                (_out, _leaving) = (_leaving, _out);
                _outLength = 0;
            }

            try
            {
                for (var sent = 0; sent < length;)
                {
                    sent += _socket.Send(_leaving, sent, length - sent, SocketFlags.None);
                }
            }
            catch (Exception exception) when (exception is SocketException or ObjectDisposedException)
            {
                // The reader learns of it, too, and tells all that wait.
                _socket.Dispose();
                return;
            }
        }
    }

    private void Read()
    {
        Exception why;
        try
        {
            while (_socket.Receive(_in.AsSpan(_inLength)) is var received and > 0)
            {
                _inLength += received;
                SetCorked(true);
                var taken = 0;
                while (RespReply.TryRead(_in.AsSpan(taken, _inLength - taken), out var reply, out var length))
                {
                    taken += length;
                    var call = _pending[_answered % MostPending];
                    Volatile.Write(ref _answered, _answered + 1);
                    call.Take(reply);
                }

                SetCorked(false);
                _in.AsSpan(taken, _inLength - taken).CopyTo(_in);
                _inLength -= taken;
                if (_inLength == _in.Length)
                {
                    Array.Resize(ref _in, _in.Length * 2);
                }
            }

            why = new IOException("the server closed the connection");
        }
        catch (Exception exception) when (exception is SocketException or ObjectDisposedException or IOException)
        {
            why = exception;
        }

        lock (_sending)
        {
            _broken = why;
        }

        while (_answered < _sent)
        {
            _pending[_answered++ % MostPending].Fail(why);
        }
    }

    /// <summary>While corked, what is sent waits until the replies at hand are worked through.</summary>
    private void SetCorked(bool corked)
    {
        lock (_sending)
        {
            _isCorked = corked;
            if (corked || _isWriting || _outLength == 0)
            {
                return;
            }

            _isWriting = true;
        }

        Write();
    }
}
