using SegmentOfOne.Engine.Vault;

namespace SegmentOfOne.Gateway.Hosting;

/// <summary>The master key that an operator gives, by file or environment.</summary>
public static class MasterKeyFile
{
    public const string Variable = "SEGMENTOFONE_MASTER_KEY";

    /// <summary>The key; null: none is given.</summary>
    /// <exception cref="GatewayStartException">It can't be read. The message doesn't show it.</exception>
    public static ReadOnlyMemory<byte>? Read(string? file, bool fromEnvironment = true)
    {
        try
        {
            if ((file is null ? !fromEnvironment ? null : Environment.GetEnvironmentVariable(Variable) : File.ReadAllText(file)) is not { Length: > 0 } text)
            {
                return file is null ? null : throw new GatewayStartException($"{file} is empty; a master key is {MasterKeyText.Expected}.");
            }

            return MasterKeyText.Parse(text) ?? throw new GatewayStartException($"{file ?? Variable} is no master key: {MasterKeyText.Expected}.");
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            throw new GatewayStartException($"The master key can't be read: {exception.Message}", exception);
        }
    }
}
