using System.Diagnostics.CodeAnalysis;

namespace SegmentOfOne.Gateway;

/// <summary>A reply, or why there is none. Exactly one of the two is there.</summary>
public readonly record struct Answer<T>
    where T : class
{
    public Answer(T reply) => Reply = reply;

    public Answer(Failure failure) => Failure = failure;

    public T? Reply { get; }

    public Failure? Failure { get; }

    [MemberNotNullWhen(true, nameof(Reply))]
    [MemberNotNullWhen(false, nameof(Failure))]
    public bool Succeeded => Failure is null;

    public static implicit operator Answer<T>(T reply) => new(reply);

    public static implicit operator Answer<T>(Failure failure) => new(failure);
}
