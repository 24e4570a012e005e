namespace SegmentOfOne.Silo.Hosting;

/// <summary>Leaves signals to the program: it ends gateway, silo and store in this order.</summary>
internal sealed class QuietLifetime : IHostLifetime
{
    public Task WaitForStartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;
}
