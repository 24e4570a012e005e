using Microsoft.Extensions.DependencyInjection;
using Orleans.Serialization;
using SegmentOfOne.Domain;
using SegmentOfOne.Domain.Decisions;
using SegmentOfOne.Domain.Formats;
using SegmentOfOne.Domain.Identity;
using SegmentOfOne.Engine;
using SegmentOfOne.Gateway.Tests.Support;
using SegmentOfOne.Silo.Messages;

namespace SegmentOfOne.Silo.Tests;

/// <summary>What grains are told and tell, to another process and back: nothing is lost on the way.</summary>
public sealed class MessageTests : IDisposable
{
    private readonly ServiceProvider _services = new ServiceCollection()
        .AddSerializer(builder => builder.AddAssembly(typeof(TurnResult).Assembly)).BuildServiceProvider();

    private static readonly TurnRequest Request = new()
    {
        Customer = new Identifier("user_id", "ada"),
        Id = "i1",
        Type = "product_viewed",
        Channel = "web",
        OccurredAt = new Instant(1_700_000_000_123),
        Properties = Properties.Of(("product_id", "lamp-1"), ("price", 12.5), ("member", true), ("guest", false)),
        Placements = ["home_hero", "product_page"],
    };

    [Fact]
    public void A_request_arrives_as_it_was()
    {
        var sent = Request with { Via = new Detour(new CustomerKey(UInt128.MaxValue - 5), 2) };
        var arrived = Send(sent);
        arrived.Placements.ShouldBe(sent.Placements);
        (arrived with { Placements = sent.Placements }).ShouldBe(sent);
        // A new property of a request must travel too, and stand above.
        typeof(TurnRequest).GetProperties().Length.ShouldBe(8);
    }

    [Fact]
    public void What_may_be_absent_arrives_absent()
    {
        var bare = new TurnRequest { Customer = new Identifier("user_id", "ada") };
        var arrived = Send(bare);
        arrived.Placements.ShouldBeEmpty();
        (arrived with { Placements = bare.Placements }).ShouldBe(bare);
    }

    [Fact]
    public void Steps_of_identity_arrive_as_they_were()
    {
        var (key, name) = (new CustomerKey(UInt128.MaxValue - 5), new Identifier("user_id", "ada"));
        var state = StateBytes.Of(Customer.Named(key, name, new Instant(1_700_000_000_123)));
        IdentityStep[] steps =
        [
            new IdentityStep.Give(key, name, new Identifier("anonymous_id", "a")), new IdentityStep.Take(key, 7, state, name), new IdentityStep.CallOff(key, 7, state),
            new IdentityStep.GiveUp(key, 9, state), new IdentityStep.Settle(key, 3),
        ];
        foreach (var step in steps)
        {
            Send(IdentityStepMessage.Of(step)).Step().ShouldBe(step);
        }

        var restore = new IdentityStep.Restore(key, 7, state, [1, ulong.MaxValue]);
        var arrived = Send(IdentityStepMessage.Of(restore)).Step().ShouldBeOfType<IdentityStep.Restore>();
        arrived.Ids.ShouldBe(restore.Ids);
        (arrived with { Ids = restore.Ids }).ShouldBe(restore);
        typeof(IdentityStep).GetNestedTypes().Length.ShouldBe(steps.Length + 1);
    }

    [Fact]
    public async Task Replies_with_decisions_duplicates_refusals_and_views_arrive_as_they_were()
    {
        using var folder = new TemporaryFolder();
        await using var home = await CustomerHome.Open(new EngineOptions { DataFolder = folder.Path }, default);
        home.TryKey(Request.Customer, out var key).ShouldBeTrue();
        var customer = home.Customer(key);

        var answered = (TurnAnswer.Answered)await customer.Turn(Request, default);
        answered.Reply.Decisions.Length.ShouldBe(2);
        answered.Reply.Decisions.ShouldContain(decision => decision.Action != null);
        Send(TurnResult.Of(answered)).Answer().ShouldBe(answered);

        // A new property of a reply or a decision must travel too.
        typeof(TurnReply).GetProperties().Length.ShouldBe(9);
        typeof(Decision).GetProperties().Count(property => property.CanWrite).ShouldBe(3);

        var again = await customer.Turn(Request, default);
        Send(TurnResult.Of(again)).Answer().ShouldBe(again);

        var refused = await customer.Turn(Request with { Id = "i2", Placements = ["nowhere"] }, default);
        Send(TurnResult.Of(refused)).Answer().ShouldBeOfType<TurnAnswer.Refused>().ShouldBe(refused);

        await customer.Turn(Request with { Id = "i3", Type = "product_added", OccurredAt = null }, default);
        var view = (await customer.Get(null, default)).ShouldNotBeNull();
        view.State.Journeys.Runs.Length.ShouldBePositive();
        var seen = Send(new ViewResult { View = view }).Answer().ShouldNotBeNull();
        (seen.Key, seen.AsOf, seen.Scores).ShouldBe((view.Key, view.AsOf, view.Scores));
        StateFormat.ToBytes(seen.State).ShouldBe(StateFormat.ToBytes(view.State));
        Send(default(ViewResult)).Answer().ShouldBeNull();
    }

    [Fact]
    public void Trouble_arrives_as_the_exception_that_it_was()
    {
        var busy = new CustomersUnavailableException(Unavailability.Overloaded, "Too much.", TimeSpan.FromMilliseconds(70));
        var heard = Should.Throw<CustomersUnavailableException>(() => Send(new TurnResult { Trouble = Trouble.Of(busy) }).Answer());
        (heard.Reason, heard.Message, heard.RetryAfter).ShouldBe((busy.Reason, busy.Message, busy.RetryAfter));

        Should.Throw<CustomersUnavailableException>(() => Send(new TurnResult { Trouble = Trouble.Late }).Answer()).Reason.ShouldBe(Unavailability.Overloaded);

        var damaged = new CustomerDamagedException(new CustomerKey(42), "snapshot");
        var told = Should.Throw<CustomerDamagedException>(() => Send(new ViewResult { Trouble = Trouble.Of(damaged) }).Answer());
        (told.Key, told.Message).ShouldBe((damaged.Key, damaged.Message));

        Trouble.Of(new InvalidOperationException()).ShouldBeNull();
    }

    public void Dispose() => _services.Dispose();

    private T Send<T>(T message)
    {
        var serializer = _services.GetRequiredService<Serializer>();
        return serializer.Deserialize<T>(serializer.SerializeToArray(message))!;
    }
}
