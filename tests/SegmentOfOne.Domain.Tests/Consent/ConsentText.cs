using SegmentOfOne.Domain.Consent;

namespace SegmentOfOne.Domain.Tests.Consent;

/// <summary>What a customer said, as text: equal texts say the same.</summary>
internal static class ConsentText
{
    public static string Of(ConsentState consent) => string.Join('\n', Records(consent).Select(each => $"{each.Subject}: {each.Record}"));

    public static IEnumerable<(ConsentSubject Subject, ConsentRecord Record)> Records(ConsentState consent) =>
    [
        .. ConsentSubject.Fixed.Select(subject => (subject, consent.For(subject))).Where(each => each.Item2.Status != ConsentStatus.Unknown),
        .. consent.Channels.ToArray().Select(channel => (ConsentSubject.Of(channel.Channel), channel.Record)),
    ];
}
