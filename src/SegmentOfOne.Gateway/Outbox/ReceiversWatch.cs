using System.Collections.Immutable;
using SegmentOfOne.Domain.Playbooks;
using SegmentOfOne.Engine;
using SegmentOfOne.Engine.Outbox;
using SegmentOfOne.Gateway.Hosting;

namespace SegmentOfOne.Gateway.Outbox;

/// <summary>
/// The receivers that a file names, read again and again: what changes counts within seconds, secrets in files of their own included. While there is a
/// mistake in it, what was before goes on to count, and the log says the mistake.
/// </summary>
public sealed partial class ReceiversWatch : IDisposable
{
    private static readonly TimeSpan Every = TimeSpan.FromSeconds(2);

    private readonly string? _path;
    private readonly ILogger _log;
    private readonly Timer? _timer;
    private readonly Lock _reading = new();
    private ImmutableArray<string> _mistakes = [];
    private IPlaybooks? _playbooks;
    private string _missing = "";

    /// <param name="path">Null: there is no file, and no receiver has an address.</param>
    /// <exception cref="GatewayStartException">There are mistakes in the file; the message says all.</exception>
    public ReceiversWatch(string? path, ILogger<ReceiversWatch> log)
    {
        (_path, _log) = (path, log);
        if (path is null)
        {
            return;
        }

        var read = ReceiversFile.Read(path);
        if (read.Mistakes.Length > 0)
        {
            throw new GatewayStartException(string.Join(Environment.NewLine, read.Mistakes.Select(mistake => $"{path}: {mistake}")));
        }

        Receivers.Replace(read.Receivers);
        _timer = new Timer(_ => Look(), null, Every, Every);
    }

    /// <summary>Those that count.</summary>
    public Receivers Receivers { get; } = new();

    /// <summary>From now on it is said when a playbook comes into force that names receivers without an address.</summary>
    public void Watch(IPlaybooks playbooks)
    {
        lock (_reading)
        {
            _playbooks = playbooks;
            _missing = Missing(playbooks.InForce.Playbook);
        }
    }

    /// <summary>Where messages of a playbook go, in words; null: there are none.</summary>
    public string? Describe(Playbook playbook)
    {
        var known = string.Join(", ", playbook.Receivers.Where(Receivers.Current.ContainsKey));
        var missing = Missing(playbook);
        return (known, missing) switch
        {
            ("", "") => null,
            (_, "") => known,
            ("", _) => $"no address for {missing}: their messages wait (--receivers FILE)",
            _ => $"{known}; no address for {missing}: their messages wait",
        };
    }

    public void Dispose() => _timer?.Dispose();

    /// <summary>Reads the file again; by itself it is read every two seconds.</summary>
    public void Look()
    {
        lock (_reading)
        {
            var read = ReceiversFile.Read(_path!);
            if (!read.Mistakes.SequenceEqual(_mistakes))
            {
                _mistakes = read.Mistakes;
                foreach (var mistake in read.Mistakes)
                {
                    LogMistake(_path!, mistake);
                }
            }

            if (read.Mistakes.Length == 0 && !IsSame(read.Receivers))
            {
                Receivers.Replace(read.Receivers);
                LogRead(_path!, read.Receivers.Length);
            }

            var missing = _playbooks is null ? _missing : Missing(_playbooks.InForce.Playbook);
            if (missing != _missing)
            {
                _missing = missing;
                if (missing.Length > 0)
                {
                    LogMissing(missing);
                }
            }
        }
    }

    private bool IsSame(ImmutableArray<Receiver> receivers) =>
        receivers.Length == Receivers.Current.Count && receivers.All(receiver => receiver.Equals(Receivers.Current.GetValueOrDefault(receiver.Name)));

    private string Missing(Playbook playbook) => string.Join(", ", playbook.Receivers.Where(name => !Receivers.Current.ContainsKey(name)));

    [LoggerMessage(LogLevel.Error, "{File}: {Mistake} The receivers from before stay.")]
    private partial void LogMistake(string file, string mistake);

    [LoggerMessage(LogLevel.Warning, "{File} was read again: {Receivers} receiver(s).")]
    private partial void LogRead(string file, int receivers);

    [LoggerMessage(LogLevel.Warning, "There is no address for {Receivers}: their messages wait.")]
    private partial void LogMissing(string receivers);
}
