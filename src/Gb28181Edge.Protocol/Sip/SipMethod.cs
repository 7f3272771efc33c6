namespace Gb28181Edge.Protocol.Sip;

/// <summary>A request's method, upper case. RFC 3261 §7.1. Peers write it in any case; compare with the constants here.</summary>
/// <param name="Name">Upper case token, never empty.</param>
internal readonly record struct SipMethod(string Name)
{
    public static readonly SipMethod Register = new("REGISTER");
    public static readonly SipMethod Invite = new("INVITE");
    public static readonly SipMethod Ack = new("ACK");
    public static readonly SipMethod Bye = new("BYE");
    public static readonly SipMethod Cancel = new("CANCEL");
    public static readonly SipMethod Options = new("OPTIONS");
    public static readonly SipMethod Message = new("MESSAGE");
    public static readonly SipMethod Info = new("INFO");
    public static readonly SipMethod Subscribe = new("SUBSCRIBE");
    public static readonly SipMethod Notify = new("NOTIFY");

    public override string ToString() => Name;
}
