using FsCheck;
using FsCheck.Fluent;
using SegmentOfOne.Domain.Consent;

namespace SegmentOfOne.Domain.Tests.Consent;

/// <summary>Random statements about what we may do, with times and origins that often meet.</summary>
internal static class Statements
{
    private static readonly string[] Sources = ["", "web", "store", "form"];

    /// <param name="channels">How many different channels there are.</param>
    public static Gen<ConsentTold> Any(int channels) =>
        from subject in Gen.Frequency(
            (2, Gen.Elements(ConsentSubject.Fixed.ToArray())), (2, Gen.Choose(1, channels).Select(number => ConsentSubject.Of($"channel {number}"))))
        from status in Gen.Elements(ConsentStatus.Granted, ConsentStatus.Denied, ConsentStatus.Withdrawn)
        from day in Gen.Choose(0, 9)
        from source in Gen.Elements(Sources)
        from proof in Gen.Elements("", "", "p1", "p2")
        from version in Gen.Elements("", "1", "2")
        select new ConsentTold(
            subject, status, Time.Day(day), source.Length + proof.Length + version.Length == 0 ? null : new ConsentOrigin(source, proof, version));

    /// <summary>What was said and what of it has expired since.</summary>
    public static Gen<ConsentState> State(int most, int channels) =>
        from count in Gen.Choose(0, most)
        from told in Gen.ListOf(Any(channels), count)
        from expired in Gen.Choose(0, 3)
        select Told(told, expired == 0);

    public static ConsentState Told(IEnumerable<ConsentTold> told, bool expired = false)
    {
        var state = new ConsentState();
        foreach (var each in told)
        {
            state.Tell(each);
        }

        foreach (var (subject, record) in ConsentText.Records(state))
        {
            if (expired && record.At < Time.Day(5))
            {
                state.Expire(new ConsentExpired(subject, Time.Day(50)));
            }
        }

        return state;
    }
}
