using Microsoft.AspNetCore.Http;
using SegmentOfOne.Domain;
using SegmentOfOne.Gateway.Hosting;
using SegmentOfOne.Grpc;

namespace SegmentOfOne.Gateway.Http;

/// <summary>The clock of a program that was told to let it stand: for replays of what was, exact to the millisecond.</summary>
public sealed class ClockApi(ServedEngine engine, TimeProvider time) : IDisposable
{
    private readonly SemaphoreSlim _moving = new(1);

    public IEnumerable<Operation> Operations =>
    [
        new("PUT", "/admin/v1/clock", "moveClock", "Moves a clock that stands (--clock-stands) forward, and answers when everything that became due by then is done.")
        {
            Body = Admin.V1.MoveClockRequest.Descriptor,
            Reply = Admin.V1.MoveClockReply.Descriptor,
            Problems = [409, 413, 415, 501],
            Answer = Move,
        },
    ];

    public void Dispose() => _moving.Dispose();

    private async ValueTask<HttpAnswer> Move(HttpCall call)
    {
        var read = await call.ReadMessage().ConfigureAwait(false);
        if (!read.Succeeded)
        {
            return read.Failure;
        }

        if (Wire.ToDomain(((Admin.V1.MoveClockRequest)read.Reply).Now, "now", out var invalid) is not { } to)
        {
            return invalid ?? Failure.Invalid("clock_now_missing", "Say in now to when the clock is to be moved.");
        }

        if (time is not StandingTimeProvider clock)
        {
            return Conflict("clock_goes_on", "The clock goes on by itself. One that is moved by hand wants the program to be started with --clock INSTANT --clock-stands.");
        }

        if (engine.WakeDue is not { } wakeDue)
        {
            return new Failure(
                "clock_of_cluster", "In a cluster nobody moves the clock: no one process knows what is due everywhere.", StatusCode.Unimplemented, StatusCodes.Status501NotImplemented);
        }

        await _moving.WaitAsync(call.Aborted).ConfigureAwait(false);
        try
        {
            return clock.TryMove(to)
                ? new HttpAnswer.Message(new Admin.V1.MoveClockReply { Turns = (ulong)await wakeDue(call.Aborted).ConfigureAwait(false), Clock = Overviews.ClockOf(clock) })
                : Conflict("clock_backwards", $"The clock stands at {clock.Now}, and goes forward only.");
        }
        finally
        {
            _moving.Release();
        }
    }

    private static Failure Conflict(string name, string message) => new(name, message, StatusCode.FailedPrecondition, StatusCodes.Status409Conflict);
}
