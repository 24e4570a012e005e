using System.Collections.Immutable;
using Google.Protobuf;
using Google.Protobuf.WellKnownTypes;
using SegmentOfOne.Domain;
using SegmentOfOne.Domain.Contact;
using SegmentOfOne.Domain.Decisions;
using SegmentOfOne.Domain.Engagement;
using SegmentOfOne.Domain.Formats;
using SegmentOfOne.Domain.Playbooks;
using SegmentOfOne.Gateway.Rpc;
using SegmentOfOne.Gateway.Tests.Support;
using SegmentOfOne.Gateway.Treatments;

namespace SegmentOfOne.Gateway.Tests.Rpc;

/// <summary>The way without messages says the same as the way with them.</summary>
public sealed class InteractBytesTests
{
    /// <summary>Of the 2 KB that a whole turn through a gateway may allocate, what it is from the bytes of the request to those of the reply.</summary>
    private const int Budget = 1_200;

    private static readonly string[] Texts =
        ["", "a", "web", "user_id", "product_viewed", "product_id", "sku-4711", "é😀", "\0", new string('x', 130), new string('ü', 70), "home_hero"];

    [Fact]
    public void What_is_read_of_bytes_is_what_the_message_says()
    {
        var random = new Random(20261129);
        var (read, left) = (0, 0);
        for (var round = 0; round < 20_000; round++)
        {
            var bytes = SomeRequest(random).ToByteArray();
            switch (random.Next(4))
            {
                case 0:
                    // Two messages one after the other are one, in which the latter adds to the former.
                    bytes = [.. bytes, .. SomeRequest(random).ToByteArray()];
                    break;
                case 1 when bytes.Length > 0:
                    bytes[random.Next(bytes.Length)] = (byte)random.Next(256);
                    break;
                case 2:
                    bytes = bytes[..random.Next(bytes.Length + 1)];
                    break;
                default:
                    break;
            }

            if (!InteractBytes.TryRead(bytes, out var request))
            {
                left++;
                continue;
            }

            read++;
            Wire.ToDomain(V1.InteractRequest.Parser.ParseFrom(bytes), out var failure).ShouldNotBeNull();
            failure.ShouldBeNull();
            ShouldSayTheSame(request, Wire.ToDomain(V1.InteractRequest.Parser.ParseFrom(bytes), out _)!);
        }

        read.ShouldBeGreaterThan(2_000);
        left.ShouldBeGreaterThan(2_000);
    }

    [Fact]
    public void What_callers_usually_send_is_read_without_a_message()
    {
        var request = Usual();
        InteractBytes.TryRead(request.ToByteArray(), out var read).ShouldBeTrue();
        ShouldSayTheSame(read, Wire.ToDomain(request, out _)!);
    }

    [Fact]
    public async Task A_reply_has_the_bytes_that_its_message_has()
    {
        var random = new Random(20261129);
        var content = await Content(Playbook.Default);
        var writer = new ProtobufWriter();
        for (var round = 0; round < 5_000; round++)
        {
            var (reply, duplicate) = (SomeReply(random), random.Next(2) == 0);
            writer.Clear();
            Wire.Write(writer, reply, duplicate, content);
            writer.Written.ToArray().ShouldBe(Wire.ToWire(reply, duplicate, content).ToByteArray());
        }
    }

    [Fact]
    public async Task A_turn_from_the_bytes_of_its_request_to_those_of_its_reply_stays_within_its_budget_of_bytes()
    {
        var content = await Content(Playbook.Default);
        var (message, buffer, writer) = (Usual().ToByteArray(), new byte[4096], new ProtobufWriter());
        var key = new CustomerKey(4711);
        var state = new CustomerState(key) { Lexicon = new Lexicon() };
        var playbooks = PlaybookSet.Of(Playbook.Default);
        byte[] before = [];
        for (var i = 0; i < 20; i++)
        {
            var past = Usual();
            past.InteractionId = $"past-{i}";
            InteractBytes.TryRead(past.ToByteArray(), out var request).ShouldBeTrue();
            Customer.Decide(state, request, playbooks, Instant.From(past.OccurredAt.ToDateTimeOffset())).ShouldBeOfType<TurnOutcome.Done>();
            before = StateFormat.ToBytes(state);
        }

        void Turn()
        {
            InteractBytes.TryRead(message, out var request);
            StateFormat.Read(before, key, state);
            var done = (TurnOutcome.Done)Customer.Decide(state, request!, playbooks, request!.OccurredAt!.Value);
            var bytes = new ByteWriter(buffer);
            TurnFormat.Write(done.Turn, ref bytes);
            StateFormat.Write(state, ref bytes);
            bytes.Dispose();
            writer.Clear();
            Wire.Write(writer, done.Reply, duplicate: false, content);
        }

        // Code that isn't optimised yet boxes what later costs nothing, and when it is optimised depends on the machine: the cheapest round counts.
        const int Rounds = 6, Times = 200;
        var least = long.MaxValue;
        for (var round = 0; round < Rounds; round++)
        {
            var allocated = GC.GetAllocatedBytesForCurrentThread();
            for (var i = 0; i < Times; i++)
            {
                Turn();
            }

            least = Math.Min(least, (GC.GetAllocatedBytesForCurrentThread() - allocated) / Times);
        }

        least.ShouldBeLessThanOrEqualTo(Budget);
    }

    private static V1.InteractRequest Usual()
    {
        var request = ExperienceCalls.Interaction(
            "customer-4711", "0198-7f3a-0042", "product_viewed", ("product_id", Value.ForString("sku-4711")), ("price", Value.ForNumber(12.5)), ("gift", Value.ForBool(true)));
        request.OccurredAt = Timestamp.FromDateTime(new DateTime(2030, 6, 3, 11, 0, 0, DateTimeKind.Utc));
        request.Placements.Add("home_hero");
        return request;
    }

    private static V1.InteractRequest SomeRequest(Random random)
    {
        var request = new V1.InteractRequest
        {
            Customer = random.Next(8) == 0 ? null : new V1.Identifier { Kind = Text(random), Value = Text(random) },
            InteractionId = Text(random),
            Type = Text(random),
            Channel = Text(random),
            OccurredAt = random.Next(3) switch
            {
                0 => null,
                1 => new Timestamp { Seconds = random.NextInt64(-63_000_000_000, 254_000_000_000), Nanos = random.Next(-1, 1_000_000_001) },
                _ => new Timestamp { Seconds = random.Next(2) * 1_900_000_000L, Nanos = random.Next(2) * 120_000_000 },
            },
        };
        for (var left = random.Next(5); left > 0; left--)
        {
            request.Properties[Text(random)] = random.Next(24) switch
            {
                0 => new Value(),
                1 => Value.ForNull(),
                2 => Value.ForList(Value.ForString(Text(random))),
                3 => Value.ForStruct(new Struct { Fields = { ["a"] = Value.ForBool(true) } }),
                < 10 => Value.ForNumber(random.Next(3) switch { 0 => 0, 1 => double.NaN, _ => random.NextDouble() }),
                < 14 => Value.ForBool(random.Next(2) == 0),
                _ => Value.ForString(Text(random)),
            };
        }

        for (var left = random.Next(3); left > 0; left--)
        {
            request.Placements.Add(Text(random));
        }

        return request;
    }

    private static TurnReply SomeReply(Random random)
    {
        var key = new CustomerKey(new UInt128((ulong)random.NextInt64(), (ulong)random.NextInt64()));
        return new TurnReply(
            key, random.NextInt64(), random.Next(3), (Stage)random.Next(10),
            new Scores(Number(random), Number(random), Number(random), Number(random), Number(random), Number(random)),
            [.. Enumerable.Range(0, random.Next(4)).Select(index => SomeDecision(random, new ReceiptId(key, random.NextInt64(), index)))],
            Text(random))
        {
            Withdrawn = [.. Enumerable.Range(0, random.Next(3)).Select(index => new ReceiptId(key, random.Next(200), index))],
        };
    }

    private static Decision SomeDecision(Random random, ReceiptId id)
    {
        var action = Playbook.Default.Actions[random.Next(Playbook.Default.Actions.Length)];
        var treatment = action.Treatments.IsEmpty ? null : action.Treatments[random.Next(action.Treatments.Length)];
        var at = new Instant(random.NextInt64(-10_000_000_000, 10_000_000_000));
        var reserved = new Reservation(
            id.Index, (Purpose)random.Next(6), Text(random), Direction.Inbound, TouchTerms.None, at, at + TimeSpan.FromHours(random.Next(2)), at);
        return random.Next(4) == 0
            ? new Decision(new Decided(Text(random), null, null, 1, 0, 0), id, Properties.Empty)
            : new Decision(
                new Decided(Text(random), action.Id, treatment?.Id, Number(random), Number(random), Number(random), reserved),
                id,
                Properties.Of([.. (treatment?.Variables ?? []).Select(variable => (variable.Name, PropertyValue.Of(Text(random) + "<&>")))]));
    }

    private static double Number(Random random) => random.Next(4) switch
    {
        0 => 0,
        1 => -0.0,
        2 => double.NaN,
        _ => (random.NextDouble() - 0.5) * 200,
    };

    private static string Text(Random random) => Texts[random.Next(Texts.Length)];

    private static async Task<PlaybookContent> Content(Playbook playbook)
    {
        var contents = new Contents();
        contents.Prepare(playbook);
        return await contents.Of(playbook.Version, null!, default);
    }

    private static void ShouldSayTheSame(TurnRequest read, TurnRequest said)
    {
        read.Placements.ShouldBe(said.Placements);
        (read with { Placements = [] }).ShouldBe(said with { Placements = [] });
    }
}
