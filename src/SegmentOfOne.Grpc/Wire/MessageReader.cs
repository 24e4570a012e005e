using System.Buffers;
using System.Buffers.Binary;
using System.Diagnostics.CodeAnalysis;
using System.IO.Pipelines;
using System.Runtime.CompilerServices;
using Microsoft.AspNetCore.Http;

namespace SegmentOfOne.Grpc.Wire;

/// <summary>One message off the wire.</summary>
/// <param name="Message">The default when the stream had ended.</param>
/// <param name="IsThere">False when the stream had ended.</param>
/// <param name="IsLast">True when the stream is known to end behind it.</param>
internal readonly record struct Received<T>(T? Message, bool IsThere, bool IsLast)
{
    [MemberNotNullWhen(true, nameof(Message))]
    public bool IsThere { get; } = IsThere;
}

/// <summary>Reads messages from a pipe, parsing them where they lie.</summary>
internal static class MessageReader
{
    /// <summary>
    /// Takes the one message of a stream that is here to its end already. False leaves the input as it was, to be read by
    /// <see cref="ReadAsync"/>.
    /// </summary>
    public static bool TryReadOnly<T>(
        PipeReader input, Incoming<T> type, ReceiveRules rules, bool gzip, [MaybeNullWhen(false)] out T message)
    {
        message = default;
        if (!input.TryRead(out var result))
        {
            return false;
        }

        var buffer = result.Buffer;
        if (!result.IsCompleted || !TryTakeFrame(buffer, rules.MaxBytes, out var frame, out var compressed) || !buffer.End.Equals(frame.End))
        {
            input.AdvanceTo(buffer.Start, buffer.End);
            return false;
        }

        message = compressed ? Inflate(frame, type, rules, gzip) : type.Parse(frame);
        input.AdvanceTo(buffer.End);
        return true;
    }

    /// <summary>
    /// Reads the next message. A message that does not parse is consumed before the error is thrown, so a stream may go on
    /// behind it; after any other error it may not.
    /// </summary>
    /// <param name="input">Owned by the caller.</param>
    /// <param name="type">What the bytes are.</param>
    /// <param name="rules">Limits.</param>
    /// <param name="gzip">True when the sender declared gzip.</param>
    /// <param name="begun">True when the receive timeout runs from now, false when from the message's first byte.</param>
    /// <param name="ct">Ends the wait.</param>
    /// <exception cref="GrpcException">One of <see cref="Faults"/>.</exception>
    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder<>))]
    public static async ValueTask<Received<T>> ReadAsync<T>(
        PipeReader input, Incoming<T> type, ReceiveRules rules, bool gzip, bool begun, CancellationToken ct)
    {
        PooledTimer? timer = null;
        try
        {
            while (true)
            {
                var read = input.ReadAsync(ct);
                if (begun && timer is null && rules.Timeout is { } timeout && !read.IsCompleted)
                {
                    timer = rules.Timers.Rent();
                    timer.Start(timeout, static pipe => ((PipeReader)pipe).CancelPendingRead(), input);
                }

                var result = await read;
                if (result.IsCanceled)
                {
                    throw Faults.ReceiveTimeout(rules.Timeout ?? default);
                }

                var buffer = result.Buffer;
                if (!TryTakeFrame(buffer, rules.MaxBytes, out var frame, out var compressed))
                {
                    input.AdvanceTo(buffer.Start, buffer.End);
                    if (result.IsCompleted)
                    {
                        return buffer.IsEmpty ? new(default, IsThere: false, IsLast: true) : throw Faults.IncompleteMessage();
                    }

                    begun |= !buffer.IsEmpty;
                    continue;
                }

                var isLast = result.IsCompleted && buffer.End.Equals(frame.End);
                try
                {
                    return new(compressed ? Inflate(frame, type, rules, gzip) : type.Parse(frame), IsThere: true, isLast);
                }
                finally
                {
                    input.AdvanceTo(frame.End);
                }
            }
        }
        catch (IOException gone) when (rules.FromCaller && gone is not BadHttpRequestException)
        {
            throw Faults.Cancelled(gone);
        }
        finally
        {
            timer?.Stop();
        }
    }

    private static bool TryTakeFrame(in ReadOnlySequence<byte> buffer, int maxBytes, out ReadOnlySequence<byte> frame, out bool compressed)
    {
        frame = default;
        compressed = false;
        if (buffer.Length < MessageFormat.PrefixLength)
        {
            return false;
        }

        Span<byte> copy = stackalloc byte[MessageFormat.PrefixLength];
        scoped var prefix = buffer.FirstSpan;
        if (prefix.Length < MessageFormat.PrefixLength)
        {
            buffer.Slice(0, MessageFormat.PrefixLength).CopyTo(copy);
            prefix = copy;
        }

        compressed = prefix[0] switch
        {
            0 => false,
            1 => true,
            var flag => throw Faults.MalformedFrame(flag),
        };

        var length = BinaryPrimitives.ReadUInt32BigEndian(prefix[1..]);
        if (length > (uint)maxBytes)
        {
            throw Faults.MessageTooLarge(length, maxBytes);
        }

        if (buffer.Length - MessageFormat.PrefixLength < length)
        {
            return false;
        }

        frame = buffer.Slice(MessageFormat.PrefixLength, length);
        return true;
    }

    private static T Inflate<T>(in ReadOnlySequence<byte> frame, Incoming<T> type, ReceiveRules rules, bool gzip)
    {
        if (!gzip)
        {
            throw Faults.UndeclaredCompression();
        }

        using var plain = Gzip.Inflate(frame, rules.MaxBytes);
        return type.Parse(new ReadOnlySequence<byte>(plain.Memory));
    }
}
