using System.Globalization;

namespace Gb28181Edge.Protocol.Rtsp;

/// <summary>What carries RTP. RFC 2326 §12.39, lower-transport.</summary>
internal enum RtspLowerTransport
{
    /// <summary>Inside the RTSP connection, RFC 2326 §10.12.</summary>
    Tcp,
    Udp,
}

/// <summary>The Transport header: what is asked for, and what the server chose. RFC 2326 §12.39.</summary>
internal sealed record RtspTransportHeader
{
    /// <summary>RTP inside the RTSP connection.</summary>
    public bool IsTcp { get; init; }

    /// <summary>Channel of RTP; null when the server named none.</summary>
    public byte? RtpChannel { get; init; }

    /// <summary>Channel of RTCP; null when the server named none.</summary>
    public byte? RtcpChannel { get; init; }

    /// <summary>The server's RTP port; null when it named none.</summary>
    public int? ServerRtpPort { get; init; }

    /// <summary>The server's RTCP port; null when it named none.</summary>
    public int? ServerRtcpPort { get; init; }

    /// <summary>Where the server sends from, when that is not the address of the RTSP connection.</summary>
    public string? Source { get; init; }

    /// <summary>Asks for RTP on two channels of the RTSP connection.</summary>
    public static string AskTcp(int rtpChannel) =>
        string.Create(CultureInfo.InvariantCulture, $"RTP/AVP/TCP;unicast;interleaved={rtpChannel}-{rtpChannel + 1}");

    /// <summary>Asks for RTP to a port of ours, and RTCP to the port after it.</summary>
    public static string AskUdp(int rtpPort) =>
        string.Create(CultureInfo.InvariantCulture, $"RTP/AVP;unicast;client_port={rtpPort}-{rtpPort + 1}");

    /// <summary>Reads the header of an answer. Parameters that are not understood are passed over.</summary>
    /// <returns>Null when it names neither a UDP nor a TCP transport of RTP.</returns>
    public static RtspTransportHeader? Parse(string header)
    {
        string[] parts = header.Split(',')[0].Split(';', StringSplitOptions.TrimEntries);
        if (!parts[0].StartsWith("RTP/AVP", StringComparison.OrdinalIgnoreCase)) return null;
        var transport = new RtspTransportHeader { IsTcp = parts[0].EndsWith("/TCP", StringComparison.OrdinalIgnoreCase) };
        foreach (string part in parts.AsSpan(1))
        {
            int equals = part.IndexOf('=', StringComparison.Ordinal);
            if (equals < 0) continue;
            string value = part[(equals + 1)..].Trim('"');
            switch (part[..equals].ToUpperInvariant())
            {
                case "INTERLEAVED" when TryPair(value, byte.MaxValue, out int first, out int second):
                    transport = transport with { IsTcp = true, RtpChannel = (byte)first, RtcpChannel = (byte)second };
                    break;
                case "SERVER_PORT" when TryPair(value, ushort.MaxValue, out int first, out int second):
                    transport = transport with { ServerRtpPort = first, ServerRtcpPort = second };
                    break;
                case "SOURCE" when value.Length > 0:
                    transport = transport with { Source = value };
                    break;
            }
        }
        return transport;
    }

    /// <summary><c>a-b</c>, or <c>a</c> for a and the one after it.</summary>
    private static bool TryPair(string text, int max, out int first, out int second)
    {
        second = 0;
        int dash = text.IndexOf('-', StringComparison.Ordinal);
        string firstText = dash < 0 ? text : text[..dash];
        if (!int.TryParse(firstText, NumberStyles.None, CultureInfo.InvariantCulture, out first) || first > max) return false;
        if (dash >= 0 && int.TryParse(text[(dash + 1)..], NumberStyles.None, CultureInfo.InvariantCulture, out second)) return second <= max;
        second = first + 1;
        return second <= max;
    }
}
