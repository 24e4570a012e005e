using System.Buffers;
using System.IO.Pipelines;
using System.Text;
using Google.Protobuf;
using SegmentOfOne.Domain;
using SegmentOfOne.Domain.Decisions;
using SegmentOfOne.Engine;
using SegmentOfOne.Engine.Outbox;

namespace SegmentOfOne.Gateway.Http;

/// <summary>Everything that is held about one customer, written as it is read: as of the turn that it begins at, whatever the customer does meanwhile.</summary>
public sealed class ExportApi(ICustomers customers, IPlaybooks playbooks, MessageOutbox outbox, TimeProvider time)
{
    private const string SchemaPath = "/admin/v1/schemas/export";

    private static readonly byte[] Schema = OpenApiDocument.WriteSchema(Admin.V1.CustomerExport.Descriptor);

    public IEnumerable<Operation> Operations =>
    [
        new("GET", "/admin/v1/customers/{kind}/{value}/export", "exportCustomer", $"Everything that is held about one customer, readable and complete; {SchemaPath} is its schema.")
        {
            Reply = Admin.V1.CustomerExport.Descriptor,
            Problems = [404],
            Answer = Export,
        },
        new("GET", SchemaPath, "getExportSchema", "The JSON schema of exports.")
        {
            Document = "A JSON schema.",
            Answer = _ => new(new HttpAnswer.Document(Schema)),
        },
    ];

    private async ValueTask<HttpAnswer> Export(HttpCall call)
    {
        var identifier = new Identifier(call.Path("kind"), call.Path("value"));
        return await customers.Get(identifier, null, call.Aborted).ConfigureAwait(false) is { } view
            ? new HttpAnswer.Stream((writer, ct) => Write(writer, view, ct))
            : Failure.NotFound("customer_not_found", "There is no such customer.");
    }

    private async Task Write(PipeWriter writer, CustomerView view, CancellationToken ct)
    {
        var version = view.State.Version;
        Write(writer, $"{{\"exported_at\":{Json(Wire.ToWire(Instant.From(time.GetUtcNow())))},\"customer_key\":\"{view.Key}\",\"version\":\"{version}\",\"customer\":");
        writer.Write(ProtoJson.Format(Wire.ToWire(view, playbooks.InForce.Playbook)));
        await WriteStory(writer, view.Key, version, ct).ConfigureAwait(false);
        Write(writer, ",\"parts\":[");
        var separator = "";
        foreach (var part in view.State.Identity.Parts.ToArray())
        {
            Write(writer, $"{separator}{{\"customer_key\":\"{part.Key}\"");
            separator = ",";
            await WriteStory(writer, part.Key, long.MaxValue, ct).ConfigureAwait(false);
            Write(writer, "}");
        }

        Write(writer, "]}\n");
        await writer.FlushAsync(ct).ConfigureAwait(false);
    }

    /// <summary>Turns, receipts and messages of one customer.</summary>
    private async Task WriteStory(PipeWriter writer, CustomerKey key, long version, CancellationToken ct)
    {
        Write(writer, ",\"turns\":[");
        List<ReceiptId> decisions = [];
        var separator = "";
        await foreach (var turn in Turns(key, version, ct).ConfigureAwait(false))
        {
            Write(writer, separator);
            separator = ",";
            writer.Write(ProtoJson.Format(Wire.ToWire(turn)));
            for (var index = 0; index < turn.Decisions; index++)
            {
                decisions.Add(new ReceiptId(key, turn.Version, index));
            }

            await writer.FlushAsync(ct).ConfigureAwait(false);
        }

        Write(writer, "],\"receipts\":[");
        separator = "";
        foreach (var id in decisions)
        {
            if (await customers.Receipt(id, ct).ConfigureAwait(false) is { } receipt)
            {
                Write(writer, separator);
                separator = ",";
                writer.Write(ProtoJson.Format(Wire.ToWire(receipt)));
                await writer.FlushAsync(ct).ConfigureAwait(false);
            }
        }

        Write(writer, "],\"messages\":[");
        separator = "";
        foreach (var (row, body) in await outbox.Of(key, version, ct).ConfigureAwait(false))
        {
            Write(writer, separator);
            separator = ",";
            writer.Write(ProtoJson.Format(new Admin.V1.ExportedMessage { Message = Wire.ToWire(row), Body = body }));
        }

        Write(writer, "]");
    }

    private async IAsyncEnumerable<Turn> Turns(CustomerKey key, long upTo, [System.Runtime.CompilerServices.EnumeratorCancellation] CancellationToken ct)
    {
        for (long? after = 0; after < upTo;)
        {
            var page = await customers.TurnsOf(key, newestFirst: false, after, TurnPage.MaxLimit, ct).ConfigureAwait(false)
                ?? throw new CustomersUnavailableException(Unavailability.Storage, "The customer was erased meanwhile.", TimeSpan.FromSeconds(1));
            foreach (var turn in page.Turns)
            {
                if (turn.Version <= upTo)
                {
                    yield return turn;
                }
            }

            after = page.Next ?? upTo;
        }
    }

    private static string Json(IMessage message) => Encoding.UTF8.GetString(ProtoJson.Format(message));

    private static void Write(PipeWriter writer, string text) => Encoding.UTF8.GetBytes(text, writer);
}
