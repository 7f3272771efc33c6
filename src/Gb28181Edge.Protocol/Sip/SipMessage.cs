using System.Globalization;
using System.Text;

namespace Gb28181Edge.Protocol.Sip;

/// <summary>A request or a response: header fields in order and a body. RFC 3261 §7.</summary>
/// <remarks>
/// A parsed message views the bytes it was parsed from, so their owner leaves them alone while the message lives. Typed values are
/// read from the fields when first asked for. Not thread-safe.
/// </remarks>
internal abstract class SipMessage
{
    private readonly List<SipHeader> _headers = [];
    private string? _callId;
    private CSeq? _cseq;
    private NameAddr? _from, _to;
    private ViaHeader? _topVia;

    /// <summary>Method or status line, without its line end.</summary>
    public abstract string StartLine { get; }

    /// <summary>All fields in order; a list in one line of Via, Route, Record-Route or Contact appears as its single values.</summary>
    public IReadOnlyList<SipHeader> Headers => _headers;

    /// <summary>Empty when there is none. Content-Length is written from it.</summary>
    public ReadOnlyMemory<byte> Body { get; set; }

    /// <exception cref="InvalidOperationException">A message in the making that lacks it; the parser lets no such message through.</exception>
    public string CallId => _callId ??= Text(HeaderName.CallId) is { Length: > 0 } callId ? callId : throw Lacking(HeaderName.CallId);

    /// <inheritdoc cref="CallId"/>
    public CSeq CSeq => _cseq ??= Text(HeaderName.CSeq) is { } text && CSeq.TryParse(text, out CSeq cseq) ? cseq : throw Lacking(HeaderName.CSeq);

    /// <inheritdoc cref="CallId"/>
    public NameAddr From => _from ??= Address(HeaderName.From) ?? throw Lacking(HeaderName.From);

    /// <inheritdoc cref="CallId"/>
    public NameAddr To => _to ??= Address(HeaderName.To) ?? throw Lacking(HeaderName.To);

    /// <inheritdoc cref="CallId"/>
    public ViaHeader TopVia => _topVia ??= Text(HeaderName.Via) is { } text && ViaHeader.TryParse(text, out ViaHeader? via) ? via : throw Lacking(HeaderName.Via);

    /// <summary>The first Contact; null when absent, unreadable or <c>*</c>.</summary>
    public NameAddr? Contact => Address(HeaderName.Contact);

    /// <summary>Seconds; null when absent or no number. A number beyond 2^31−1 is that.</summary>
    public int? Expires => Seconds(HeaderName.Expires);

    /// <summary>As written, without parameters; null when absent or empty. Platforms write it in any case, or leave it out.</summary>
    public string? ContentType
    {
        get
        {
            string? text = Text(HeaderName.ContentType);
            int semicolon = text?.IndexOf(';', StringComparison.Ordinal) ?? -1;
            if (semicolon >= 0) text = text![..semicolon].TrimEnd();
            return string.IsNullOrEmpty(text) ? null : text;
        }
    }

    /// <summary>The first value of a field; null when absent.</summary>
    public string? Text(HeaderName name)
    {
        int index = IndexOf(name);
        return index < 0 ? null : _headers[index].Text;
    }

    /// <summary>Every value of a field, in order.</summary>
    public IEnumerable<string> Texts(HeaderName name)
    {
        foreach (SipHeader header in _headers)
        {
            if (header.Name == name) yield return header.Text;
        }
    }

    /// <summary>The first value of a field that has no name of its own here, its name in any case; null when absent.</summary>
    public string? Text(string name)
    {
        foreach (SipHeader header in _headers)
        {
            if (header.Name == HeaderName.Other && Ascii.EqualsIgnoreCase(header.RawName.Span, name)) return header.Text;
        }
        return null;
    }

    /// <summary>A field's value in seconds; null when absent or no number. A number beyond 2^31−1 is that.</summary>
    public int? Seconds(HeaderName name)
    {
        ReadOnlySpan<char> text = Text(name);
        int digits = text.IndexOfAnyExceptInRange('0', '9');
        if (digits < 0) digits = text.Length;
        if (digits == 0) return null;
        // Retry-After and Expires may carry a comment or parameters behind the number.
        return int.TryParse(text[..digits], NumberStyles.None, CultureInfo.InvariantCulture, out int seconds) ? seconds : int.MaxValue;
    }

    /// <summary>Adds a field behind the others.</summary>
    /// <exception cref="ArgumentException">The value holds a line end: a bug, for values from outside have none.</exception>
    public void Add(HeaderName name, string value)
    {
        Forget(name);
        _headers.Add(new SipHeader(name, HeaderNames.SpellingBytes(name), SipGrammar.Bytes(value.Trim())));
    }

    /// <summary>Adds a field by its spelling: one that has a name of its own here, or an extension.</summary>
    /// <exception cref="ArgumentException">The name is no token, or the value holds a line end.</exception>
    public void Add(string name, string value)
    {
        if (!SipGrammar.IsToken(name)) throw new ArgumentException("a header name is a token", nameof(name));
        byte[] raw = Encoding.ASCII.GetBytes(name);
        HeaderName known = HeaderNames.Parse(raw);
        if (known != HeaderName.Other) Add(known, value);
        else _headers.Add(new SipHeader(HeaderName.Other, raw, SipGrammar.Bytes(value.Trim())));
    }

    /// <summary>Puts one value in place of all there were, where the first of them stood.</summary>
    public void Set(HeaderName name, string value)
    {
        int index = IndexOf(name);
        if (index < 0) { Add(name, value); return; }
        Remove(name);
        _headers.Insert(index, new SipHeader(name, HeaderNames.SpellingBytes(name), SipGrammar.Bytes(value.Trim())));
    }

    /// <summary>Takes away every value of a field.</summary>
    public void Remove(HeaderName name)
    {
        Forget(name);
        _headers.RemoveAll(header => header.Name == name);
    }

    /// <summary>Puts a Via above the others.</summary>
    public void PushVia(ViaHeader via)
    {
        int index = Math.Max(IndexOf(HeaderName.Via), 0);
        Forget(HeaderName.Via);
        _headers.Insert(index, new SipHeader(HeaderName.Via, HeaderNames.SpellingBytes(HeaderName.Via), SipGrammar.Bytes(via.ToString())));
    }

    /// <summary>Changes the topmost Via: a server fills in <c>received</c> and <c>rport</c>. RFC 3581 §4.</summary>
    public void ReplaceTopVia(ViaHeader via)
    {
        int index = IndexOf(HeaderName.Via);
        if (index >= 0) _headers.RemoveAt(index);
        PushVia(via);
    }

    /// <summary>Adds a field as it stands: a parsed one, or one copied from another message.</summary>
    internal void Add(in SipHeader header)
    {
        Forget(header.Name);
        _headers.Add(header);
    }

    private NameAddr? Address(HeaderName name) =>
        Text(name) is { } text && NameAddr.TryParse(text, out NameAddr? address) ? address : null;

    private int IndexOf(HeaderName name)
    {
        for (int i = 0; i < _headers.Count; i++)
        {
            if (_headers[i].Name == name) return i;
        }
        return -1;
    }

    private void Forget(HeaderName name)
    {
        switch (name)
        {
            case HeaderName.CallId: _callId = null; break;
            case HeaderName.CSeq: _cseq = null; break;
            case HeaderName.From: _from = null; break;
            case HeaderName.To: _to = null; break;
            case HeaderName.Via: _topVia = null; break;
        }
    }

    private static InvalidOperationException Lacking(HeaderName name) => new($"the message has no readable {HeaderNames.Spelling(name)}");

    public override string ToString() => StartLine;
}

/// <summary>A request. RFC 3261 §7.1.</summary>
internal sealed class SipRequest(SipMethod method, string requestUri) : SipMessage
{
    public SipMethod Method { get; } = method;

    /// <summary>As written: digest authentication needs its exact spelling. What it points at matters little in GB/T 28181.</summary>
    public string RequestUri { get; } = requestUri;

    public override string StartLine => $"{Method} {RequestUri} SIP/2.0";
}

/// <summary>A response. RFC 3261 §7.2.</summary>
internal sealed class SipResponse(int statusCode, string reasonPhrase) : SipMessage
{
    /// <summary>100 … 699.</summary>
    public int StatusCode { get; } = statusCode;

    /// <summary>For a person; may be empty.</summary>
    public string ReasonPhrase { get; } = reasonPhrase;

    public bool IsProvisional => StatusCode < 200;
    public bool IsFinal => StatusCode >= 200;
    public bool IsSuccess => StatusCode is >= 200 and < 300;

    public override string StartLine => $"SIP/2.0 {StatusCode} {ReasonPhrase}";

    /// <summary>The answer to a request: its Vias, From, To, Call-ID and CSeq. RFC 3261 §8.2.6.</summary>
    /// <param name="request">What is answered.</param>
    /// <param name="statusCode">100 … 699.</param>
    /// <param name="toTag">Added to To when it has no tag yet; null adds none, which only 100 may do.</param>
    /// <param name="reasonPhrase">Null is the standard's phrase.</param>
    public static SipResponse For(SipRequest request, int statusCode, string? toTag = null, string? reasonPhrase = null)
    {
        var response = new SipResponse(statusCode, reasonPhrase ?? SipStatus.ReasonPhrase(statusCode));
        foreach (SipHeader header in request.Headers)
        {
            if (header.Name == HeaderName.Via) response.Add(header);
        }
        Copy(HeaderName.From);
        if (toTag is not null && request.To.Tag is null) response.Add(HeaderName.To, request.To.WithTag(toTag).ToString());
        else Copy(HeaderName.To);
        Copy(HeaderName.CallId);
        Copy(HeaderName.CSeq);
        return response;

        void Copy(HeaderName name)
        {
            foreach (SipHeader header in request.Headers)
            {
                if (header.Name != name) continue;
                response.Add(header);
                return;
            }
        }
    }
}
