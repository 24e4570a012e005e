using Microsoft.Extensions.Logging;
using SegmentOfOne.Engine.Tests.Outbox;
using SegmentOfOne.Gateway.Hosting;
using SegmentOfOne.Gateway.Outbox;
using SegmentOfOne.Gateway.Tests.Support;

namespace SegmentOfOne.Gateway.Tests.Outbox;

public sealed class ReceiversFileTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    private string Path => _folder.File("receivers.json");

    public void Dispose() => _folder.Dispose();

    /// <summary>A file with these receivers and the tests' secret.</summary>
    public static string Write(params (string Name, Uri Url)[] receivers) =>
        "{" + string.Join(", ", receivers.Select(receiver => $$"""
            "{{receiver.Name}}": { "url": "{{receiver.Url}}", "secrets": ["{{WebhookReceiver.Secret}}"] }
            """)) + "}";

    [Fact]
    public void It_says_where_messages_go_and_how()
    {
        File.WriteAllText(_folder.File("secrets"), WebhookReceiver.Secret + "\n");
        Environment.SetEnvironmentVariable("SEGMENTOFONE_TEST_SECRETS", WebhookReceiver.Secret);
        var receiver = Read(
            """
            { "email": {
              "url": "https://mail.example/hooks?shop=1", "secrets_file": "secrets", "secrets_env": "SEGMENTOFONE_TEST_SECRETS",
              "timeout_seconds": 3, "give_up_after": "2d", "concurrency": 2
            } }
            """).Receivers.ShouldHaveSingleItem();
        (receiver.Name, receiver.Url, receiver.Secrets.Length).ShouldBe(("email", new Uri("https://mail.example/hooks?shop=1"), 2));
        (receiver.Timeout, receiver.GiveUpAfter, receiver.Concurrency).ShouldBe((TimeSpan.FromSeconds(3), TimeSpan.FromDays(2), 2));
        receiver.ToString().ShouldBe("email at https://mail.example");
        var standard = Read(Write(("push", new Uri("http://localhost:1/")))).Receivers.ShouldHaveSingleItem();
        (standard.Timeout, standard.GiveUpAfter, standard.Concurrency).ShouldBe((TimeSpan.FromSeconds(10), TimeSpan.FromHours(72), 8));
    }

    [Theory]
    [InlineData("[]", "$ ")]
    [InlineData("{", "$ is no JSON")]
    [InlineData("""{"a": 1}""", "$.a ")]
    [InlineData("""{"": {"url": "https://x/", "secrets": ["S"]}}""", "$. ")]
    [InlineData("""{"a": {"url": "https://x/", "secrets": ["S"]}, "a": {"url": "https://x/", "secrets": ["S"]}}""", "$.a is there twice")]
    [InlineData("""{"a": {"secrets": ["S"]}}""", "$.a.url ")]
    [InlineData("""{"a": {"url": "nowhere", "secrets": ["S"]}}""", "$.a.url ")]
    [InlineData("""{"a": {"url": "ftp://x/", "secrets": ["S"]}}""", "$.a.url ")]
    [InlineData("""{"a": {"url": "http://mail.example/", "secrets": ["S"]}}""", "$.a.url is http to another machine")]
    [InlineData("""{"a": {"url": "https://me:hunter2@mail.example/", "secrets": ["S"]}}""", "$.a.url has a user")]
    [InlineData("""{"a": {"url": "https://x/#part", "secrets": ["S"]}}""", "$.a.url ")]
    [InlineData("""{"a": {"url": "https://x/"}}""", "$.a.secrets ")]
    [InlineData("""{"a": {"url": "https://x/", "secrets": []}}""", "$.a.secrets ")]
    [InlineData("""{"a": {"url": "https://x/", "secrets": ["S", "hunter2"]}}""", "$.a.secrets[1] ")]
    [InlineData("""{"a": {"url": "https://x/", "secrets_file": "nothing"}}""", "$.a.secrets_file ")]
    [InlineData("""{"a": {"url": "https://x/", "secrets_env": "SEGMENTOFONE_NOT_SET"}}""", "$.a.secrets_env ")]
    [InlineData("""{"a": {"url": "https://x/", "secrets": ["S"], "timeout_seconds": 0}}""", "$.a.timeout_seconds ")]
    [InlineData("""{"a": {"url": "https://x/", "secrets": ["S"], "give_up_after": "soon"}}""", "$.a.give_up_after ")]
    [InlineData("""{"a": {"url": "https://x/", "secrets": ["S"], "concurrency": 1.5}}""", "$.a.concurrency ")]
    [InlineData("""{"a": {"url": "https://x/", "secrets": ["S"], "insecure_http": "yes"}}""", "$.a.insecure_http ")]
    [InlineData("""{"a": {"url": "https://x/", "secrets": ["S"], "pasword": "hunter2"}}""", "$.a.pasword is unknown")]
    public void A_mistake_is_named_with_its_path_and_without_a_secret(string json, string problem)
    {
        var read = Read(json.Replace("\"S\"", $"\"{WebhookReceiver.Secret}\"", StringComparison.Ordinal));
        var mistake = read.Mistakes.ShouldHaveSingleItem();
        mistake.ShouldStartWith(problem);
        mistake.ShouldNotContain("hunter2");
        mistake.ShouldNotContain(WebhookReceiver.Secret[10..]);
        read.Receivers.ShouldBeEmpty();
    }

    [Fact]
    public void Every_mistake_is_named_and_http_elsewhere_must_be_meant()
    {
        Read("""{"a": {"url": 1}, "b": {"url": "http://x.example/", "insecure_http": true, "secrets": ["?"], "concurrency": 0}}""").Mistakes.Length.ShouldBe(4);
        Read($$"""{ "a": { "url": "http://x.example/", "insecure_http": true, "secrets": ["{{WebhookReceiver.Secret}}"] } }""").Mistakes.ShouldBeEmpty();
    }

    [Fact]
    public void What_changes_counts_and_a_mistake_leaves_what_was()
    {
        var log = new Lines();
        File.WriteAllText(Path, Write(("a", new Uri("https://one.example/"))));
        using var watch = new ReceiversWatch(Path, log);
        var changes = 0;
        watch.Receivers.Changed += () => changes++;
        watch.Look();
        (changes, log.All.Count).ShouldBe((0, 0));
        File.WriteAllText(Path, Write(("a", new Uri("https://two.example/")), ("b", new Uri("https://one.example/"))));
        watch.Look();
        (changes, watch.Receivers.Current["a"].Url.Host).ShouldBe((1, "two.example"));
        File.WriteAllText(Path, "{");
        watch.Look();
        watch.Look();
        (changes, watch.Receivers.Current.Count).ShouldBe((1, 2));
        log.All.Count(line => line.Contains("The receivers from before stay", StringComparison.Ordinal)).ShouldBe(1);
        File.Delete(Path);
        watch.Look();
        watch.Receivers.Current.Count.ShouldBe(2);
        log.All.ShouldAllBe(line => !line.Contains("whsec", StringComparison.Ordinal));
    }

    [Fact]
    public void A_mistake_at_the_start_keeps_the_program_from_starting()
    {
        File.WriteAllText(Path, """{"a": {}, "b": 2}""");
        var problem = Should.Throw<GatewayStartException>(() => new ReceiversWatch(Path, new Lines()));
        problem.Message.Split(Environment.NewLine).Length.ShouldBe(3);
        problem.Message.ShouldContain($"{Path}: $.a.url ");
        Should.Throw<GatewayStartException>(() => new ReceiversWatch(_folder.File("nothing"), new Lines())).Message.ShouldContain("can't be read");
    }

    private ReceiversRead Read(string json)
    {
        File.WriteAllText(Path, json);
        return ReceiversFile.Read(Path);
    }

    private sealed class Lines : ILogger<ReceiversWatch>
    {
        public List<string> All { get; } = [];

        public IDisposable? BeginScope<TState>(TState state)
            where TState : notnull => null;

        public bool IsEnabled(LogLevel logLevel) => true;

        public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter)
        {
            lock (All)
            {
                All.Add(formatter(state, exception));
            }
        }
    }
}
