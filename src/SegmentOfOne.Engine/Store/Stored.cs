using SegmentOfOne.Domain;
using SegmentOfOne.Domain.Formats;

namespace SegmentOfOne.Engine.Store;

/// <summary>Reads stored bytes of one customer, and says whose they are when they make no sense.</summary>
internal static class Stored
{
    /// <summary>Reads into a state whose key says whose it is.</summary>
    public static void ReadState(CustomerState state, ReadOnlySpan<byte> bytes)
    {
        var key = state.Key;
        try
        {
            StateFormat.Read(bytes, key, state);
        }
        catch (MalformedBytesException e)
        {
            throw new CustomerDamagedException(key, EnvelopeKinds.Snapshot, e);
        }
    }

    public static Turn ReadTurn(CustomerKey key, ReadOnlySpan<byte> bytes)
    {
        try
        {
            return TurnFormat.Read(bytes);
        }
        catch (MalformedBytesException e)
        {
            throw new CustomerDamagedException(key, EnvelopeKinds.Turns, e);
        }
    }

    /// <summary>Folds the next turn.</summary>
    public static void Fold(CustomerState state, Turn turn)
    {
        if (turn.Version != state.Version + 1)
        {
            throw new CustomerDamagedException(state.Key, $"history from turn {state.Version + 1} to {turn.Version - 1}");
        }

        Customer.Evolve(state, turn);
    }
}
