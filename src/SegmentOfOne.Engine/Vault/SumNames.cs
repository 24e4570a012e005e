using System.Security.Cryptography;
using System.Text;
using SegmentOfOne.Engine.Store;

namespace SegmentOfOne.Engine.Vault;

/// <summary>
/// Names of sums as they are stored. Those that callers choose freely, channels and types that no playbook knows, may say something of a customer,
/// so they are stored encrypted under a key of the vault: the same name always as the same text, because it is looked for by that. The nonce is a
/// keyed hash of the name; no two names share one. Safe for many threads.
/// </summary>
internal sealed class SumNames
{
    private const string Own = "sums";
    private const char Mark = '~';
    private const int TagBytes = 16;

    private readonly byte[]? _nonceKey;
    private readonly byte[]? _key;

    /// <param name="keyring">Null: there is no vault, everything is in the clear.</param>
    public SumNames(Keyring? keyring)
    {
        if (keyring is not null)
        {
            var secret = keyring.Own(Own, () => RandomNumberGenerator.GetBytes(MasterKey.Bytes));
            (_nonceKey, _key) = (HMACSHA256.HashData(secret, "nonce"u8), HMACSHA256.HashData(secret, "name"u8));
        }
    }

    public static bool IsChosenByCallers(TotalKind kind) => kind is TotalKind.Channel or TotalKind.UnknownType;

    /// <summary>Whether the text of a name isn't what would be stored today.</summary>
    public bool IsOutdated(TotalName name, string text) => ToText(name) != text;

    public string ToText(TotalName name)
    {
        if (_key is null || name.Name.Length == 0 || !IsChosenByCallers(name.Kind))
        {
            return name.Name;
        }

        var plain = Encoding.UTF8.GetBytes(name.Name);
        var kind = Encoding.UTF8.GetBytes(name.Kind.ToString());
        var bytes = new byte[Nonces.Bytes + TagBytes + plain.Length];
        var nonce = bytes.AsSpan(0, Nonces.Bytes);
        HMACSHA256.HashData(_nonceKey!, (byte[])[.. kind, 0, .. plain]).AsSpan(0, Nonces.Bytes).CopyTo(nonce);
        using var cipher = new AesGcm(_key, TagBytes);
        cipher.Encrypt(nonce, plain, bytes.AsSpan(Nonces.Bytes + TagBytes), bytes.AsSpan(Nonces.Bytes, TagBytes), kind);
        return Mark + Convert.ToBase64String(bytes);
    }

    /// <summary>The name that a text stands for. What can't be read stands for itself.</summary>
    public TotalName Of(string kindText, string text)
    {
        var kind = Enum.Parse<TotalKind>(kindText);
        if (_key is null || !IsChosenByCallers(kind) || text is not [Mark, ..])
        {
            return new TotalName(kind, text);
        }

        try
        {
            var bytes = Convert.FromBase64String(text[1..]);
            var plain = new byte[bytes.Length - Nonces.Bytes - TagBytes];
            using var cipher = new AesGcm(_key, TagBytes);
            cipher.Decrypt(
                bytes.AsSpan(0, Nonces.Bytes), bytes.AsSpan(Nonces.Bytes + TagBytes), bytes.AsSpan(Nonces.Bytes, TagBytes), plain, Encoding.UTF8.GetBytes(kindText));
            return new TotalName(kind, Encoding.UTF8.GetString(plain));
        }
        catch (Exception e) when (e is FormatException or CryptographicException or OverflowException)
        {
            // A channel that really is called so, from before there was a vault.
            return new TotalName(kind, text);
        }
    }
}
