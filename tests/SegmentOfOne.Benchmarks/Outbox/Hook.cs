using System.Diagnostics;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;

namespace SegmentOfOne.Benchmarks.Outbox;

/// <summary>A receiver of webhooks on bare Kestrel: takes everything at once, or never answers.</summary>
public sealed class Hook : IAsyncDisposable
{
    private readonly WebApplication _app;
    private readonly bool _hangs;
    private readonly HashSet<string> _ids = [];
    private readonly Lock _gate = new();
    private TaskCompletionSource _enough = new();
    private int _wanted;
    private long _first;
    private long _last;

    private Hook(WebApplication app, bool hangs) => (_app, _hangs) = (app, hangs);

    public Uri Url => new(_app.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.First());

    /// <summary>Requests that came, repeats included.</summary>
    public int Count { get; private set; }

    public static async Task<Hook> Open(bool hangs, CancellationToken ct)
    {
        var builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions());
        builder.WebHost.UseKestrelCore().ConfigureKestrel(kestrel => kestrel.Listen(System.Net.IPAddress.Loopback, 0));
        var hook = new Hook(builder.Build(), hangs);
        hook._app.Run(hook.Take);
        await hook._app.StartAsync(ct);
        return hook;
    }

    /// <summary>Messages a second from the first to the last of so many different ones from now on.</summary>
    public async Task<double> Rate(int messages, CancellationToken ct)
    {
        lock (_gate)
        {
            _ids.Clear();
            (_wanted, _enough) = (messages, new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously));
        }

        await _enough.Task.WaitAsync(TimeSpan.FromMinutes(10), ct);
        return (messages - 1) / Stopwatch.GetElapsedTime(_first, _last).TotalSeconds;
    }

    public ValueTask DisposeAsync() => _app.DisposeAsync();

    private async Task Take(HttpContext context)
    {
        await context.Request.Body.CopyToAsync(Stream.Null);
        lock (_gate)
        {
            Count++;
            if (!_hangs && _ids.Add(context.Request.Headers["webhook-id"].ToString()))
            {
                _last = Stopwatch.GetTimestamp();
                _first = _ids.Count == 1 ? _last : _first;
                if (_ids.Count == _wanted)
                {
                    _enough.TrySetResult();
                }
            }
        }

        if (_hangs)
        {
            await Task.Delay(Timeout.Infinite, context.RequestAborted);
        }
    }
}
