using System.Net;
using Gb28181Edge.Protocol.Manscdp;
using Gb28181Edge.Protocol.Sip.UserAgent;

namespace Gb28181Edge.Bench;

/// <summary>What the bench platform saw a device do.</summary>
internal abstract record BenchEvent
{
    /// <summary>REGISTER without an answer to a challenge; 401 was sent.</summary>
    internal sealed record Challenged(string DeviceId, bool IsStale) : BenchEvent;

    /// <summary>REGISTER was refused with this status.</summary>
    internal sealed record Refused(string DeviceId, int StatusCode, string Reason) : BenchEvent;

    /// <summary>REGISTER was accepted.</summary>
    /// <param name="DeviceId">Who.</param>
    /// <param name="Source">Where it came from.</param>
    /// <param name="Transport">How.</param>
    /// <param name="Expires">Seconds granted.</param>
    /// <param name="IsRefresh">The device was registered already.</param>
    internal sealed record Registered(string DeviceId, IPEndPoint Source, SipTransport Transport, int Expires, bool IsRefresh) : BenchEvent;

    /// <summary>REGISTER with Expires 0 was accepted.</summary>
    internal sealed record Unregistered(string DeviceId) : BenchEvent;

    internal sealed record Keepalive(ManscdpMessage Content) : BenchEvent;

    internal sealed record Alarm(ManscdpMessage Content) : BenchEvent;

    /// <summary>A NOTIFY of a subscription, with a body.</summary>
    internal sealed record Notified(ManscdpMessage Content) : BenchEvent;

    /// <summary>Any other MANSCDP message, answers to our own queries included.</summary>
    internal sealed record Message(ManscdpMessage Content) : BenchEvent;

    /// <summary>A request with which the platform could do nothing.</summary>
    internal sealed record NotUnderstood(string Method, int StatusCode) : BenchEvent;
}
