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

    /// <summary>The longest method name taken from a peer, in characters. No registered method has more than nine.</summary>
    public const int MaxLength = 32;

    private static readonly SipMethod[] Known = [Message, Invite, Ack, Bye, Register, Info, Cancel, Options, Subscribe, Notify];

    /// <summary>Reads a method in any case. False when it is no token or longer than <see cref="MaxLength"/>.</summary>
    public static bool TryParse(ReadOnlySpan<char> text, out SipMethod method)
    {
        foreach (SipMethod known in Known)
        {
            if (!text.Equals(known.Name, StringComparison.OrdinalIgnoreCase)) continue;
            method = known;
            return true;
        }
        method = default;
        if (text.Length > MaxLength || !SipGrammar.IsToken(text)) return false;
        method = new SipMethod(text.ToString().ToUpperInvariant());
        return true;
    }

    public override string ToString() => Name;
}
