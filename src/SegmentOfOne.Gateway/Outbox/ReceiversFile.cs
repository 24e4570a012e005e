using System.Collections.Immutable;
using System.Text.Json;
using SegmentOfOne.Domain.Playbooks;
using SegmentOfOne.Engine.Outbox;

namespace SegmentOfOne.Gateway.Outbox;

/// <summary>
/// The file that says where messages go: an object that has for each receiver of the playbook
/// <c>url</c> (https; http to this machine, or elsewhere with <c>"insecure_http": true</c>), its secrets as one or more of <c>secrets</c> (a list),
/// <c>secrets_file</c> (a path from this file's folder, a secret a line) and <c>secrets_env</c> (the name of an environment variable that has them,
/// with spaces between), and if need be <c>timeout_seconds</c>, <c>give_up_after</c> and <c>concurrency</c>. A secret is <c>whsec_</c> and
/// 24 to 64 bytes in base64.
/// </summary>
public sealed class ReceiversFile
{
    private const int MostReceivers = 1_000;
    private const int MostSecrets = 8;
    private const int MostConcurrency = 256;
    private const int LongestTimeout = 60;
    private const int MostBytes = 1 << 20;

    private static readonly string[] Fields =
        ["url", "secrets", "secrets_file", "secrets_env", "timeout_seconds", "give_up_after", "concurrency", "insecure_http"];

    private readonly string _folder;
    private readonly ImmutableArray<Receiver>.Builder _receivers = ImmutableArray.CreateBuilder<Receiver>();
    private readonly ImmutableArray<string>.Builder _mistakes = ImmutableArray.CreateBuilder<string>();

    private ReceiversFile(string path) => _folder = Path.GetDirectoryName(Path.GetFullPath(path))!;

    /// <summary>Reads it. What can't be read is a mistake too.</summary>
    public static ReceiversRead Read(string path)
    {
        var file = new ReceiversFile(path);
        try
        {
            if (new FileInfo(path).Length > MostBytes)
            {
                file.Mistake("$", $"has more than {MostBytes} bytes");
            }
            else
            {
                using var document = JsonDocument.Parse(File.ReadAllBytes(path));
                file.Read(document.RootElement);
            }
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            file.Mistake("$", $"can't be read: {exception.Message}");
        }
        catch (JsonException exception)
        {
            // Its message may quote the document, and with it a secret.
            file.Mistake("$", $"is no JSON, in line {exception.LineNumber + 1}");
        }

        return new ReceiversRead(file._mistakes.Count == 0 ? file._receivers.ToImmutable() : [], file._mistakes.ToImmutable());
    }

    private void Read(JsonElement root)
    {
        if (root.ValueKind != JsonValueKind.Object)
        {
            Mistake("$", "is not an object that has the receivers by name");
            return;
        }

        var names = new HashSet<string>(StringComparer.Ordinal);
        foreach (var member in root.EnumerateObject())
        {
            var path = $"$.{member.Name}";
            if (!names.Add(member.Name))
            {
                Mistake(path, "is there twice");
            }
            else if (member.Name.Length is 0 or > 64)
            {
                Mistake(path, "has a name that no playbook can have");
            }
            else if (names.Count > MostReceivers)
            {
                Mistake(path, $"is one too many: there may be {MostReceivers}");
                return;
            }
            else if (member.Value.ValueKind != JsonValueKind.Object)
            {
                Mistake(path, "is not an object");
            }
            else
            {
                Read(member.Name, path, member.Value);
            }
        }
    }

    private void Read(string name, string path, JsonElement fields)
    {
        var seen = new HashSet<string>(StringComparer.Ordinal);
        foreach (var field in fields.EnumerateObject())
        {
            if (!Fields.Contains(field.Name))
            {
                Mistake($"{path}.{field.Name}", $"is unknown; there are {string.Join(", ", Fields)}");
            }
            else if (!seen.Add(field.Name))
            {
                Mistake($"{path}.{field.Name}", "is there twice");
            }
        }

        var url = Url(path, fields);
        var secrets = Secrets(path, fields);
        var timeout = Whole(path, fields, "timeout_seconds", 1, LongestTimeout, (int)Receiver.StandardTimeout.TotalSeconds);
        var concurrency = Whole(path, fields, "concurrency", 1, MostConcurrency, Receiver.StandardConcurrency);
        var giveUp = GiveUp(path, fields);
        if (url is not null)
        {
            _receivers.Add(new Receiver(name, url, secrets)
            {
                Timeout = TimeSpan.FromSeconds(timeout), GiveUpAfter = giveUp, Concurrency = concurrency,
            });
        }
    }

    private Uri? Url(string path, JsonElement fields)
    {
        path += ".url";
        if (!fields.TryGetProperty("url", out var text) || text.ValueKind != JsonValueKind.String)
        {
            Mistake(path, "is missing: where the receiver's messages go");
            return null;
        }

        var insecure = false;
        if (fields.TryGetProperty("insecure_http", out var truth))
        {
            insecure = truth.ValueKind == JsonValueKind.True;
            if (truth.ValueKind is not (JsonValueKind.True or JsonValueKind.False))
            {
                Mistake(path[..^3] + "insecure_http", "is neither true nor false");
            }
        }

        // What is wrong is said without the address: what doesn't belong into one may stand there.
        var problem = !Uri.TryCreate(text.GetString(), UriKind.Absolute, out var url) || url.Host.Length == 0 ? "is no address"
            : url.UserInfo.Length > 0 ? "has a user or a password in it; it is signed by its secrets instead"
            : url.Fragment.Length > 0 ? "has a fragment (#)"
            : url.Scheme == Uri.UriSchemeHttps || (url.Scheme == Uri.UriSchemeHttp && (url.IsLoopback || insecure)) ? null
            : url.Scheme == Uri.UriSchemeHttp ? "is http to another machine; use https, or say \"insecure_http\": true"
            : "is neither https nor http";
        if (problem is not null)
        {
            Mistake(path, problem);
        }

        return problem is null ? url : null;
    }

    private ImmutableArray<ImmutableArray<byte>> Secrets(string path, JsonElement fields)
    {
        var before = _mistakes.Count;
        var secrets = ImmutableArray.CreateBuilder<ImmutableArray<byte>>();
        if (fields.TryGetProperty("secrets", out var list))
        {
            var texts = list.ValueKind == JsonValueKind.Array ? list.EnumerateArray().ToArray() : [];
            if (texts.Length == 0)
            {
                Mistake($"{path}.secrets", "is no list of secrets");
            }

            for (var i = 0; i < texts.Length; i++)
            {
                Add(secrets, $"{path}.secrets[{i}]", texts[i].ValueKind == JsonValueKind.String ? texts[i].GetString()! : "");
            }
        }

        if (Text(path, fields, "secrets_file") is { } file)
        {
            try
            {
                AddAll(secrets, $"{path}.secrets_file", File.ReadAllText(Path.Combine(_folder, file)));
            }
            catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
            {
                Mistake($"{path}.secrets_file", $"can't be read: {exception.Message}");
            }
        }

        if (Text(path, fields, "secrets_env") is { } variable)
        {
            AddAll(secrets, $"{path}.secrets_env", Environment.GetEnvironmentVariable(variable) ?? "");
        }

        if (_mistakes.Count == before && secrets.Count is 0 or > MostSecrets)
        {
            Mistake($"{path}.secrets", $"needs 1 to {MostSecrets} of them: they sign every message");
        }

        return secrets.ToImmutable();
    }

    private void AddAll(ImmutableArray<ImmutableArray<byte>>.Builder secrets, string path, string texts)
    {
        var split = texts.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries);
        if (split.Length == 0)
        {
            Mistake(path, "leads to no secret");
        }

        foreach (var text in split)
        {
            Add(secrets, path, text);
        }
    }

    private void Add(ImmutableArray<ImmutableArray<byte>>.Builder secrets, string path, string text)
    {
        if (WebhookSignature.ReadSecret(text) is { } secret)
        {
            secrets.Add(secret);
        }
        else
        {
            Mistake(path, $"is no secret: {WebhookSignature.SecretPrefix} and {WebhookSignature.ShortestSecret} to {WebhookSignature.LongestSecret} bytes in base64");
        }
    }

    private TimeSpan GiveUp(string path, JsonElement fields)
    {
        if (!fields.TryGetProperty("give_up_after", out var text))
        {
            return Receiver.StandardGiveUpAfter;
        }

        if (text.ValueKind == JsonValueKind.String && DurationText.TryParse(text.GetString(), out var duration) && duration > TimeSpan.Zero)
        {
            return duration;
        }

        Mistake($"{path}.give_up_after", "is no duration such as 72h, 30m or 7d");
        return Receiver.StandardGiveUpAfter;
    }

    private int Whole(string path, JsonElement fields, string name, int least, int most, int standard)
    {
        if (!fields.TryGetProperty(name, out var number))
        {
            return standard;
        }

        if (number.ValueKind == JsonValueKind.Number && number.TryGetInt32(out var value) && value >= least && value <= most)
        {
            return value;
        }

        Mistake($"{path}.{name}", $"is no whole number from {least} to {most}");
        return standard;
    }

    private string? Text(string path, JsonElement fields, string name)
    {
        if (!fields.TryGetProperty(name, out var text))
        {
            return null;
        }

        if (text.ValueKind == JsonValueKind.String && text.GetString() is { Length: > 0 } value)
        {
            return value;
        }

        Mistake($"{path}.{name}", "is no text");
        return null;
    }

    private void Mistake(string path, string problem) => _mistakes.Add($"{path} {problem}.");
}
