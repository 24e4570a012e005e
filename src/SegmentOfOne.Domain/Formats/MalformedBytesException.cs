namespace SegmentOfOne.Domain.Formats;

/// <summary>Bytes that no writer of a known format wrote: cut short, altered, or of a later version of the program.</summary>
public sealed class MalformedBytesException : Exception
{
    public MalformedBytesException(string message)
        : base(message)
    {
    }

    public MalformedBytesException()
    {
    }

    public MalformedBytesException(string message, Exception innerException)
        : base(message, innerException)
    {
    }
}
