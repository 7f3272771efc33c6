using System.Collections.Concurrent;
using Microsoft.Extensions.Logging;

namespace Gb28181Edge.Tests.Support;

/// <summary>A log that can be looked at.</summary>
internal sealed class RecordingLog : ILogger
{
    public ConcurrentQueue<(LogLevel Level, int Id, string Text)> Entries { get; } = new();

    public bool Has(LogLevel level, string part) => Entries.Any(entry => entry.Level == level && entry.Text.Contains(part, StringComparison.Ordinal));

    public IDisposable? BeginScope<TState>(TState state) where TState : notnull => null;

    public bool IsEnabled(LogLevel logLevel) => true;

    public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter) =>
        Entries.Enqueue((logLevel, eventId.Id, formatter(state, exception)));
}
