using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using System.Text;

namespace Gb28181Edge.Protocol.Rtsp;

/// <summary>Why bytes are no RTSP.</summary>
internal enum RtspFault
{
    None,
    /// <summary>Neither an RTSP message nor an interleaved frame begins here.</summary>
    NotRtsp,
    /// <summary>A header line without a colon, or with an empty name.</summary>
    Header,
    /// <summary>Content-Length is no number, or more than <see cref="RtspLimits.MaxBodySize"/>.</summary>
    ContentLength,
    /// <summary>The head is longer than <see cref="RtspLimits.MaxHeadSize"/> or has more than <see cref="RtspLimits.MaxHeaders"/> lines.</summary>
    TooLong,
}

/// <summary>What is accepted from a camera, so that it can make nobody run out of memory.</summary>
internal static class RtspLimits
{
    /// <summary>Start line and headers, bytes.</summary>
    public const int MaxHeadSize = 16 * 1024;

    public const int MaxHeaders = 100;

    /// <summary>Bytes of a body: a session description is 1 KB or so.</summary>
    public const int MaxBodySize = 64 * 1024;

    /// <summary>An interleaved frame: 4 bytes and at most 65535 of payload. RFC 2326 §10.12.</summary>
    public const int MaxInterleavedSize = 4 + ushort.MaxValue;
}

/// <summary>A response or a server's request, read. RFC 2326 §6, §7.</summary>
internal sealed class RtspMessage
{
    private readonly List<(string Name, string Value)> _headers = [];

    private RtspMessage() { }

    /// <summary>Null in a response.</summary>
    public string? Method { get; private set; }

    /// <summary>Null in a response.</summary>
    public string? Uri { get; private set; }

    /// <summary>0 in a request.</summary>
    public int StatusCode { get; private set; }

    public string Reason { get; private set; } = "";

    public byte[] Body { get; private set; } = [];

    public bool IsRequest => Method is not null;

    /// <summary>Null when there is none, or it is no number: some cameras answer without one.</summary>
    public int? CSeq => int.TryParse(Header("CSeq"), NumberStyles.AllowLeadingWhite | NumberStyles.AllowTrailingWhite,
        CultureInfo.InvariantCulture, out int cseq) ? cseq : null;

    /// <summary>The first header of that name, in any case; null when there is none.</summary>
    public string? Header(string name)
    {
        foreach ((string other, string value) in _headers)
        {
            if (other.Equals(name, StringComparison.OrdinalIgnoreCase)) return value;
        }
        return null;
    }

    /// <summary>All headers of that name, in any case, in their order.</summary>
    public IEnumerable<string> Headers(string name)
    {
        foreach ((string other, string value) in _headers)
        {
            if (other.Equals(name, StringComparison.OrdinalIgnoreCase)) yield return value;
        }
    }

    /// <summary>Reads start line and headers, up to the empty line. Lines may end in CR LF or in a bare LF.</summary>
    /// <param name="head">Without or with the empty line.</param>
    /// <param name="message">Null when it could not be read.</param>
    /// <param name="bodyLength">From Content-Length, 0 when there is none.</param>
    /// <param name="fault">Why it could not be read.</param>
    public static bool TryParseHead(ReadOnlySpan<byte> head, [NotNullWhen(true)] out RtspMessage? message, out int bodyLength,
        out RtspFault fault)
    {
        (message, bodyLength) = (null, 0);
        if (head.Length > RtspLimits.MaxHeadSize) { fault = RtspFault.TooLong; return false; }
        var read = new RtspMessage();
        bool isStartLine = true;
        foreach (Range range in head.Split((byte)'\n'))
        {
            ReadOnlySpan<byte> line = head[range].TrimEnd("\r "u8);
            if (isStartLine)
            {
                if (!read.TryReadStartLine(Encoding.Latin1.GetString(line))) { fault = RtspFault.NotRtsp; return false; }
                isStartLine = false;
                continue;
            }
            if (line.IsEmpty) break;
            if (!read.TryReadHeader(line, out fault)) return false;
        }
        if (read.Header("Content-Length") is { } text
            && (!int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out bodyLength) || bodyLength > RtspLimits.MaxBodySize))
        {
            (bodyLength, fault) = (0, RtspFault.ContentLength);
            return false;
        }
        (message, fault) = (read, RtspFault.None);
        return true;
    }

    /// <summary>Gives the message its body, which follows the head.</summary>
    public void SetBody(ReadOnlySpan<byte> body) => Body = body.ToArray();

    private bool TryReadStartLine(string line)
    {
        string[] parts = line.Split(' ', 3, StringSplitOptions.RemoveEmptyEntries);
        if (parts.Length < 2) return false;
        if (parts[0].StartsWith("RTSP/1.", StringComparison.Ordinal))
        {
            if (!int.TryParse(parts[1], NumberStyles.None, CultureInfo.InvariantCulture, out int code) || code is < 100 or > 999) return false;
            (StatusCode, Reason) = (code, parts.Length > 2 ? parts[2] : "");
            return true;
        }
        if (parts.Length < 3 || !parts[2].StartsWith("RTSP/1.", StringComparison.Ordinal)) return false;
        foreach (char c in parts[0])
        {
            if (c is not ((>= 'A' and <= 'Z') or '_')) return false;
        }
        (Method, Uri) = (parts[0], parts[1]);
        return true;
    }

    private bool TryReadHeader(ReadOnlySpan<byte> line, out RtspFault fault)
    {
        fault = RtspFault.None;
        if (_headers.Count >= RtspLimits.MaxHeaders) { fault = RtspFault.TooLong; return false; }
        if (line[0] is (byte)' ' or (byte)'\t')
        {
            if (_headers.Count == 0) { fault = RtspFault.Header; return false; }
            (string name, string value) = _headers[^1];
            _headers[^1] = (name, value + " " + Encoding.Latin1.GetString(line.Trim(" \t"u8)));
            return true;
        }
        int colon = line.IndexOf((byte)':');
        if (colon < 1) { fault = RtspFault.Header; return false; }
        _headers.Add((Encoding.Latin1.GetString(line[..colon].Trim(" \t"u8)), Encoding.Latin1.GetString(line[(colon + 1)..].Trim(" \t"u8))));
        return true;
    }

    /// <summary>Writes a request without a body. RFC 2326 §6.</summary>
    /// <param name="method">As in <see cref="RtspMethod"/>.</param>
    /// <param name="uri">Without user name and password.</param>
    /// <param name="cseq">One more than in the request before.</param>
    /// <param name="headers">Without CSeq. Values hold no line ends.</param>
    public static byte[] WriteRequest(string method, string uri, int cseq, IEnumerable<(string Name, string Value)> headers)
    {
        var text = new StringBuilder();
        text.Append(method).Append(' ').Append(uri).Append(" RTSP/1.0\r\n");
        return Finish(text, cseq, headers);
    }

    /// <summary>Writes a response to a server's request, without a body. RFC 2326 §7.</summary>
    public static byte[] WriteResponse(int statusCode, string reason, int cseq, IEnumerable<(string Name, string Value)> headers)
    {
        var text = new StringBuilder();
        text.Append(CultureInfo.InvariantCulture, $"RTSP/1.0 {statusCode} {reason}\r\n");
        return Finish(text, cseq, headers);
    }

    private static byte[] Finish(StringBuilder text, int cseq, IEnumerable<(string Name, string Value)> headers)
    {
        text.Append(CultureInfo.InvariantCulture, $"CSeq: {cseq}\r\n");
        foreach ((string name, string value) in headers) text.Append(name).Append(": ").Append(value).Append("\r\n");
        text.Append("\r\n");
        return Encoding.Latin1.GetBytes(text.ToString());
    }
}

/// <summary>The methods of RFC 2326 §10 that a client has to do with.</summary>
internal static class RtspMethod
{
    public const string Options = "OPTIONS";
    public const string Describe = "DESCRIBE";
    public const string Setup = "SETUP";
    public const string Play = "PLAY";
    public const string Teardown = "TEARDOWN";
    public const string GetParameter = "GET_PARAMETER";
    public const string SetParameter = "SET_PARAMETER";
    public const string Announce = "ANNOUNCE";
    public const string Redirect = "REDIRECT";
}
