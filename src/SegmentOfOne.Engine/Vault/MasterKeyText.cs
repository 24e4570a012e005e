namespace SegmentOfOne.Engine.Vault;

/// <summary>A master key as people keep it.</summary>
public static class MasterKeyText
{
    public const string Expected = "32 bytes in base64, such as `openssl rand -base64 32` prints";

    /// <summary>The key; null: it is none.</summary>
    public static byte[]? Parse(string text)
    {
        var key = new byte[MasterKey.Bytes];
        return Convert.TryFromBase64String(text.Trim(), key, out var length) && length == key.Length ? key : null;
    }
}
