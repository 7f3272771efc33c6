using System.Net;
using Gb28181Edge.Protocol.Sip.UserAgent;

namespace Gb28181Edge.Sip;

/// <summary>Sees every SIP message that is sent or received; credentials are masked. Called by the endpoint's loop: returns at once.</summary>
internal interface ISipTrace
{
    /// <param name="wallClock">When.</param>
    /// <param name="sent">True: by us.</param>
    /// <param name="transport">How.</param>
    /// <param name="remote">The other side.</param>
    /// <param name="text">The whole message, one character a byte.</param>
    void Message(DateTimeOffset wallClock, bool sent, SipTransport transport, IPEndPoint remote, string text);
}
