using System.Text;

namespace Gb28181Edge.Protocol.Sip;

/// <summary>The header fields this agent reads or writes. RFC 3261 §20, RFC 6665 §8.2, GB/T 28181-2022 annex I.</summary>
internal enum HeaderName : byte
{
    /// <summary>Any field that has no name of its own here: carried, never interpreted.</summary>
    Other,
    Via, From, To, CallId, CSeq, Contact, MaxForwards, Route, RecordRoute,
    Expires, MinExpires, RetryAfter, Date, Timestamp,
    UserAgent, Server, Allow, AllowEvents, Accept, Supported, Require, Unsupported, ProxyRequire, Warning, Reason,
    ContentType, ContentLength, ContentEncoding, ContentDisposition,
    Authorization, WwwAuthenticate, ProxyAuthorization, ProxyAuthenticate, AuthenticationInfo,
    Subject, Event, SubscriptionState, ReferTo,
    /// <summary>The peer's edition of GB/T 28181: 2.0 is 2016, 3.0 is 2022. GB/T 28181-2022 annex I.</summary>
    XGbVer,
    /// <summary>Digest over the message body. GB/T 28181-2016 §8.3.</summary>
    Note,
}

/// <summary>Spelling of header fields: read in any case and in compact form, written in full. RFC 3261 §7.3.1, §7.3.3.</summary>
internal static class HeaderNames
{
    // In the enum's order, without Other: it is looked up by value.
    private static readonly (HeaderName Name, string Spelling)[] Table =
    [
        (HeaderName.Via, "Via"), (HeaderName.From, "From"), (HeaderName.To, "To"), (HeaderName.CallId, "Call-ID"),
        (HeaderName.CSeq, "CSeq"), (HeaderName.Contact, "Contact"), (HeaderName.MaxForwards, "Max-Forwards"),
        (HeaderName.Route, "Route"), (HeaderName.RecordRoute, "Record-Route"), (HeaderName.Expires, "Expires"),
        (HeaderName.MinExpires, "Min-Expires"), (HeaderName.RetryAfter, "Retry-After"), (HeaderName.Date, "Date"),
        (HeaderName.Timestamp, "Timestamp"), (HeaderName.UserAgent, "User-Agent"), (HeaderName.Server, "Server"),
        (HeaderName.Allow, "Allow"), (HeaderName.AllowEvents, "Allow-Events"), (HeaderName.Accept, "Accept"),
        (HeaderName.Supported, "Supported"), (HeaderName.Require, "Require"), (HeaderName.Unsupported, "Unsupported"),
        (HeaderName.ProxyRequire, "Proxy-Require"), (HeaderName.Warning, "Warning"), (HeaderName.Reason, "Reason"),
        (HeaderName.ContentType, "Content-Type"), (HeaderName.ContentLength, "Content-Length"),
        (HeaderName.ContentEncoding, "Content-Encoding"), (HeaderName.ContentDisposition, "Content-Disposition"),
        (HeaderName.Authorization, "Authorization"), (HeaderName.WwwAuthenticate, "WWW-Authenticate"),
        (HeaderName.ProxyAuthorization, "Proxy-Authorization"), (HeaderName.ProxyAuthenticate, "Proxy-Authenticate"),
        (HeaderName.AuthenticationInfo, "Authentication-Info"), (HeaderName.Subject, "Subject"), (HeaderName.Event, "Event"),
        (HeaderName.SubscriptionState, "Subscription-State"), (HeaderName.ReferTo, "Refer-To"), (HeaderName.XGbVer, "X-GB-Ver"),
        (HeaderName.Note, "Note"),
    ];

    private static readonly byte[][] Bytes = [.. Table.Select(row => Encoding.ASCII.GetBytes(row.Spelling))];

    /// <summary>How the field is written in full; <see cref="HeaderName.Other"/> has no spelling and is a bug to ask for.</summary>
    public static string Spelling(HeaderName name) =>
        name == HeaderName.Other ? throw new ArgumentOutOfRangeException(nameof(name), "an extension header brings its own name") : Table[(int)name - 1].Spelling;

    /// <summary><see cref="Spelling"/> as bytes.</summary>
    public static ReadOnlyMemory<byte> SpellingBytes(HeaderName name) =>
        name == HeaderName.Other ? throw new ArgumentOutOfRangeException(nameof(name), "an extension header brings its own name") : Bytes[(int)name - 1];

    /// <summary>Reads a name in any case, in full or compact. <see cref="HeaderName.Other"/> when it is none of ours.</summary>
    public static HeaderName Parse(ReadOnlySpan<byte> name)
    {
        if (name.Length == 1) return Compact((char)(name[0] | 0x20));
        foreach ((HeaderName candidate, string spelling) in Table)
        {
            if (spelling.Length == name.Length && Ascii.EqualsIgnoreCase(name, spelling)) return candidate;
        }
        return HeaderName.Other;
    }

    private static HeaderName Compact(char letter) => letter switch
    {
        'v' => HeaderName.Via,
        'f' => HeaderName.From,
        't' => HeaderName.To,
        'i' => HeaderName.CallId,
        'm' => HeaderName.Contact,
        'l' => HeaderName.ContentLength,
        'c' => HeaderName.ContentType,
        'e' => HeaderName.ContentEncoding,
        's' => HeaderName.Subject,
        'k' => HeaderName.Supported,
        'o' => HeaderName.Event,
        'u' => HeaderName.AllowEvents,
        'r' => HeaderName.ReferTo,
        _ => HeaderName.Other,
    };
}
