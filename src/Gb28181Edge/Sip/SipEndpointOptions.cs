using System.Net;
using System.Net.Sockets;
using Gb28181Edge.Protocol.Sip;
using Gb28181Edge.Protocol.Sip.Transactions;

namespace Gb28181Edge.Sip;

/// <summary>Where an endpoint listens and what it takes.</summary>
internal sealed record SipEndpointOptions
{
    /// <summary>What both sockets bind to.</summary>
    public IPAddress Address { get; init; } = IPAddress.Any;

    /// <summary>0 … 65535; 0 is any free port, the same for UDP and TCP.</summary>
    public int Port { get; init; } = 5060;

    public string UserAgent { get; init; } = "Gb28181Edge";

    public SipTimers Timers { get; init; } = SipTimers.Default;

    public SipLimits Limits { get; init; } = SipLimits.Default;

    /// <summary>TCP connections at once, ours and the peers'.</summary>
    public int MaxConnections { get; init; } = 64;

    /// <summary>Finds the addresses of a peer's name; throws <see cref="SocketException"/> when there are none.</summary>
    public Func<string, AddressFamily, CancellationToken, Task<IPAddress[]>> Resolve { get; init; } = Dns.GetHostAddressesAsync;
}
