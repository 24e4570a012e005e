using System.Globalization;
using System.Net;
using System.Text;
using SegmentOfOne.Domain;
using SegmentOfOne.Domain.Playbooks;
using SegmentOfOne.Domain.Tests.Playbooks;
using SegmentOfOne.Gateway.Hosting;
using SegmentOfOne.Gateway.Tests.Support;
using SegmentOfOne.Gateway.Treatments;

namespace SegmentOfOne.Gateway.Tests.Treatments;

public sealed class ContentTests
{
    private static readonly string[] Pieces =
        ["{{a}}", "{{ a }}", "{{B_2}}", "{{camelCase}}", "{", "}", "}}", " ", "\n", "\r\n", "a", "\\", "\"", "'", "<b>", "&amp;", "%", "~", "é😀", "#if a", "[a]", "!"];

    private static readonly string[] Texts =
        ["Ada", "<script>alert(1)</script>", "{{a}}", "{{{B_2}}}", "O'Brien & \"Söhne\"", "\\", "😀", "../a?b=c#d e", "javascript:alert(1)", "1", "true"];

    /// <summary>Whatever the domain takes for a template the library takes for the same: each variable stands where its braces stood, escaped.</summary>
    [Theory]
    [InlineData(ContentFormat.Html)]
    [InlineData(ContentFormat.Text)]
    [InlineData(ContentFormat.Url)]
    public void What_is_filled_in_is_what_a_naive_replacement_gives(ContentFormat format)
    {
        var random = new Random(20261121);
        var compiler = new ContentTemplate.Compiler();
        var sound = 0;
        for (var round = 0; round < 400; round++)
        {
            var template = string.Concat(Enumerable.Range(0, random.Next(1, 9)).Select(_ => Pieces[random.Next(Pieces.Length)]));
            if (Treatment(template, format) is not { } rule)
            {
                continue;
            }

            sound++;
            var values = new[] { "B_2", "a", "camelCase" }.ToDictionary(name => name, _ => Texts[random.Next(Texts.Length)]);
            var filled = new ContentTemplate(rule, compiler).Fill(Properties.Of([.. values.Select(value => (value.Key, PropertyValue.Of(value.Value)))]));
            filled.ShouldBe(Naive(template, values, format), template);
        }

        sound.ShouldBeGreaterThan(100);
    }

    [Fact]
    public void What_a_variable_says_is_no_markup_and_no_address_of_its_own()
    {
        var compiler = new ContentTemplate.Compiler();
        string Fill(string template, ContentFormat format) =>
            new ContentTemplate(new ContentRule(template, format), compiler).Fill(Properties.Of(("name", PropertyValue.Of("<a href='x'>&\"{{name}}"))));

        var html = Fill("<b>{{name}}</b>", ContentFormat.Html);
        html.ShouldStartWith("<b>&lt;a href");
        html[3..^4].ShouldNotContain("<");
        html.ShouldNotContain("'");
        html.ShouldNotContain("\"");
        Fill("To {{name}}", ContentFormat.Text).ShouldBe("To <a href='x'>&\"{{name}}");
        Fill("/hi?n={{name}}", ContentFormat.Url).ShouldBe("/hi?n=%3Ca%20href%3D%27x%27%3E%26%22%7B%7Bname%7D%7D");
    }

    [Fact]
    public void Output_is_bounded()
    {
        var template = string.Concat(Enumerable.Repeat("{{name}}", PlaybookLimits.VariablesOfContent));
        template += new string('x', PlaybookLimits.ContentLength - template.Length);
        var longest = Properties.Of(("name", PropertyValue.Of(new string('"', PlaybookLimits.VariableLength))));
        new ContentTemplate(new ContentRule(template, ContentFormat.Html), new ContentTemplate.Compiler()).Fill(longest).Length
            .ShouldBeLessThan(PlaybookLimits.ContentLength + PlaybookLimits.VariablesOfContent * PlaybookLimits.VariableLength * 6);
    }

    [Fact]
    public async Task A_reply_says_the_treatment_with_its_variables_or_what_stands_for_those_that_are_missing()
    {
        await using var gateway = new Closing();
        await gateway.Publish("""
            { "title": "Hello {{name}}", "note": { "template": "To {{name}}", "format": "text" }, "link": { "template": "/for?{{name}}", "format": "url" } }
            """);

        (await gateway.Greet("1", Text("Ada & <i>Bo</i>"))).ShouldBe("link: /for?Ada%20%26%20%3Ci%3EBo%3C%2Fi%3E, note: To Ada & <i>Bo</i>, title: Hello Ada &amp; &lt;i&gt;Bo&lt;/i&gt;");
        (await gateway.Greet("2", Text(" \t"))).ShouldBe("link: /for?you, note: To you, title: Hello you");
        (await gateway.Greet("3", null)).ShouldBe("link: /for?you, note: To you, title: Hello you");
        var cut = await gateway.Greet("4", Text(new string('y', 3000)));
        cut.ShouldContain($"title: Hello {new string('y', PlaybookLimits.VariableLength - 1)}…");
        (await gateway.Greet("5", Text(new string('y', PlaybookLimits.VariableLength - 2) + "😀zz"))).ShouldContain($"title: Hello {new string('y', PlaybookLimits.VariableLength - 2)}…");
    }

    /// <summary>A reply given again is worded by the playbook that decided, whatever is in force now, also after a restart.</summary>
    [Fact]
    public async Task A_repeat_is_worded_as_the_first_time()
    {
        await using var gateway = new Closing();
        await gateway.Publish("""{ "title": "Hello {{name}}" }""");
        var first = await gateway.Greet("1", Text("Ada"));
        await gateway.Publish("""{ "title": "Good day, {{name}}" }""");
        (await gateway.Greet("2", Text("Ada"))).ShouldBe("title: Good day, Ada");
        (await gateway.Greet("1", Text("Ada"))).ShouldBe(first);
        await gateway.Running.Stop();
        await gateway.Running.Start(new());
        (await gateway.Greet("1", Text("Ada"))).ShouldBe(first);
    }

    [Fact]
    public async Task A_broken_template_is_refused_with_path_and_position_and_nothing_changes()
    {
        await using var gateway = new Closing();
        var refused = await gateway.Put("""{ "title": "Hello {{nmae}} and {{#if name}}" }""");
        refused.StatusCode.ShouldBe(HttpStatusCode.UnprocessableEntity);
        var errors = (await RunningGateway.Body(refused))["errors"]!.AsArray();
        errors.Select(error => $"{error!["path"]} {error["code"]} {error["line"]}:{error["column"]}").ShouldBe(
        [
            "$.actions[0].treatments[0].content.title unknown_variable 1:7",
            "$.actions[0].treatments[0].content.title invalid_template 1:20",
        ]);
        gateway.Running.Host.Engine.Playbooks.InForce.Version.ShouldBe(1);
    }

    private static Google.Protobuf.WellKnownTypes.Value Text(string text) => Google.Protobuf.WellKnownTypes.Value.ForString(text);

    /// <summary>Null: the domain refuses it.</summary>
    private static ContentRule? Treatment(string template, ContentFormat format)
    {
        var variables = string.Join(", ", new[] { "a", "B_2", "camelCase" }.Select(name => $$"""
            "{{name}}": { "value": "orders", "fallback": "x" }
            """));
        var json = TinyPlaybook.With("\"title\": \"Hello\"", $$"""
            "title": { "template": {{System.Text.Json.JsonSerializer.Serialize(template)}}, "format": "{{format.ToString().ToLowerInvariant()}}" }
            """).Replace("\"variables\": {", $"\"variables\": {{ {variables}, ", StringComparison.Ordinal);
        var parse = Playbook.Parse(Encoding.UTF8.GetBytes(json), 1);
        parse.Errors.ShouldAllBe(error => error.Code == PlaybookErrorCode.InvalidTemplate);
        return parse.Playbook?.Actions[0].Treatments[0].Content["title"];
    }

    private static string Naive(string template, Dictionary<string, string> values, ContentFormat format)
    {
        var text = new StringBuilder();
        for (var rest = template; rest.Length > 0;)
        {
            if (rest.StartsWith("{{", StringComparison.Ordinal))
            {
                var end = rest.IndexOf("}}", StringComparison.Ordinal);
                text.Append(Escaped(values[rest[2..end].Trim()], format));
                rest = rest[(end + 2)..];
            }
            else
            {
                text.Append(rest[0]);
                rest = rest[1..];
            }
        }

        return text.ToString();
    }

    private static string Escaped(string text, ContentFormat format) => format switch
    {
        ContentFormat.Html => string.Concat(text.Select(character => "<>&\"'`=".Contains(character) ? Entity(character) : character.ToString())),
        ContentFormat.Url => Uri.EscapeDataString(text),
        _ => text,
    };

    private static string Entity(char character) => character switch
    {
        '<' => "&lt;",
        '>' => "&gt;",
        '&' => "&amp;",
        '"' => "&quot;",
        _ => string.Create(CultureInfo.InvariantCulture, $"&#x{(int)character:X};"),
    };

    /// <summary>A gateway with a tiny playbook, and one customer who is greeted.</summary>
    private sealed class Closing : IAsyncDisposable
    {
        private readonly Task _started;

        public Closing() => _started = Running.Start(new GatewayOptions { OnePerson = true });

        public RunningGateway Running { get; } = new();

        public async Task<HttpResponseMessage> Put(string content)
        {
            await _started;
            var request = new HttpRequestMessage(HttpMethod.Put, "/admin/v1/playbook")
            {
                Content = new StringContent(TinyPlaybook.With("\"content\": { \"title\": \"Hello\" }", $"\"content\": {content}"), Encoding.UTF8, "application/json"),
            };
            request.Headers.Add("If-Match", "*");
            return await Running.Http.SendAsync(request);
        }

        public async Task Publish(string content) => (await Put(content)).StatusCode.ShouldBe(HttpStatusCode.OK);

        public async Task<string> Greet(string id, Google.Protobuf.WellKnownTypes.Value? name)
        {
            var request = ExperienceCalls.Interaction("ada", id, "viewed");
            request.Placements.Add("home");
            if (name is not null)
            {
                request.Properties.Add("name", name);
            }

            var decision = (await Running.Interact(request)).Decisions.ShouldHaveSingleItem();
            return string.Join(", ", decision.Content.OrderBy(field => field.Key, StringComparer.Ordinal).Select(field => $"{field.Key}: {field.Value}"));
        }

        public async ValueTask DisposeAsync() => await Running.DisposeAsync();
    }
}
