using SegmentOfOne.Domain;

namespace SegmentOfOne.Engine.Outbox;

/// <summary>
/// How it goes with one receiver: what is under way, and when to go on. After <see cref="FailuresBeforePause"/> failures without a success between
/// it pauses, and then one message at a time tries whether the receiver is back: the first success opens it again.
/// Changed by the thread that delivers, read by others under its lock.
/// </summary>
internal sealed class OutboxLane(string name)
{
    public const int FailuresBeforePause = 5;

    private static readonly TimeSpan FirstPause = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan LongestPause = TimeSpan.FromMinutes(1);

    private readonly Lock _gate = new();
    private WebhookClient? _client;
    private int _underWay;
    private int _failures;
    private int _pauses;
    private Instant _pausedUntil = Instant.Min;
    private (string What, Instant At)? _lastFailure;

    public string Name => name;

    /// <summary>Null: the receiver has no address.</summary>
    public WebhookClient? Client => _client;

    /// <summary>When to look for messages that are due.</summary>
    public Instant LookAt { get; set; } = Instant.Min;

    /// <summary>Whether the receiver has failed so often that it is only tried.</summary>
    public bool IsFailing => _failures >= FailuresBeforePause;

    public LaneFigures Figures
    {
        get
        {
            lock (_gate)
            {
                return new LaneFigures(
                    _client is not null, _underWay, _pausedUntil == Instant.Min ? null : _pausedUntil, _lastFailure?.What, _lastFailure?.At);
            }
        }
    }

    /// <summary>Takes another address, or none. What is under way goes on.</summary>
    public void Adopt(Receiver? receiver)
    {
        if (receiver is not null && receiver == _client?.Receiver)
        {
            return;
        }

        lock (_gate)
        {
            _client?.Dispose();
            _client = receiver is null ? null : new WebhookClient(receiver);
            (_failures, _pauses, _pausedUntil, LookAt) = (0, 0, Instant.Min, Instant.Min);
        }
    }

    /// <summary>How many messages may be begun now.</summary>
    public int Room(Instant now) =>
        _client is null || now < _pausedUntil || now < LookAt ? 0
        : IsFailing ? (_underWay == 0 ? 1 : 0)
        : Math.Max(0, _client.Receiver.Concurrency - _underWay);

    /// <summary>When there may be room, if nothing that is under way ends before; null: not by time.</summary>
    public Instant? NextAt =>
        _client is null || (IsFailing ? _underWay > 0 : _underWay >= _client.Receiver.Concurrency) ? null : Instant.Later(LookAt, _pausedUntil);

    public void Begin()
    {
        lock (_gate)
        {
            _underWay++;
        }
    }

    /// <summary>An attempt ended, and the receiver is well.</summary>
    public void Succeed()
    {
        lock (_gate)
        {
            _underWay--;
            (_failures, _pauses, _pausedUntil) = (0, 0, Instant.Min);
        }
    }

    /// <summary>An attempt ended, and the receiver is not well.</summary>
    /// <param name="retryAfter">How long it wants to be left alone; null: it didn't say.</param>
    public void Fail(string failure, Instant now, TimeSpan? retryAfter, double chance)
    {
        lock (_gate)
        {
            _underWay--;
            _failures++;
            _lastFailure = (failure, now);
            if (IsFailing && now >= _pausedUntil)
            {
                _pausedUntil = now + Backoff.Pause(FirstPause, LongestPause, _pauses++, chance);
            }

            if (retryAfter is { } wait)
            {
                _pausedUntil = Instant.Later(_pausedUntil, now + wait);
            }
        }
    }

    /// <summary>An attempt ended without saying anything of the receiver.</summary>
    public void Abandon()
    {
        lock (_gate)
        {
            _underWay--;
        }
    }
}

/// <summary>How it goes with one receiver in this process.</summary>
internal readonly record struct LaneFigures(bool HasAddress, int UnderWay, Instant? PausedUntil, string? LastFailure, Instant? LastFailureAt);
