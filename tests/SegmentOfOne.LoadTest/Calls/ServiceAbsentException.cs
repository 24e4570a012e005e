namespace SegmentOfOne.LoadTest.Calls;

/// <summary>Nothing answers at the address.</summary>
public sealed class ServiceAbsentException(Uri address, Exception inner) : Exception(
    $"Nothing answers gRPC at {address} ({inner.Message}). Start the program first: dotnet run -c Release --project src/SegmentOfOne.Gateway", inner);
