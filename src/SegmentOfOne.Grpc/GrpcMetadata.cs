using System.Buffers;
using System.Text;

namespace SegmentOfOne.Grpc;

/// <summary>
/// Headers or trailers of a call, in order, keys in lower case and not unique. A key that ends in <c>-bin</c> carries bytes
/// (base64 on the wire), every other key printable ASCII.
/// </summary>
public sealed class GrpcMetadata
{
    private const string BinarySuffix = "-bin";

    private static readonly SearchValues<char> KeyCharacters =
        SearchValues.Create("abcdefghijklmnopqrstuvwxyz0123456789-_.");

    private static readonly SearchValues<char> TextCharacters = SearchValues.Create(
        string.Create(0x7F - 0x20, 0x20, static (text, first) =>
        {
            for (var i = 0; i < text.Length; i++)
            {
                text[i] = (char)(first + i);
            }
        }));

    private readonly List<KeyValuePair<string, string>> _entries = [];

    /// <summary>Keys and texts in order; the text of a <c>-bin</c> key is its base64.</summary>
    public IReadOnlyList<KeyValuePair<string, string>> Entries => _entries;

    /// <summary>Adds a text. Throws <see cref="ArgumentException"/> for a key or a value that no header may have.</summary>
    public GrpcMetadata Add(string key, string value)
    {
        ArgumentNullException.ThrowIfNull(value);
        key = Checked(key);
        if (IsBinary(key))
        {
            throw new ArgumentException($"'{key}' carries bytes: a key that ends in {BinarySuffix} takes no text.", nameof(key));
        }

        if (value.AsSpan().ContainsAnyExcept(TextCharacters))
        {
            throw new ArgumentException($"The value of '{key}' is not printable ASCII; use a key that ends in {BinarySuffix}.", nameof(value));
        }

        _entries.Add(new(key, value));
        return this;
    }

    /// <summary>Adds bytes under a key that ends in <c>-bin</c>.</summary>
    public GrpcMetadata Add(string key, ReadOnlySpan<byte> value)
    {
        key = Checked(key);
        if (!IsBinary(key))
        {
            throw new ArgumentException($"'{key}' carries text: bytes need a key that ends in {BinarySuffix}.", nameof(key));
        }

        _entries.Add(new(key, Convert.ToBase64String(value)));
        return this;
    }

    /// <summary>The last text under this key, or null. For a <c>-bin</c> key that is its base64.</summary>
    public string? Get(string key)
    {
        for (var i = _entries.Count - 1; i >= 0; i--)
        {
            if (string.Equals(_entries[i].Key, key, StringComparison.OrdinalIgnoreCase))
            {
                return _entries[i].Value;
            }
        }

        return null;
    }

    /// <summary>The last bytes under this key, or null when there are none or they are not base64.</summary>
    public byte[]? GetBytes(string key)
    {
        if (!IsBinary(key) || Get(key) is not { } text)
        {
            return null;
        }

        // Senders may leave out the padding.
        var padded = (text.Length % 4) switch { 2 => text + "==", 3 => text + "=", _ => text };
        var bytes = new byte[padded.Length / 4 * 3];
        return Convert.TryFromBase64String(padded, bytes, out var length) ? bytes[..length] : null;
    }

    /// <summary>All entries on one line, for logs and test failures.</summary>
    public override string ToString()
    {
        var text = new StringBuilder();
        foreach (var (key, value) in _entries)
        {
            text.Append(text.Length == 0 ? "" : ", ").Append(key).Append('=').Append(value);
        }

        return text.ToString();
    }

    internal static bool IsBinary(string key) => key.EndsWith(BinarySuffix, StringComparison.OrdinalIgnoreCase);

    /// <summary>Replaces what stands under the key by one text.</summary>
    internal void Set(string key, string value)
    {
        _entries.RemoveAll(entry => entry.Key == key);
        _entries.Add(new(key, value));
    }

    /// <summary>Takes an entry as it came off the wire. Several <c>-bin</c> values may arrive joined by commas.</summary>
    internal void AddReceived(string key, string value)
    {
        key = key.ToLowerInvariant();
        if (!IsBinary(key) || !value.Contains(',', StringComparison.Ordinal))
        {
            _entries.Add(new(key, value));
            return;
        }

        foreach (var part in value.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries))
        {
            _entries.Add(new(key, part));
        }
    }

    private static string Checked(string key)
    {
        ArgumentException.ThrowIfNullOrEmpty(key);
        key = key.ToLowerInvariant();
        return key.AsSpan().ContainsAnyExcept(KeyCharacters)
            ? throw new ArgumentException($"'{key}' cannot be a header name.", nameof(key))
            : key;
    }
}
