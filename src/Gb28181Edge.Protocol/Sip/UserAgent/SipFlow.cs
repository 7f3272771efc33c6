using System.Net;

namespace Gb28181Edge.Protocol.Sip.UserAgent;

/// <summary>The way between us and a peer: transport, addresses, and for TCP the connection.</summary>
/// <param name="peer">The peer's number: keeps the peers' transactions and dialogs apart.</param>
/// <param name="transport">UDP or TCP.</param>
/// <param name="remote">Where to send; where it came from.</param>
/// <param name="sentBy">Our own address for Via and Contact.</param>
/// <param name="connection">The TCP connection's number; 0 when there is none yet, and for UDP.</param>
internal sealed class SipFlow(int peer, SipTransport transport, IPEndPoint remote, IPEndPoint sentBy, long connection = 0)
{
    public int Peer { get; } = peer;

    public SipTransport Transport { get; } = transport;

    public IPEndPoint Remote { get; } = remote;

    public IPEndPoint SentBy { get; } = sentBy;

    /// <summary>Changed by the endpoint when it has to connect anew.</summary>
    public long Connection { get; set; } = connection;

    /// <summary>The peer may REGISTER with us.</summary>
    public bool AcceptsRegister { get; init; }

    /// <summary>TCP needs no repeats. RFC 3261 §17.</summary>
    public bool IsReliable => Transport == SipTransport.Tcp;

    /// <summary>Our address as a URI for a user, without brackets.</summary>
    public string Contact(string user) => $"sip:{user}@{SentBy}{(IsReliable ? ";transport=tcp" : "")}";
}
