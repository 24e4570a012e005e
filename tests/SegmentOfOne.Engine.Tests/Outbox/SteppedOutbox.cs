using System.Text;
using SegmentOfOne.Domain;
using SegmentOfOne.Engine.Outbox;
using SegmentOfOne.Engine.Tests.Hosting;

namespace SegmentOfOne.Engine.Tests.Outbox;

/// <summary>A stepped engine whose customers leave messages, and receivers for them. Deliveries happen when a test says so, by a clock of their own.</summary>
internal sealed class SteppedOutbox : IDisposable
{
    private int _made;

    public SteppedOutbox(bool withAddresses = true, Func<OutboxOptions, OutboxOptions>? change = null)
    {
        if (withAddresses)
        {
            GiveAddresses();
        }

        var options = new OutboxOptions { Receivers = Receivers, Time = Clock, MakeBody = Make };
        Host = new SteppedEngine(engine => engine with { Playbook = MessageShop.Source, Outbox = change is null ? options : change(options) });
    }

    public ManualTime Clock { get; } = new();

    public Receivers Receivers { get; } = new();

    public WebhookReceiver Good { get; } = new();

    public WebhookReceiver Bad { get; } = new();

    public SteppedEngine Host { get; }

    /// <summary>What happens between picking a message up and the first attempt to send it.</summary>
    public Func<Task>? Meanwhile { get; set; }

    public MessageOutbox Outbox => Host.Engine.Outbox;

    public void GiveAddresses(params ReadOnlySpan<string> moreSecrets)
    {
        string[] secrets = [WebhookReceiver.Secret, .. moreSecrets];
        Receivers.Replace([Of(MessageShop.Good, Good), Of(MessageShop.Bad, Bad)]);

        Receiver Of(string name, WebhookReceiver receiver) =>
            new(name, receiver.Url, [.. secrets.Select(secret => WebhookSignature.ReadSecret(secret)!.Value)]) { Timeout = TimeSpan.FromSeconds(20) };
    }

    /// <summary>A turn that leaves a message, in the store.</summary>
    public Task<MessageId> Leave(string type, string customer = "ann") => Leave(type, Requests.User(customer));

    /// <inheritdoc cref="Leave(string, string)"/>
    public async Task<MessageId> Leave(string type, Identifier customer)
    {
        var id = $"{Guid.NewGuid():N}";
        var answer = await Host.Turn(Requests.Interaction("", id, type) with { Customer = customer });
        Host.Engine.Checkpointer.Round(urgentOnly: true).ShouldBe(1);
        return new MessageId(answer.Reply.Key, answer.Reply.Version, 0);
    }

    /// <summary>Begins what is due, and waits until all that is under way has ended and is written down; what that makes due is left.</summary>
    public async Task Deliver()
    {
        Outbox.Step();
        while (Outbox.UnderWay > 0)
        {
            await Task.Delay(2);
            Outbox.Step();
        }
    }

    public async Task<ReceiverFigures> Figures(string receiver) =>
        (await Outbox.Figures(default)).Receivers.Single(figures => figures.Name == receiver);

    public async Task<OutboxRow> Row(MessageId id) =>
        (await Outbox.List(new OutboxQuery(), default)).Messages.Single(row => row.Id == id);

    public void Dispose()
    {
        Host.Dispose();
        Good.Dispose();
        Bad.Dispose();
    }

    /// <summary>No two bodies are the same.</summary>
    private async ValueTask<ReadOnlyMemory<byte>> Make(OutgoingMessage message, IPlaybooks playbooks, CancellationToken ct)
    {
        if (Meanwhile is { } meanwhile)
        {
            await meanwhile();
        }

        return Encoding.UTF8.GetBytes($$"""{"id":"{{message.Id}}","step":"{{message.Left.Step}}","made":{{++_made}}}""");
    }
}
