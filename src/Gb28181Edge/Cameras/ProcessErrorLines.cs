using System.Text;
using Microsoft.Extensions.Logging;

namespace Gb28181Edge.Cameras;

/// <summary>Reads a process's standard error: each line to the log, the last ones kept for the error message.</summary>
/// <remarks>Bounded: lines are cut at 500 bytes, and of a chatterbox's lines only the first 50 in 10 s are logged.</remarks>
internal sealed class ProcessErrorLines(string source, ILogger log, TimeProvider time)
{
    private const int Kept = 5, LongestLine = 500, LinesAPeriod = 50, PeriodSeconds = 10;

    private readonly Queue<string> _last = new();
    private readonly byte[] _line = new byte[LongestLine];
    private int _length;
    private long? _periodBegan;
    private int _inPeriod;

    /// <summary>The last lines, joined, without secrets; empty when there were none.</summary>
    public string Last
    {
        get
        {
            lock (_last) return string.Join(" | ", _last);
        }
    }

    /// <summary>Reads to the end, or until <paramref name="stop"/>; faults with neither.</summary>
    public async Task ReadAsync(Stream stream, CancellationToken stop)
    {
        byte[] piece = new byte[1024];
        try
        {
            for (int read; (read = await stream.ReadAsync(piece, stop)) > 0;)
            {
                foreach (byte b in piece.AsSpan(0, read))
                {
                    // a bare CR ends a line as well: that is how programs write their progress
                    if (b is (byte)'\n' or (byte)'\r') EndLine();
                    else if (_length < LongestLine) _line[_length++] = b;
                }
            }
        }
        catch (Exception e) when (e is OperationCanceledException or IOException)
        {
            // the process is being ended, there is nothing more to read
        }
        EndLine();
    }

    private void EndLine()
    {
        if (_length == 0) return;
        string line = UrlCredentials.Strip(Printable(Encoding.UTF8.GetString(_line, 0, _length)));
        _length = 0;
        if (string.IsNullOrWhiteSpace(line)) return;
        lock (_last)
        {
            _last.Enqueue(line);
            if (_last.Count > Kept) _last.Dequeue();
        }
        if (_periodBegan is not { } began || time.GetElapsedTime(began) >= TimeSpan.FromSeconds(PeriodSeconds))
            (_periodBegan, _inPeriod) = (time.GetTimestamp(), 0);
        if (++_inPeriod <= LinesAPeriod) log.ProcessSays(source, line);
        else if (_inPeriod == LinesAPeriod + 1) log.ProcessSaysTooMuch(source, PeriodSeconds);
    }

    // a log line is one line, and no terminal's escape codes
    private static string Printable(string text) => string.Create(text.Length, text, static (span, from) =>
    {
        for (int i = 0; i < span.Length; i++) span[i] = char.IsControl(from[i]) ? ' ' : from[i];
    }).Trim();
}
