using System.Globalization;
using System.Net;
using System.Text;
using System.Threading.Channels;
using Gb28181Edge.Protocol.Sip.UserAgent;
using Gb28181Edge.Sip;
using Microsoft.Extensions.Logging;

namespace Gb28181Edge.Hosting;

/// <summary>Writes every SIP message to a file for a person to read: time, direction, peer, the message. Credentials come masked.</summary>
/// <remarks>
/// Holds 1024 messages; a disk that is slower loses the newest, which the file says. A file that cannot be written ends the trace,
/// not the agent. The file is for its owner alone: mode 0600.
/// </remarks>
internal sealed class SipTraceFile : ISipTrace, IAsyncDisposable
{
    private readonly Channel<string> _entries = Channel.CreateBounded<string>(
        new BoundedChannelOptions(1024) { SingleReader = true, FullMode = BoundedChannelFullMode.Wait });
    private readonly StreamWriter _file;
    private readonly string _path;
    private readonly ILogger _log;
    private readonly Task _writer;
    private long _lost;

    private SipTraceFile(StreamWriter file, string path, ILogger log)
    {
        (_file, _path, _log) = (file, path, log);
        _writer = Task.Run(WriteAsync);
    }

    /// <summary>Opens the file to append to it.</summary>
    /// <exception cref="IOException">It cannot be opened.</exception>
    /// <exception cref="UnauthorizedAccessException">It may not be written.</exception>
    public static SipTraceFile Open(string path, ILogger log)
    {
        var file = new FileStream(path, new FileStreamOptions
        {
            Mode = FileMode.Append,
            Access = FileAccess.Write,
            Share = FileShare.ReadWrite,
            UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite,
        });
        // one character a byte, as the trace is given: bodies keep their own charset
        return new SipTraceFile(new StreamWriter(file, Encoding.Latin1), path, log);
    }

    public void Message(DateTimeOffset wallClock, bool sent, SipTransport transport, IPEndPoint remote, string text)
    {
        string head = string.Create(CultureInfo.InvariantCulture,
            $"{wallClock:yyyy-MM-dd'T'HH:mm:ss.fffzzz} {(sent ? "sent to" : "received from")} {remote} over {transport.ToString().ToUpperInvariant()}");
        if (!_entries.Writer.TryWrite($"{head}\r\n{text}\r\n\r\n")) Interlocked.Increment(ref _lost);
    }

    public async ValueTask DisposeAsync()
    {
        _entries.Writer.TryComplete();
        await _writer;
    }

    private async Task WriteAsync()
    {
        try
        {
            await using StreamWriter file = _file;
            while (await _entries.Reader.WaitToReadAsync())
            {
                while (_entries.Reader.TryRead(out string? entry)) await file.WriteAsync(entry);
                long lost = Interlocked.Exchange(ref _lost, 0);
                if (lost > 0) await file.WriteAsync(string.Create(CultureInfo.InvariantCulture, $"({lost} messages were lost here: the disk was too slow)\r\n\r\n"));
                await file.FlushAsync();
            }
        }
        catch (IOException e)
        {
            _log.TraceEnded(_path, e.Message);
            _entries.Writer.TryComplete();
        }
    }
}
