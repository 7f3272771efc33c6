using System.Net;
using Gb28181Edge.Protocol.Sdp;
using Gb28181Edge.Protocol.Sip;
using Gb28181Edge.Streaming;

namespace Gb28181Edge.Gb28181;

/// <summary>What an INVITE for a live picture asks for. GB/T 28181-2016 §9.2, annexes F and L; GB/T 28181-2022 §9.2, annexes D and G.</summary>
internal sealed record LiveOffer
{
    /// <summary>PS over RTP, the one payload that is served. GB/T 28181-2016 annex C.</summary>
    public const int PayloadType = 96;

    public required SessionDescription Description { get; init; }

    /// <summary>The medium that is served.</summary>
    public required MediaDescription Media { get; init; }

    public required MediaTransport Transport { get; init; }

    /// <summary>Where media goes: an address, or a name to be resolved.</summary>
    public required string Host { get; init; }

    /// <summary>1 … 65535.</summary>
    public required int Port { get; init; }

    /// <summary>Of a multicast group; null for unicast.</summary>
    public int? Ttl { get; init; }

    /// <summary>The role that we take on TCP: the opposite of the offer's.</summary>
    public SdpSetup Setup => Transport switch
    {
        MediaTransport.TcpActive => SdpSetup.Active,
        MediaTransport.TcpPassive => SdpSetup.Passive,
        _ => SdpSetup.None,
    };

    /// <summary>Reads the offer of an INVITE.</summary>
    /// <param name="invite">With its SDP, whatever it calls its content.</param>
    /// <param name="source">Where the INVITE came from: media goes there when the offer names no address at all.</param>
    /// <returns>Null when it cannot be served: 488.</returns>
    public static LiveOffer? Read(SipRequest invite, IPEndPoint source)
    {
        if (!SdpParser.TryParse(invite.Body.Span, out SessionDescription? description, out _) || !IsLive(description!)) return null;
        if (description!.Find("video") is not { Port: > 0 } media || !OffersPs(media)) return null;
        SdpConnection connection = description.ConnectionOf(media) ?? new SdpConnection(source.Address.ToString());
        MediaTransport transport = !media.IsTcp ? MediaTransport.Udp
            // The offer's role is the platform's own. Without one, and with actpass, the device connects.
            : description.SetupOf(media) == SdpSetup.Active ? MediaTransport.TcpPassive
            : MediaTransport.TcpActive;
        bool isAddress = IPAddress.TryParse(connection.Address, out IPAddress? address);
        if (!isAddress && !IsName(connection.Address)) return null;
        bool isMulticast = isAddress && IsMulticast(address!);
        if (isMulticast && transport != MediaTransport.Udp) return null;
        bool isNowhere = isAddress && (address!.Equals(IPAddress.Any) || address.Equals(IPAddress.IPv6Any));
        if (isNowhere && transport != MediaTransport.TcpPassive) return null;
        return new LiveOffer
        {
            Description = description,
            Media = media,
            Transport = transport,
            Host = connection.Address,
            Port = media.Port,
            Ttl = isMulticast ? connection.Ttl ?? 1 : null,                      // RFC 4566 §5.7 wants one; 1 stays on the link
        };
    }

    /// <summary>A new INVITE of the same call asks for what it has already.</summary>
    public bool IsSameMedia(LiveOffer other) =>
        Transport == other.Transport && Host == other.Host && Port == other.Port
        && (other.Description.Ssrc is null || other.Description.Ssrc == Description.Ssrc);

    private static bool IsLive(SessionDescription description)
    {
        if (description.IsSession("Play")) return true;
        if (description.IsSession("Playback") || description.IsSession("Download") || description.IsSession("Talk")) return false;
        return description is { Start: 0, Stop: 0 };                             // some platforms put another word there
    }

    private static bool OffersPs(MediaDescription media)
    {
        if (!media.PayloadTypes.Contains(PayloadType)) return false;
        // DAHUA/90000 or HIKVISION/90000 under 96 is a private stream that no conforming sender has.
        return media.Encoding(PayloadType) is not { } encoding || encoding.StartsWith("PS", StringComparison.OrdinalIgnoreCase);
    }

    // The resolver throws at what is too long to be a name, and takes an empty one for this host.
    private static bool IsName(string host) => host.Length is > 0 and < 254 && Uri.CheckHostName(host) == UriHostNameType.Dns;

    private static bool IsMulticast(IPAddress address) =>
        address.IsIPv6Multicast || (address.GetAddressBytes() is [>= 224 and <= 239, _, _, _]);
}
