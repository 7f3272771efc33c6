namespace Gb28181Edge.Protocol.Sip.UserAgent;

/// <summary>How SIP travels. GB/T 28181-2016 §4.3.2: a device supports both.</summary>
internal enum SipTransport
{
    Udp,
    Tcp,
}
