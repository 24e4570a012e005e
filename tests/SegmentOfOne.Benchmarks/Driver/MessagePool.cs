using System.Text;
using Google.Protobuf;
using Google.Protobuf.WellKnownTypes;
using SegmentOfOne.LoadTest.Simulation;
using SegmentOfOne.V1;

namespace SegmentOfOne.Benchmarks.Driver;

/// <summary>
/// Many different encoded requests in one array, so that a driver only copies bytes. Two places of a copy are overwritten
/// when it is sent: the interaction id, so that no turn is a repeat, and occurred_at, which is the second of sending.
/// </summary>
public sealed class MessagePool
{
    private const string IdPlace = "id-place-of-16-b";
    private const long TimePlace = 1_765_432_109;

    // More than there are calls in flight.
    private const int Strands = 4096;

    private readonly byte[] _bytes;
    private readonly Message[] _messages;
    private ulong _nextId;

    private readonly record struct Message(int Start, int Length, int IdOffset, int SecondsOffset);

    private MessagePool(byte[] bytes, Message[] messages, int asking)
    {
        // Ids of another run on the same data folder must not be met again.
        (_bytes, _messages, _nextId) = (bytes, messages, (ulong)DateTime.UtcNow.Ticks << 8);
        ShareAsking = (double)asking / messages.Length;
        Longest = messages.Max(message => message.Length);
    }

    /// <summary>How many different messages there are.</summary>
    public int Count => _messages.Length;

    /// <summary>The longest message in bytes.</summary>
    public int Longest { get; }

    /// <summary>The mean length in bytes.</summary>
    public double MeanBytes => (double)_bytes.Length / _messages.Length;

    /// <summary>The share of messages that ask for a decision, in [0, 1].</summary>
    public double ShareAsking { get; }

    /// <summary>Interactions of invented customers, a share of which asks for a decision.</summary>
    public static MessagePool OfPopulation(SimulationPlan plan) => Of(new Population(plan).Interactions());

    /// <summary>
    /// Interactions of invented customers, each of which asks for one decision at this placement, or for none. They go through the plan's time in
    /// <see cref="Strands"/> places at once: a driver makes seconds of months, and what one visitor does minutes apart would be in flight
    /// together, as it never is.
    /// </summary>
    public static MessagePool Asking(SimulationPlan plan, string? placement)
    {
        var requests = new Population(plan).Interactions().ToArray();
        foreach (var request in requests)
        {
            request.Placements.Clear();
            if (placement is not null)
            {
                request.Placements.Add(placement);
            }
        }

        var strand = (requests.Length + Strands - 1) / Strands;
        return Of(from step in Enumerable.Range(0, strand) from start in Enumerable.Range(0, Strands) let i = (start * strand) + step where i < requests.Length select requests[i]);
    }

    /// <summary>One message for each customer from <paramref name="first"/> on: a page viewed.</summary>
    /// <param name="placement">Where a decision is asked for; null: none is.</param>
    public static MessagePool OfEachCustomer(ulong seed, int first, int count, string? placement = null)
    {
        var viewed = new InteractRequest { Type = "page_viewed", Channel = "web", Properties = { ["page"] = Value.ForString("home") } };
        if (placement is not null)
        {
            viewed.Placements.Add(placement);
        }

        return OfEachCustomer(seed, first, count, viewed);
    }

    /// <summary>The same message for each customer from <paramref name="first"/> on.</summary>
    public static MessagePool OfEachCustomer(ulong seed, int first, int count, InteractRequest message) => Of(Enumerable.Range(first, count).Select(number =>
    {
        var own = message.Clone();
        own.Customer = Shopper.Of(seed, number).Identifier;
        return own;
    }));

    private static MessagePool Of(IEnumerable<InteractRequest> requests)
    {
        using var bytes = new MemoryStream();
        List<Message> messages = [];
        var id = Encoding.ASCII.GetBytes(IdPlace);
        var seconds = new Timestamp { Seconds = TimePlace }.ToByteArray();
        int asking = 0;
        foreach (var request in requests)
        {
            asking += request.Placements.Count > 0 ? 1 : 0;
            // Copied, because a repeated interaction is the same object told twice.
            var marked = request.Clone();
            marked.InteractionId = IdPlace;
            marked.OccurredAt = new Timestamp { Seconds = TimePlace };
            var encoded = marked.ToByteArray();
            // The varint stands behind its one-byte tag.
            messages.Add(new Message((int)bytes.Length, encoded.Length, encoded.AsSpan().IndexOf(id), encoded.AsSpan().IndexOf(seconds) + 1));
            bytes.Write(encoded);
        }
        return new MessagePool(bytes.ToArray(), [.. messages], asking);
    }

    /// <summary>Copies the next message, with an id and a time of its own. Safe for several threads at once.</summary>
    /// <returns>Its length in bytes.</returns>
    public int CopyNext(Span<byte> destination, long unixSeconds)
    {
        var number = Interlocked.Increment(ref _nextId);
        var message = _messages[(int)(number % (ulong)_messages.Length)];
        _bytes.AsSpan(message.Start, message.Length).CopyTo(destination);
        WriteHex(number, destination.Slice(message.IdOffset, 16));
        WriteVarint(unixSeconds, destination[message.SecondsOffset..]);
        return message.Length;
    }

    private static void WriteHex(ulong number, Span<byte> destination)
    {
        for (int digit = 15; digit >= 0; digit--, number >>= 4)
        {
            destination[digit] = "0123456789abcdef"u8[(int)(number & 15)];
        }
    }

    /// <summary>Five bytes from 1970's tenth year until 3058: any time that a clock shows here is as long as the place.</summary>
    private static void WriteVarint(long seconds, Span<byte> destination)
    {
        for (int i = 0; i < 4; i++, seconds >>= 7)
        {
            destination[i] = (byte)(seconds | 0x80);
        }
        destination[4] = (byte)seconds;
    }
}
