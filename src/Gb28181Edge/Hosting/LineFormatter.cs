using System.Globalization;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Logging.Console;

namespace Gb28181Edge.Hosting;

/// <summary>Writes an event as one line: <c>&lt;6&gt;Area: text</c> for journald (sd-daemon(3)), else <c>12:34:56.789 info Area: text</c>.</summary>
/// <remarks>Control characters become spaces, so that what came from the network cannot make a line of its own.</remarks>
internal sealed class LineFormatter(bool journal, TimeProvider time) : ConsoleFormatter(FormatterName)
{
    public const string FormatterName = "edge";

    private const string RootPrefix = "Gb28181Edge.";

    public override void Write<TState>(in LogEntry<TState> logEntry, IExternalScopeProvider? scopeProvider, TextWriter textWriter)
    {
        string text = logEntry.Formatter(logEntry.State, logEntry.Exception);
        if (journal)
        {
            textWriter.Write(Severity(logEntry.LogLevel));
        }
        else
        {
            textWriter.Write(time.GetLocalNow().ToString("HH:mm:ss.fff ", CultureInfo.InvariantCulture));
            textWriter.Write(Word(logEntry.LogLevel));
        }
        string category = logEntry.Category;
        textWriter.Write(category.StartsWith(RootPrefix, StringComparison.Ordinal) ? category[RootPrefix.Length..] : category);
        textWriter.Write(": ");
        WriteOneLine(textWriter, text);
        if (logEntry.Exception is { } exception)
        {
            textWriter.Write(" | ");
            WriteOneLine(textWriter, exception.ToString());
        }
        textWriter.Write('\n');
    }

    private static void WriteOneLine(TextWriter writer, string text)
    {
        foreach (char c in text) writer.Write(char.IsControl(c) ? ' ' : c);
    }

    private static string Severity(LogLevel level) => level switch
    {
        LogLevel.Critical => "<2>",
        LogLevel.Error => "<3>",
        LogLevel.Warning => "<4>",
        LogLevel.Information => "<6>",
        _ => "<7>",
    };

    private static string Word(LogLevel level) => level switch
    {
        LogLevel.Critical => "critical ",
        LogLevel.Error => "error ",
        LogLevel.Warning => "warning ",
        LogLevel.Information => "info ",
        LogLevel.Debug => "debug ",
        _ => "trace ",
    };
}
