using System.Globalization;
using System.Text;

namespace Gb28181Edge.Protocol.Sdp;

/// <summary>What the device answers to an offer. The rest (s=, t=, media kind, protocol, refused media) is taken from the offer.</summary>
internal sealed record SdpAnswer
{
    /// <summary>The user of <c>o=</c>: the channel's 20 digits, never empty (platforms address the ACK with it).</summary>
    public required string OriginUser { get; init; }

    /// <summary>Our own address, in <c>o=</c>, and in <c>c=</c> unless <see cref="Connection"/> says otherwise.</summary>
    public required string Address { get; init; }

    /// <summary><c>c=</c> when it is not our own address: a multicast group is echoed with its TTL. RFC 3264 §6.2.</summary>
    public SdpConnection? Connection { get; init; }

    /// <summary>The medium of the offer that is served; all others are refused with port 0.</summary>
    public required MediaDescription Media { get; init; }

    /// <summary>1 … 65535, our real local port; for multicast the offer's.</summary>
    public required int Port { get; init; }

    /// <summary>The role that we take on TCP; None writes neither setup nor connection (UDP).</summary>
    public required SdpSetup Setup { get; init; }

    public int PayloadType { get; init; } = 96;

    /// <summary>Name and clock of the payload type.</summary>
    public string Encoding { get; init; } = "PS/90000";

    public required SdpSsrc Ssrc { get; init; }

    /// <summary>Bytes of the file, for Download; null leaves it out.</summary>
    public long? FileSize { get; init; }

    /// <summary><c>f=</c>; null leaves it out.</summary>
    public string? Format { get; init; }
}

/// <summary>What a platform offers: the bench platform's side of an INVITE.</summary>
internal sealed record SdpOffer
{
    /// <summary>The user of <c>o=</c>: platforms write the channel's or their own 20 digits.</summary>
    public required string OriginUser { get; init; }

    /// <summary>Where media is received.</summary>
    public required string Address { get; init; }

    /// <summary>Of a multicast address; null for unicast.</summary>
    public int? Ttl { get; init; }

    public required int Port { get; init; }

    /// <summary>Play, Playback, Download.</summary>
    public string SessionName { get; init; } = "Play";

    /// <summary><c>u=</c>, for history; null leaves it out.</summary>
    public string? Uri { get; init; }

    /// <summary>Seconds since 1970; 0 for live.</summary>
    public long Start { get; init; }

    /// <summary>Seconds since 1970; 0 for live.</summary>
    public long Stop { get; init; }

    public bool IsTcp { get; init; }

    /// <summary>The platform's role on TCP; None leaves it out.</summary>
    public SdpSetup Setup { get; init; }

    /// <summary><c>y=</c>; null leaves it out.</summary>
    public SdpSsrc? Ssrc { get; init; }

    /// <summary>Of a Download; null leaves it out.</summary>
    public int? DownloadSpeed { get; init; }
}

/// <summary>Writes descriptions in the standard's order: v o s u c t m a y f, CRLF, no trailing blank. GB/T 28181-2016 annex F, GB/T 28181-2022 annex G.</summary>
internal static class SdpWriter
{
    public static byte[] WriteAnswer(SessionDescription offer, SdpAnswer answer)
    {
        var text = new StringBuilder(384);
        Session(text, answer.OriginUser, answer.Address, answer.Connection ?? new SdpConnection(answer.Address), offer.SessionName, uri: null, offer.Start, offer.Stop);
        foreach (MediaDescription media in offer.Media)
        {
            // RFC 3264 §6: as many m= lines as in the offer, in its order
            if (ReferenceEquals(media, answer.Media)) Served(text, answer);
            else Line(text, $"m={media.Kind} 0 {media.Protocol} {(media.PayloadTypes.Count > 0 ? media.PayloadTypes[0] : 0)}");
        }
        Line(text, $"y={answer.Ssrc}");
        if (answer.Format is { } format) Line(text, $"f={format}");
        return Encoding.Latin1.GetBytes(text.ToString());
    }

    public static byte[] WriteOffer(SdpOffer offer)
    {
        var text = new StringBuilder(384);
        Session(text, offer.OriginUser, offer.Address, new SdpConnection(offer.Address, offer.Ttl), offer.SessionName, offer.Uri, offer.Start, offer.Stop);
        Line(text, $"m=video {offer.Port} {(offer.IsTcp ? "TCP/RTP/AVP" : "RTP/AVP")} 96 97 98 99");
        Line(text, $"a=recvonly");
        Line(text, $"a=rtpmap:96 PS/90000");
        Line(text, $"a=rtpmap:97 MPEG4/90000");
        Line(text, $"a=rtpmap:98 H264/90000");
        Line(text, $"a=rtpmap:99 H265/90000");
        if (offer.DownloadSpeed is { } speed) Line(text, $"a=downloadspeed:{speed}");
        if (offer.IsTcp) Connection(text, offer.Setup);
        if (offer.Ssrc is { } ssrc) Line(text, $"y={ssrc}");
        return Encoding.Latin1.GetBytes(text.ToString());
    }

    private static void Session(
        StringBuilder text, string user, string address, SdpConnection connection, string name, string? uri, long start, long stop)
    {
        Line(text, $"v=0");
        Line(text, $"o={user} 0 0 IN {Family(address)} {address}");
        Line(text, $"s={(name.Length > 0 ? name : "Play")}");
        if (uri is not null) Line(text, $"u={uri}");
        if (connection.Ttl is { } ttl) Line(text, $"c=IN {Family(connection.Address)} {connection.Address}/{ttl}");
        else Line(text, $"c=IN {Family(connection.Address)} {connection.Address}");
        Line(text, $"t={start} {stop}");
    }

    private static void Served(StringBuilder text, SdpAnswer answer)
    {
        Line(text, $"m={answer.Media.Kind} {answer.Port} {answer.Media.Protocol} {answer.PayloadType}");
        Line(text, $"a=sendonly");
        Line(text, $"a=rtpmap:{answer.PayloadType} {answer.Encoding}");
        Connection(text, answer.Setup);
        if (answer.FileSize is { } size) Line(text, $"a=filesize:{size}");
    }

    private static void Connection(StringBuilder text, SdpSetup setup)
    {
        if (setup == SdpSetup.None) return;
        // peers compare the words as they stand, so lower case
        Line(text, $"a=setup:{setup switch { SdpSetup.Active => "active", SdpSetup.Passive => "passive", _ => "actpass" }}");
        Line(text, $"a=connection:new");
    }

    private static string Family(string address) => address.Contains(':', StringComparison.Ordinal) ? "IP6" : "IP4";

    private static void Line(StringBuilder text, FormattableString line) => text.Append(line.ToString(CultureInfo.InvariantCulture)).Append("\r\n");
}
