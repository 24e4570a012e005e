using Google.Protobuf;
using SegmentOfOne.Domain;
using SegmentOfOne.Engine;
using SegmentOfOne.Gateway.Access;

namespace SegmentOfOne.Gateway.Http;

/// <summary>The public contract as JSON: the same calls as the gRPC service, by path.</summary>
public sealed class PublicApi(Experience experience)
{
    private static readonly QueryParameter<Instant?> AsOf = QueryParameter.Moment("as_of", "Scores valued at this time, default now; before the last turn, the customer as it was then.");
    private static readonly QueryParameter<int> PageSize = QueryParameter.WholeNumber("page_size", "Turns of a page.", 1, TurnPage.MaxLimit, Experience.StandardPage);
    private static readonly QueryParameter<string?> PageToken = QueryParameter.Text("page_token", "next_page_token of the page before.");
    private static readonly QueryParameter<bool> OldestFirst = QueryParameter.Flag("oldest_first", "From the beginning of the story.");

    public IEnumerable<Operation> Operations =>
    [
        new("POST", "/v1/interact", "interact", "One turn: observe an interaction, answer with state and decisions.")
        {
            Body = V1.InteractRequest.Descriptor,
            Reply = V1.InteractReply.Descriptor,
            Problems = [413, 415],
            Answer = call => Answer<V1.InteractRequest, V1.InteractReply>(call, request => request.Customer, experience.Interact),
        },
        new("POST", "/v1/decide", "decide", "Decisions without an interaction.")
        {
            Body = V1.DecideRequest.Descriptor,
            Reply = V1.DecideReply.Descriptor,
            Problems = [413, 415],
            Answer = call => Answer<V1.DecideRequest, V1.DecideReply>(call, request => request.Customer, experience.Decide),
        },
        GetCustomer("/v1/customers/{kind}/{value}", "getCustomer"),
        ListTurns("/v1/customers/{kind}/{value}/turns", "listTurns"),
        new("GET", "/v1/receipts/{receipt_id}", "getReceipt", "Why a decision was taken.")
        {
            Reply = V1.Receipt.Descriptor,
            Problems = [404],
            Answer = async call => Unwrap(await experience.GetReceipt(new() { ReceiptId = call.Path("receipt_id") }, call.Aborted).ConfigureAwait(false)),
        },
    ];

    /// <summary>The receipt as people read it.</summary>
    public Operation ReadReceipt(string path, string id) => new("GET", path, id, "Why a decision was taken, as a tree of plain text.")
    {
        Document = "Why this, why not that, what would have had to be different.",
        Media = HttpApi.PlainText,
        Problems = [404],
        Answer = async call =>
        {
            var receipt = await experience.GetReceipt(new() { ReceiptId = call.Path("receipt_id") }, call.Aborted).ConfigureAwait(false);
            return receipt.Succeeded ? new HttpAnswer.Text(receipt.Reply.Text) : receipt.Failure;
        },
    };

    /// <summary>The live customer, at <paramref name="path"/>; the admin endpoint shows it too.</summary>
    public Operation GetCustomer(string path, string id) => new("GET", path, id, "The live customer.")
    {
        Query = [AsOf],
        Reply = V1.CustomerState.Descriptor,
        Problems = [404],
        Answer = async call =>
        {
            var request = new V1.GetCustomerRequest { Customer = Customer(call), AsOf = call.Query.Read(AsOf) is { } asOf ? Wire.ToWire(asOf) : null };
            return call.Query.Problem ?? Unwrap(await experience.GetCustomer(request, call.Aborted).ConfigureAwait(false));
        },
    };

    /// <summary>The customer's story, at <paramref name="path"/>.</summary>
    public Operation ListTurns(string path, string id) => new("GET", path, id, "The customer's story, turn by turn.")
    {
        Query = [PageSize, PageToken, OldestFirst],
        Reply = V1.ListTurnsReply.Descriptor,
        Problems = [404],
        Answer = async call =>
        {
            var request = new V1.ListTurnsRequest
            {
                Customer = Customer(call),
                PageSize = call.Query.Read(PageSize),
                PageToken = call.Query.Read(PageToken) ?? "",
                OldestFirst = call.Query.Read(OldestFirst),
            };
            return call.Query.Problem ?? Unwrap(await experience.ListTurns(request, call.Aborted).ConfigureAwait(false));
        },
    };

    private static V1.Identifier Customer(HttpCall call) => new() { Kind = call.Path("kind"), Value = call.Path("value") };

    private static async ValueTask<HttpAnswer> Answer<TRequest, TReply>(
        HttpCall call, Func<TRequest, V1.Identifier?> customer, Func<TRequest, Caller, CancellationToken, ValueTask<Answer<TReply>>> answer)
        where TRequest : class, IMessage
        where TReply : class, IMessage
    {
        var read = await call.ReadMessage().ConfigureAwait(false);
        if (!read.Succeeded)
        {
            return read.Failure;
        }

        var request = (TRequest)read.Reply;
        call.IsAbout(customer(request));
        return Unwrap(await answer(request, call.Caller, call.Aborted).ConfigureAwait(false));
    }

    private static HttpAnswer Unwrap<T>(Answer<T> answer)
        where T : class, IMessage =>
        answer.Succeeded ? new HttpAnswer.Message(answer.Reply) : answer.Failure;
}
