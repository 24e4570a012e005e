using System.Globalization;
using System.Net.Http.Json;
using System.Text.Json.Nodes;

namespace SegmentOfOne.LoadTest.Calls;

/// <summary>The clock of a service that was started with <c>--clock-stands</c>, through its admin endpoint.</summary>
public sealed class ServiceClock : IDisposable
{
    private readonly HttpClient _http;
    private DateTimeOffset _now;

    private ServiceClock(HttpClient http, DateTimeOffset now) => (_http, _now) = (http, now);

    /// <summary>Looks at the clock.</summary>
    /// <param name="address">Where the service answers HTTP.</param>
    /// <param name="key">By which it is asked; null: by none.</param>
    /// <exception cref="InvalidDataException">It can't be moved, or nothing answers there.</exception>
    public static async Task<ServiceClock> Open(Uri address, string? key, CancellationToken ct)
    {
        var http = key is null ? new HttpClient { BaseAddress = address } : new HttpClient(new KeyHandler(key)) { BaseAddress = address };
        try
        {
            var clock = (await http.GetFromJsonAsync<JsonObject>("/admin/v1/overview", ct))!["clock"]!;
            return (bool)clock["stands"]!
                ? new ServiceClock(http, DateTimeOffset.Parse((string)clock["now"]!, CultureInfo.InvariantCulture))
                : throw new InvalidDataException($"The clock of {address} goes on by itself: start the program with --clock INSTANT --clock-stands.");
        }
        catch (HttpRequestException absent)
        {
            throw new InvalidDataException($"Nothing answers HTTP at {address} ({absent.Message}).", absent);
        }
    }

    /// <summary>Moves the clock and waits until everything that was due by then is done. Where it is beyond already, it stays.</summary>
    /// <returns>How many turns that took.</returns>
    /// <exception cref="InvalidDataException">It was not moved; the message is the service's.</exception>
    public async Task<long> Move(DateTimeOffset to, CancellationToken ct)
    {
        if (to <= _now)
        {
            return 0;
        }
        using var response = await _http.PutAsJsonAsync("/admin/v1/clock", new { now = to.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss.fff'Z'", CultureInfo.InvariantCulture) }, ct);
        var body = await response.Content.ReadFromJsonAsync<JsonObject>(ct);
        if (!response.IsSuccessStatusCode)
        {
            throw new InvalidDataException($"The clock was not moved to {to:u}: {(string?)body?["detail"] ?? response.ReasonPhrase}");
        }
        _now = to;
        return long.Parse((string)body!["turns"]!, CultureInfo.InvariantCulture);
    }

    public void Dispose() => _http.Dispose();
}
