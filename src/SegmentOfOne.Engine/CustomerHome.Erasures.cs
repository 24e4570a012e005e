using System.Data.Common;
using Microsoft.Extensions.Logging;
using SegmentOfOne.Domain;
using SegmentOfOne.Engine.Erasures;

namespace SegmentOfOne.Engine;

/// <content>How customers are forgotten.</content>
public sealed partial class CustomerHome
{
    /// <summary>How often to look for erasures that are to be finished.</summary>
    private static readonly TimeSpan FinishEvery = TimeSpan.FromSeconds(30);

    /// <summary>How often to look for what is kept too long.</summary>
    private static readonly TimeSpan RetainEvery = TimeSpan.FromHours(1);

    internal Eraser Eraser { get; }

    internal Retention Retention { get; }

    /// <summary>Forgets now what is older than the playbook allows; without being asked, that happens every hour unless the clock is moved by hand.</summary>
    public Task Retain(CancellationToken ct) => Retention.Sweep(ct);

    /// <summary>What certificates of erasures are verified with, as PEM.</summary>
    public string ErasureKey => Eraser.PublicKey;

    /// <summary>Erases a customer with all that is part of it, as <see cref="IErasures.Erase"/> says. To be asked where the customer lives.</summary>
    public async Task<Erasure?> Erase(CustomerKey customer, ErasureReason reason, string person, CancellationToken ct)
    {
        await Identities.Finish(customer, ct);
        return await Eraser.Erase([customer, .. await PartsOf(customer, ct)], reason, person, ct);
    }

    /// <summary>The customers that are part of one.</summary>
    internal async ValueTask<IEnumerable<CustomerKey>> PartsOf(CustomerKey customer, CancellationToken ct) =>
        await Customer(customer).Own(ct) is { } own ? own.Identity.Parts.ToArray().Select(part => part.Key) : [];

    /// <summary>An erasure by its id. Null: there is none.</summary>
    public Task<Erasure?> Erasure(string id, CancellationToken ct) => Task.Run(() => Eraser.Find(id), ct);

    /// <summary>The erasure of a customer. Null: it wasn't erased.</summary>
    public Task<Erasure?> ErasureOf(CustomerKey customer, CancellationToken ct) => Task.Run(() => Eraser.FindOf(customer), ct);

    private void FinishErasures()
    {
        var retained = TimeProvider.System.GetTimestamp();
        do
        {
            try
            {
                Eraser.FinishAll().GetAwaiter().GetResult();
                if (!Options.WakesByHand && TimeProvider.System.GetElapsedTime(retained) >= RetainEvery)
                {
                    retained = TimeProvider.System.GetTimestamp();
                    Retention.Sweep(_stopping.Token).GetAwaiter().GetResult();
                }
            }
            catch (OperationCanceledException)
            {
                return;
            }
            catch (Exception e) when (e is DbException or CustomersUnavailableException or DataFolderException)
            {
                LogUnfinished(Options.Log, e.Message);
            }
        }
        while (!_stop.Wait(FinishEvery));
    }

    [LoggerMessage(LogLevel.Warning, "Erasures that were begun are finished later: {Reason}")]
    private static partial void LogUnfinished(ILogger log, string reason);
}
