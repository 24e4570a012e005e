using Microsoft.Extensions.Logging;

namespace SegmentOfOne.Engine.Tests.Hosting;

/// <summary>Errors in a log are not missed: they stand on the standard error of the tests.</summary>
internal sealed class FailingLog : ILogger
{
    public IDisposable? BeginScope<TState>(TState state)
        where TState : notnull => null;

    public bool IsEnabled(LogLevel logLevel) => logLevel >= LogLevel.Warning;

    public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter) =>
        Console.Error.WriteLine($"{logLevel}: {formatter(state, exception)} {exception}");
}
