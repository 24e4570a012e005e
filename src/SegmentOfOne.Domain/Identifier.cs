namespace SegmentOfOne.Domain;

/// <summary>One name of a customer in the caller's world, such as user_id 42. Kinds and values are compared as they are.</summary>
public sealed record Identifier(string Kind, string Value);
