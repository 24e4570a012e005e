using System.Buffers;
using System.IO.Pipelines;
using System.Runtime.CompilerServices;

namespace SegmentOfOne.Grpc.Client;

/// <summary>
/// Reads a response through one rented array. The framework's own reader makes a token source a stream and registers with it on
/// every read, which cost a unary call more than all else here.
/// </summary>
internal sealed class ResponsePipe(Stream stream) : PipeReader
{
    private const int FirstBuffer = 4096;

    private byte[] _array = [];
    private int _start;
    private int _examined;
    private int _end;
    private bool _ended;
    private int _use;

    public override bool TryRead(out ReadResult result)
    {
        if (!_ended && _examined == _end)
        {
            result = default;
            return false;
        }

        Take();
        result = Result();
        return true;
    }

    public override ValueTask<ReadResult> ReadAsync(CancellationToken cancellationToken = default)
    {
        if (TryRead(out var result))
        {
            return new(result);
        }

        Take();
        return FillAsync(cancellationToken);
    }

    public override void AdvanceTo(SequencePosition consumed) => AdvanceTo(consumed, consumed);

    public override void AdvanceTo(SequencePosition consumed, SequencePosition examined)
    {
        _start = consumed.GetInteger();
        _examined = examined.GetInteger();
        Interlocked.CompareExchange(ref _use, (int)Use.None, (int)Use.Reading);
    }

    public override void CancelPendingRead() => throw new NotSupportedException("A response is read with a token.");

    public override void Complete(Exception? exception = null)
    {
        // While somebody reads, the array is his: the collector has it afterwards.
        if (Interlocked.Exchange(ref _use, (int)Use.Complete) == (int)Use.None && _array.Length > 0)
        {
            ArrayPool<byte>.Shared.Return(_array);
            _array = [];
        }
    }

    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder<>))]
    private async ValueTask<ReadResult> FillAsync(CancellationToken ct)
    {
        MakeRoom();
        var read = await stream.ReadAsync(_array.AsMemory(_end), ct);
        _end += read;
        _ended = read == 0;
        return Result();
    }

    private void MakeRoom()
    {
        var held = _end - _start;
        if (_end < _array.Length && held > 0)
        {
            return;
        }

        if (held == _array.Length)
        {
            var larger = ArrayPool<byte>.Shared.Rent(Math.Max(FirstBuffer, _array.Length * 2));
            _array.AsSpan(_start, held).CopyTo(larger);
            if (_array.Length > 0)
            {
                ArrayPool<byte>.Shared.Return(_array);
            }

            _array = larger;
        }
        else
        {
            _array.AsSpan(_start, held).CopyTo(_array);
        }

        _examined -= _start;
        _start = 0;
        _end = held;
    }

    private ReadResult Result() => new(new ReadOnlySequence<byte>(_array, _start, _end - _start), isCanceled: false, _ended);

    private void Take()
    {
        var before = (Use)Interlocked.CompareExchange(ref _use, (int)Use.Reading, (int)Use.None);
        ObjectDisposedException.ThrowIf(before is Use.Complete, this);
    }

    private enum Use
    {
        None,
        Reading,
        Complete,
    }
}
