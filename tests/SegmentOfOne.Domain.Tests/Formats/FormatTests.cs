using System.Runtime.CompilerServices;
using FsCheck;
using FsCheck.Fluent;
using SegmentOfOne.Domain.Consent;
using SegmentOfOne.Domain.Contact;
using SegmentOfOne.Domain.Engagement;
using SegmentOfOne.Domain.Formats;
using SegmentOfOne.Domain.Identity;
using SegmentOfOne.Domain.Journeys;
using SegmentOfOne.Domain.Location;
using SegmentOfOne.Domain.Playbooks;
using SegmentOfOne.Domain.Traits;

namespace SegmentOfOne.Domain.Tests.Formats;

public sealed class FormatTests
{
    /// <summary>Three turns with every kind of fact, with words and other text, small and large numbers.</summary>
    internal static readonly Turn[] EveryFact =
    [
        new Turn(1, new Instant(1_906_707_600_123), 1,
        [
            new CustomerMet(new Identifier("user_id", "kö-42"), new Instant(1_906_707_600_000)),
            new MeasuresAdopted(new Measures(604_800_000, 2_592_000_000, 5_184_000_000, 15_552_000_000, 15, 86_400_000)),
            new InteractionObserved(
                "web-0001",
                "order_completed",
                "web",
                new Instant(1_906_707_600_000),
                Properties.Of(("order_id", "A-1"), ("total", 139.9), ("weight", Math.PI), ("express", true), ("gift", false), ("note", "")),
                true,
                Evidence.Item | Evidence.Order | (Evidence)0x8000_0000,
                "order_id"),
            new EngagementEarned(0.1, 15, 4, 2.5, 1.0 / 3, new Instant(1_906_707_600_000)),
            new MoneyMoved(139.90m, new Instant(1_906_707_600_000)),
            new MoneyMoved(-79_228_162_514_264_337_593_543_950_335m, new Instant(1_906_707_600_000)),
            new EpisodeMoved("A-1", EpisodePhase.Ordered, new Instant(1_906_707_600_000)),
            new StageChanged(Stage.Unknown, Stage.Purchase, "forward.purchase", Evidence.Order, new Instant(1_906_707_600_000)),
            new OverlayChanged(Overlay.InRecovery, true, "overlays.in_recovery", new Instant(1_906_707_600_000)),
            new DelightNoticed(21.0526, new Instant(1_906_707_600_000)),
            new Decided("home_hero", "make_it_right", "note", 1, 0.6, 42),
            new Decided("moon", null, null, 1, 0, 0),
        ]),
        new Turn(2, new Instant(1_906_707_700_000), 70_000,
        [
            new DecisionsAsked("", "phone", Properties.Empty),
            new Decided("call_center", "check_in", null, 0.25, 1e-9, -0.0),
        ]),
        new Turn(3, new Instant(1_906_794_000_000), 70_000,
        [
            new InteractionObserved(
                "web-0002", "balloon_taken", "kiosk", new Instant(0), Properties.Empty, false, Evidence.None, null),
        ]),
        new Turn(4, new Instant(1_906_794_100_001), 70_000,
        [
            new ConsentTold(ConsentSubject.Of(Purpose.Ask), ConsentStatus.Granted, new Instant(1_906_794_000_000)),
            new ConsentTold(ConsentSubject.Of("email"), ConsentStatus.Withdrawn, new Instant(1_906_794_000_000)),
            new ConsentTold(ConsentSubject.Location, ConsentStatus.Granted, new Instant(1_906_794_000_000)),
            new ConsentTold(ConsentSubject.Contact, ConsentStatus.Denied, new Instant(1_906_794_000_000)),
            new ZoneTold("Pacific/Chatham", new Instant(1_906_794_000_000)),
            new LocationForgotten(),
            new LocationNoted(new Coordinates(51.51, -0.1286), true, new Instant(1_906_794_000_000)),
            new FenceChanged("carnaby", FencePhase.Approached, new Instant(1_906_794_000_000)),
            new FenceChanged("carnaby", FencePhase.Entered, new Instant(1_906_794_060_000)),
            new FenceChanged("elsewhere", FencePhase.Left, new Instant(1_906_794_060_000)),
            new OffsetAdopted("Pacific/Chatham", 765),
            Touching("email", "welcome", new Reservation(
                0,
                Purpose.Inform,
                "email",
                Direction.Outbound,
                TouchTerms.None,
                new Instant(1_906_794_100_001),
                new Instant(1_906_880_500_001),
                new Instant(1_914_570_100_001))),
            Touching("home_hero", "offer", new Reservation(
                1,
                Purpose.Sell,
                "moon",
                Direction.Inbound,
                TouchTerms.Asked | TouchTerms.Transactional,
                new Instant(1_906_794_100_001),
                new Instant(1_906_794_100_001),
                new Instant(1_906_794_100_778))),
            Touching("push", "welcome", new Reservation(
                2,
                Purpose.Care,
                "push",
                Direction.Outbound,
                TouchTerms.None,
                new Instant(1_906_794_100_001),
                new Instant(1_906_797_700_001),
                new Instant(1_914_570_100_001))),
            new TrustMeasured(2_592_000_000),
        ]),
        new Turn(5, new Instant(1_906_794_200_000), 70_000,
        [
            new TouchReported(4, 0, TouchReport.Delivered, 1),
            new TouchReported(4, 0, TouchReport.Dismissed, 0),
            new TouchReported(4, 0, TouchReport.Accepted, -1.5),
            new ReportUnmatched(TouchReport.Bounced, Mismatch.OtherCustomer),
            new TouchWithdrawn(4, 2, "recovery_lock"),
        ]),
        new Turn(6, new Instant(1_906_880_600_000), 70_001,
        [
            new TimeCame(new Instant(1_906_880_500_001)),
            new ConsentExpired(ConsentSubject.Of(Purpose.Ask), new Instant(1_906_880_500_001)),
            new ConsentExpired(ConsentSubject.Of("sms"), new Instant(1_906_880_500_001)),
            new TouchReleased(4, 0),
            new SegmentEntered("regulars", new Instant(1_906_880_500_001)),
            new SegmentEntered("a-segment", new Instant(1_906_880_500_001)),
            new SegmentEntered("zest", new Instant(1_906_880_500_001)),
            new SegmentLeft("regulars", new Instant(1_906_880_500_001)),
        ]),
        new Turn(7, new Instant(1_906_880_700_000), 70_001,
        [
            new TimeCame(new Instant(1_906_880_700_000)),
            new JourneyEntered("abandoned_cart", 1, 70_000, "", new Instant(1_906_880_700_000)),
            new JourneyStepped("abandoned_cart", 1, "", "hold", 0, new Instant(1_906_884_300_000), new Instant(1_906_880_700_000)),
            new JourneyEntered("welcome", 2, 70_001, "cart-7", new Instant(1_906_880_700_000)),
            new JourneyStepped("welcome", 2, "", "first", 0, null, new Instant(1_906_880_700_000)),
            new JourneyStepped("welcome", 2, "first", "second", 86_400_000, null, new Instant(1_906_967_100_000)),
            new JourneyMoved("abandoned_cart", 1, 70_000, 70_001, "hold", "remind", 60_000, new Instant(1_906_884_400_000), new Instant(1_906_880_760_000)),
            new JourneyBarred("welcome", "concurrency", new Instant(1_906_880_760_000)),
            new Decided("email", "welcome", "story", 1, 0.1, 0.4, AskedBy: new JourneyAsk("email", null)),
            new Decided("email", "welcome", "story", 1, 0.1, 0.4, AskedBy: new JourneyAsk("email", "welcome")),
            new MessageLeft(
                0, "email", MessageKind.Touch, "welcome", 2, "second", 1, Properties.Of(("first_name", "Ada"), ("orders", 2)), new Instant(1_906_967_100_000)),
            new MessageLeft(1, "cases", MessageKind.Case, "welcome", 2, "case", null, Properties.Empty, new Instant(1_906_967_100_000)),
            new JourneyLeft("welcome", 2, "case", JourneyEnd.Exited, "bought", 0, 86_400_000, new Instant(1_906_967_100_000)),
        ]),
        new Turn(8, new Instant(1_906_967_200_000), 70_001,
        [
            new TraitAdopted("brands", TraitKind.Distinct, 31_536_000_000),
            new TraitGained("brands", "Ärö", new Instant(1_906_967_100_000)),
            new TraitSet("vip", true, new Instant(1_906_967_100_000)),
        ]),
        new Turn(9, new Instant(1_906_967_300_000), 70_001,
        [
            new ConsentTold(ConsentSubject.Tracking, ConsentStatus.Denied, new Instant(1_906_967_300_000), new ConsentOrigin("web", "form-7", "2029-01")),
            new ConsentTold(ConsentSubject.Personalisation, ConsentStatus.Denied, new Instant(1_906_967_300_000), new ConsentOrigin("web", "form-7", "2029-01")),
            new ConsentTold(ConsentSubject.Of(Purpose.Sell), ConsentStatus.Granted, new Instant(1_906_967_200_000), new ConsentOrigin("", "Beleg 9", "")),
            new ConsentTold(ConsentSubject.Of("Brief"), ConsentStatus.Denied, new Instant(1_906_967_200_000)),
            new ConsentTold(ConsentSubject.Of("email"), ConsentStatus.Granted, new Instant(1_906_967_300_000), new ConsentOrigin("store", "", "3")),
            new ConsentExpired(ConsentSubject.Of("email"), new Instant(1_906_967_300_000)),
        ]),
        new Turn(10, new Instant(1_906_967_400_000), 70_001,
        [
            new CameBy(Other),
            new ClaimRefused(new Identifier("email", "ä@b"), ClaimRefusal.Taken, new Instant(1_906_967_400_000)),
            new TouchReported(9, 1, TouchReport.Seen, 1) { Origin = Other },
        ]),
        new Turn(11, new Instant(1_906_967_500_000), 70_001,
        [
            new PartRefused(new CustomerKey(7), 12, new Instant(1_906_967_500_000)),
            new PartTaken(Other, 9, StateBytes.Of(Customer.Named(Other, new Identifier("anonymous_id", "a-1"), new Instant(1_906_967_450_000))), new Instant(1_906_967_500_000)),
        ]),
        new Turn(12, new Instant(1_906_967_600_000), 70_001,
        [
            new PartGivenUp(Other, StateBytes.Of(Customer.Named(LivingCustomer.Key, new Identifier("user_id", "kö-42"), new Instant(1_906_967_450_000))), new Instant(1_906_967_600_000)),
            new GivingUpSettled(Other),
        ]),
        new Turn(13, new Instant(1_906_967_700_000), 70_001,
        [
            new MergedInto(Other, new Identifier("user_id", "bo"), new Instant(1_906_967_700_000)),
            new MergeSettled(Other),
        ]),
        new Turn(14, new Instant(1_906_967_800_000), 70_001,
        [
            new CustomerRestored(
                Other, StateBytes.Of(Customer.Named(LivingCustomer.Key, new Identifier("user_id", "kö-42"), new Instant(1_906_967_450_000))), [1, ulong.MaxValue], new Instant(1_906_967_800_000)),
        ]),
    ];

    private static CustomerKey Other => new(new UInt128(3, 4));

    /// <summary>So many of the turns were known to the first version of the state's format.</summary>
    private const int TurnsOfFirstVersion = 5;

    /// <summary>The folds of so many turns were pinned in the second.</summary>
    private static readonly int[] TurnsOfSecondVersion = [TurnsOfFirstVersion, TurnsOfFirstVersion + 2];

    private static Decided Touching(string placement, string action, Reservation reserved) =>
        new(placement, action, null, 1, 0.5, 3, reserved);

    [Fact]
    public void Bytes_of_every_fact_stay_as_they_were_released()
    {
        var pinned = Pinned("turns.v2.hex");
        pinned.Length.ShouldBe(EveryFact.Length);
        foreach (var (turn, bytes) in EveryFact.Zip(pinned))
        {
            Convert.ToHexStringLower(LivingCustomer.BytesOf(turn)).ShouldBe(Convert.ToHexStringLower(bytes));
            TurnFormat.Read(bytes).ShouldBe(turn);
        }
    }

    [Fact]
    public void What_was_written_with_fewer_words_is_read_for_ever()
    {
        Pinned("turns.v2.words1.hex").Select(bytes => TurnFormat.Read(bytes)).ShouldBe(EveryFact);
        Pinned("state.v3.words1.hex").Select(bytes => Convert.ToHexStringLower(LivingCustomer.BytesOf(StateFormat.Read(bytes, LivingCustomer.Key))))
            .ShouldBe(Pinned("state.v3.hex").Select(Convert.ToHexStringLower));
    }

    [Fact]
    public void Turns_that_the_first_version_wrote_are_read_for_ever()
    {
        var pinned = Pinned("turns.v1.hex");
        pinned.Select(bytes => TurnFormat.Read(bytes)).ShouldBe(EveryFact.Take(pinned.Length));
    }

    [Fact]
    public void Bytes_of_a_state_stay_as_they_were_released()
    {
        var pinned = Pinned("state.v3.hex");
        int[] turns = [.. TurnsOfSecondVersion, 9, 11, 12, 13, EveryFact.Length];
        pinned.Length.ShouldBe(turns.Length);
        foreach (var (bytes, count) in pinned.Zip(turns))
        {
            Convert.ToHexStringLower(LivingCustomer.BytesOf(After(count))).ShouldBe(Convert.ToHexStringLower(bytes));
            LivingCustomer.BytesOf(StateFormat.Read(bytes, LivingCustomer.Key)).ShouldBe(bytes);
        }
    }

    [Fact]
    public void States_that_the_second_version_wrote_are_read_for_ever()
    {
        var pinned = Pinned("state.v2.hex");
        pinned.Length.ShouldBe(TurnsOfSecondVersion.Length);
        foreach (var (bytes, count) in pinned.Zip(TurnsOfSecondVersion))
        {
            ShouldBeAlike(StateFormat.Read(bytes, LivingCustomer.Key), After(count));
        }
    }

    [Fact]
    public void A_state_that_the_first_version_wrote_is_read_for_ever()
    {
        ShouldBeAlike(StateFormat.Read(Pinned("state.v1.hex").ShouldHaveSingleItem(), LivingCustomer.Key), After(TurnsOfFirstVersion));
    }

    /// <summary>The same but for the four bytes that stand for an item: the first versions took a hash that was each customer's own.</summary>
    private static void ShouldBeAlike(CustomerState read, CustomerState told)
    {
        read.Activity.Items.ToArray().Select(item => item.Last).ShouldBe(told.Activity.Items.ToArray().Select(item => item.Last));
        var (bytes, expected) = (LivingCustomer.BytesOf(read), LivingCustomer.BytesOf(told));
        bytes.Length.ShouldBe(expected.Length);
        var differing = Enumerable.Range(0, bytes.Length).Where(i => bytes[i] != expected[i]).ToList();
        differing.ShouldNotBeEmpty();
        (differing[^1] - differing[0]).ShouldBeLessThan(sizeof(uint) * read.Activity.Items.Length);
    }

    [Fact]
    public void Every_kind_of_fact_is_pinned()
    {
        EveryFact.SelectMany(turn => turn.Facts).Select(fact => fact.GetType()).Distinct().Count()
            .ShouldBe(typeof(Fact).Assembly.GetTypes().Count(type => type.IsSubclassOf(typeof(Fact)) && !type.IsAbstract));
    }

    [Fact]
    public void Words_of_the_vocabulary_keep_their_numbers()
    {
        var words = Enumerable.Range(0, 1000).TakeWhile(number => Vocabulary.TryWord((ulong)number, out _)).Select(number =>
        {
            Vocabulary.TryWord((ulong)number, out var word);
            Vocabulary.TryNumber(word!, out var back).ShouldBeTrue();
            back.ShouldBe(number);
            return word!;
        });
        string.Join('\n', words).ShouldStartWith(File.ReadAllText(Path.Combine(Folder(), "vocabulary.v2.txt")).TrimEnd('\n'));
    }

    [Fact]
    public void A_used_state_is_as_good_as_a_new_one()
    {
        var used = new CustomerState(new CustomerKey(9));
        Property.Holds(Lives.Lived(150), life =>
        {
            var customer = Lived(life);
            StateFormat.Read(customer.Bytes, LivingCustomer.Key, used);
            LivingCustomer.BytesOf(used).ShouldBe(customer.Bytes);
            used.Reset(LivingCustomer.Key);
            LivingCustomer.BytesOf(used).ShouldBe(LivingCustomer.BytesOf(new CustomerState(LivingCustomer.Key)));
        }, times: 20);
    }

    [Fact]
    public void Altered_bytes_are_malformed_or_another_state_and_nothing_worse()
    {
        var cases = from life in Lives.Lived(100)
                    from alterations in Gen.ListOf(Alterations, 100)
                    select (life, alterations);
        Property.Holds(cases, pair =>
        {
            var customer = Lived(pair.life);
            foreach (var alter in pair.alterations)
            {
                TryRead(alter(customer.Bytes), bytes => LivingCustomer.BytesOf(StateFormat.Read(bytes, LivingCustomer.Key)));
                TryRead(alter(customer.Turns[^1]), bytes => LivingCustomer.BytesOf(TurnFormat.Read(bytes)));
            }
        }, times: 50);
    }

    [Fact]
    public void Cut_bytes_and_bytes_left_over_are_malformed()
    {
        Property.Holds(Lives.Lived(30), life =>
        {
            var (state, turn) = (Lived(life).Bytes, Lived(life).Turns[0]);
            for (var length = 0; length < state.Length; length++)
            {
                Should.Throw<MalformedBytesException>(() => StateFormat.Read(state.AsSpan(0, length), LivingCustomer.Key));
            }

            for (var length = 0; length < turn.Length; length++)
            {
                Should.Throw<MalformedBytesException>(() => TurnFormat.Read(turn.AsSpan(0, length)));
            }

            Should.Throw<MalformedBytesException>(() => StateFormat.Read([.. state, 0], LivingCustomer.Key));
            Should.Throw<MalformedBytesException>(() => TurnFormat.Read([.. turn, 0]));
            Should.Throw<MalformedBytesException>(() => TurnFormat.Read([3, .. turn.AsSpan(1)])).Message.ShouldContain("format 3");
            Should.Throw<MalformedBytesException>(() => StateFormat.Read([4, .. state.AsSpan(1)], LivingCustomer.Key)).Message.ShouldContain("format 4");
        }, times: 5);
    }

    [Fact]
    public void Numbers_read_back_bit_for_bit()
    {
        double[] numbers =
        [
            0, -0.0, 1, -1, 0.1, 0.25, 139.12, -8911407.904, 1e-9, 1e15, -1e15, (1L << 48) - 1, 1L << 48, double.MaxValue, double.Epsilon,
            double.NaN, double.NegativeInfinity, Math.PI, 0.30000000000000004,
        ];
        Property.Holds(Gen.OneOf(Gen.Elements(numbers), ArbMap.Default.GeneratorFor<double>(), Gen.Choose(-100_000_000, 100_000_000).Select(n => n / 1000.0)), number =>
        {
            var writer = new ByteWriter(stackalloc byte[16]);
            writer.Number(number);
            var reader = new ByteReader(writer.Written);
            BitConverter.DoubleToInt64Bits(reader.Number()).ShouldBe(BitConverter.DoubleToInt64Bits(number));
            reader.End();
            writer.Dispose();
        }, times: 2000);
    }

    [Fact]
    public void Money_integers_and_text_read_back()
    {
        var values = from money in ArbMap.Default.GeneratorFor<decimal>()
                     from natural in ArbMap.Default.GeneratorFor<ulong>()
                     from whole in ArbMap.Default.GeneratorFor<long>()
                     from text in ArbMap.Default.GeneratorFor<UnicodeString>()
                     select (money, natural, whole, text: text.Get ?? "");
        Property.Holds(values, value =>
        {
            var text = System.Text.Encoding.UTF8.GetString(System.Text.Encoding.UTF8.GetBytes(value.text));
            var writer = new ByteWriter([]);
            writer.Money(value.money);
            writer.Varint(value.natural);
            writer.ZigZag(value.whole);
            writer.OptionalText(text);
            writer.OptionalText(null);
            writer.Text("order_completed");
            var reader = new ByteReader(writer.Written);
            decimal.GetBits(reader.Money()).ShouldBe(decimal.GetBits(value.money));
            reader.Varint().ShouldBe(value.natural);
            reader.ZigZag().ShouldBe(value.whole);
            reader.OptionalText().ShouldBe(text);
            reader.OptionalText().ShouldBeNull();
            reader.Text().ShouldBe("order_completed");
            reader.End();
            writer.Dispose();
        }, times: 1000);
    }

    private static readonly Gen<Func<byte[], byte[]>> Alterations =
        from many in Gen.Choose(1, 4)
        from places in Gen.ListOf(Gen.Choose(0, int.MaxValue), many)
        from values in Gen.ListOf(Gen.Choose(0, 255), many)
        from kind in Gen.Choose(0, 3)
        select (Func<byte[], byte[]>)(bytes => Alter(bytes, kind, places, values));

    private static byte[] Alter(byte[] bytes, int kind, List<int> places, List<int> values)
    {
        var altered = bytes.ToList();
        for (var i = 0; i < places.Count; i++)
        {
            var place = places[i] % altered.Count;
            switch (kind)
            {
                case 0:
                    altered[place] = (byte)values[i];
                    break;
                case 1:
                    altered[place] ^= (byte)(1 << (values[i] & 7));
                    break;
                case 2:
                    altered.Insert(place, (byte)values[i]);
                    break;
                default:
                    altered.RemoveAt(place);
                    break;
            }
        }

        return [.. altered];
    }

    private static void TryRead(byte[] bytes, Action<byte[]> read)
    {
        try
        {
            read(bytes);
        }
        catch (MalformedBytesException)
        {
            // The one way in which reading may fail.
        }
    }

    private static CustomerState After(int turns)
    {
        var state = new CustomerState(LivingCustomer.Key);
        foreach (var turn in EveryFact.Take(turns))
        {
            Customer.Evolve(state, turn);
        }

        return state;
    }

    private static LivingCustomer Lived(IEnumerable<Asked> life)
    {
        var customer = new LivingCustomer(Playbook.Default);
        foreach (var asked in life)
        {
            customer.Ask(asked.Request, asked.Now);
        }

        return customer;
    }

    /// <summary>Hexadecimal digits, an empty line between two.</summary>
    private static byte[][] Pinned(string file) => [.. File.ReadAllText(Path.Combine(Folder(), file))
        .Split("\n\n", StringSplitOptions.RemoveEmptyEntries)
        .Select(part => Convert.FromHexString(part.ReplaceLineEndings("")))];

    private static string Folder([CallerFilePath] string file = "") => Path.GetDirectoryName(file)!;
}
