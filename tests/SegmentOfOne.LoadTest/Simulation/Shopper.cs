using System.Globalization;
using SegmentOfOne.V1;

namespace SegmentOfOne.LoadTest.Simulation;

/// <summary>What an invented customer is like. The same seed and number give the same traits, so nothing is kept of them.</summary>
/// <param name="Number">From 0.</param>
/// <param name="Contentment">How well the shop's work is received, in [0, 1].</param>
/// <param name="Sociability">How readily others hear of it, in [0, 1].</param>
/// <param name="Eagerness">How readily a visit becomes an order, in [0, 1].</param>
/// <param name="LikesStores">Whether most visits are to a store.</param>
/// <param name="UsesApp">Whether online visits are in the app; apps report late when they were offline.</param>
public sealed record Shopper(
    Identifier Identifier, int Number, double Contentment, double Sociability, double Eagerness, bool LikesStores, bool UsesApp)
{
    /// <summary>The customer with this number.</summary>
    public static Shopper Of(ulong seed, int number) => Of(seed, number, ShopperMix.Usual);

    /// <summary>The customer with this number, of another mix.</summary>
    public static Shopper Of(ulong seed, int number, ShopperMix mix)
    {
        var dice = Dice.For(seed, "shopper", number);
        return new Shopper(
            new Identifier { Kind = "user_id", Value = string.Create(CultureInfo.InvariantCulture, $"sim-{seed}-{number}") },
            number,
            // Most are content, some are not: the larger of two rolls leans upward.
            Contentment: Math.Max(dice.Share(), dice.Share()),
            Sociability: dice.Share() * dice.Share(),
            Eagerness: dice.Share(),
            LikesStores: dice.Happens(mix.Stores),
            UsesApp: dice.Happens(mix.App));
    }
}
