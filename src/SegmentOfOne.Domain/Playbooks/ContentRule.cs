namespace SegmentOfOne.Domain.Playbooks;

/// <summary>What a content field is made for, and so how what a variable says is escaped in it.</summary>
public enum ContentFormat
{
    /// <summary>Markup: nothing that a variable says is markup.</summary>
    Html,

    /// <summary>Plain text, as it is: for a push message, a screen of our own people.</summary>
    Text,

    /// <summary>An address: what a variable says is percent-encoded.</summary>
    Url,
}

/// <summary>One field of a treatment's content; <c>{{name}}</c> in <paramref name="Template"/> stands for a variable, and nothing else in it
/// is a template.</summary>
public sealed record ContentRule(string Template, ContentFormat Format);
