namespace SegmentOfOne.Gateway.Hosting;

/// <summary>The gateway cannot start, for a reason that the operator can put right; the message is for them.</summary>
public sealed class GatewayStartException(string message, Exception? cause = null) : Exception(message, cause);
