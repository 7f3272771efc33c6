namespace Gb28181Edge.Protocol.Sip;

/// <summary>Why bytes are no usable SIP message.</summary>
internal enum SipFault
{
    None,
    /// <summary>Nothing but blanks and line ends: a keep-alive, to be ignored. RFC 5626 §3.5.1, and platforms' habits.</summary>
    Empty,
    /// <summary>Larger than <see cref="SipLimits.MessageBytes"/>.</summary>
    MessageTooLarge,
    /// <summary>The start line is neither a request's nor a status line.</summary>
    StartLine,
    /// <summary>A request of another version than SIP/2.0.</summary>
    Version,
    /// <summary>The Request-URI is longer than <see cref="SipLimits.UriBytes"/>.</summary>
    UriTooLong,
    /// <summary>The Request-URI is none.</summary>
    RequestUri,
    /// <summary>The empty line that ends the header is missing.</summary>
    HeadUnterminated,
    /// <summary>The header as a whole is longer than <see cref="SipLimits.HeadBytes"/>.</summary>
    HeadTooLarge,
    /// <summary>A line without a colon or with a name that is no token.</summary>
    HeaderLine,
    /// <summary>Longer than <see cref="SipLimits.HeaderLineBytes"/>.</summary>
    HeaderLineTooLong,
    /// <summary>More than <see cref="SipLimits.Headers"/>.</summary>
    TooManyHeaders,
    /// <summary>Via is missing or unreadable.</summary>
    Via,
    /// <summary>From is missing or unreadable.</summary>
    From,
    /// <summary>To is missing or unreadable.</summary>
    To,
    /// <summary>Call-ID is missing or empty.</summary>
    CallId,
    /// <summary>CSeq is missing or unreadable.</summary>
    CSeq,
    /// <summary>CSeq names another method than the request line.</summary>
    CSeqMethod,
    /// <summary>Content-Length is no number where framing depends on it.</summary>
    ContentLength,
}

/// <summary>What a fault means to the peer.</summary>
internal static class SipFaults
{
    /// <summary>The status to answer an unusable request with, when enough of it was readable to answer at all. RFC 3261 §21.4, §21.5.</summary>
    public static int ToStatusCode(this SipFault fault) => fault switch
    {
        SipFault.MessageTooLarge => SipStatus.MessageTooLarge,
        SipFault.Version => SipStatus.VersionNotSupported,
        SipFault.UriTooLong => SipStatus.RequestUriTooLong,
        _ => SipStatus.BadRequest,
    };
}
