using SegmentOfOne.Domain;
using SegmentOfOne.Silo.Clocks;

namespace SegmentOfOne.Silo.Tests;

/// <summary>Who looks after customers that are in nobody's memory.</summary>
public sealed class SiloShareTests
{
    private const int Customers = 8_000;

    private static readonly string[] Silos = ["10.0.0.1:11111@1", "10.0.0.2:11111@1", "10.0.0.3:11111@1", "10.0.0.4:11111@1"];

    [Fact]
    public void Each_customer_has_one_silo_and_all_silos_about_as_many()
    {
        var shares = Silos.Select(silo => new SiloShare(silo, Silos)).ToList();
        var counts = new int[Silos.Length];
        foreach (var key in Keys())
        {
            counts[shares.FindIndex(share => share.Has(key))]++;
            shares.Count(share => share.Has(key)).ShouldBe(1);
        }

        // The standard deviation of each is 39.
        counts.ShouldAllBe(count => Math.Abs(count - (Customers / Silos.Length)) < 200);
    }

    [Fact]
    public void When_a_silo_goes_only_its_customers_change_hands_and_they_go_to_all_others()
    {
        string[] left = [.. Silos.Skip(1)];
        var before = Silos.Select(silo => new SiloShare(silo, Silos)).ToArray();
        var after = left.Select(silo => new SiloShare(silo, left)).ToArray();
        var taken = new int[left.Length];
        foreach (var key in Keys())
        {
            for (var silo = 0; silo < left.Length; silo++)
            {
                after[silo].Has(key).ShouldBe(before[silo + 1].Has(key) || (before[0].Has(key) && after[silo].Has(key)));
                taken[silo] += after[silo].Has(key) && !before[silo + 1].Has(key) ? 1 : 0;
            }
        }

        taken.Sum().ShouldBe(Keys().Count(before[0].Has));
        taken.ShouldAllBe(count => count > Customers / Silos.Length / 4);
    }

    [Fact]
    public void A_silo_that_is_not_among_those_that_are_up_looks_after_nobody_and_one_alone_after_everybody()
    {
        var gone = new SiloShare(Silos[0], Silos[1..]);
        gone.IsMember.ShouldBeFalse();
        Keys().ShouldAllBe(key => !gone.Has(key));

        var alone = new SiloShare(Silos[0], Silos.Take(1));
        Keys().ShouldAllBe(key => alone.Has(key));
    }

    private static IEnumerable<CustomerKey> Keys()
    {
        var random = new Random(5);
        var bytes = new byte[16];
        for (var i = 0; i < Customers; i++)
        {
            random.NextBytes(bytes);
            yield return new CustomerKey(BitConverter.ToUInt128(bytes));
        }
    }
}
