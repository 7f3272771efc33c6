using System.Text;

namespace Gb28181Edge.Protocol.Sip;

/// <summary>Reads one datagram, or one framed message of a stream. RFC 3261 §7, §18.3.</summary>
/// <remarks>Lenient, since platforms are: the tolerated habits stand beside the code that tolerates them. Never throws on input.</remarks>
internal static class SipParser
{
    private const int CharsOnStack = 512;

    /// <summary>Reads a message that views <paramref name="datagram"/>.</summary>
    /// <param name="datagram">Handed over: nobody changes the bytes while the message lives.</param>
    /// <param name="limits">Bounds.</param>
    /// <param name="message">
    /// The message. With a fault it is null, or the part of a request that suffices to answer it with
    /// <see cref="SipFaults.ToStatusCode"/>: Via, From, To, Call-ID and CSeq are readable then.
    /// </param>
    /// <param name="fault">Why it is unusable.</param>
    public static bool TryParse(ReadOnlyMemory<byte> datagram, SipLimits limits, out SipMessage? message, out SipFault fault)
    {
        message = null;
        ReadOnlySpan<byte> bytes = datagram.Span;
        int start = bytes.IndexOfAnyExcept(" \t\r\n\0"u8);
        if (start < 0) { fault = SipFault.Empty; return false; }
        fault = datagram.Length > limits.MessageBytes ? SipFault.MessageTooLarge : SipFault.None;
        int position = start;
        if (!TryStartLine(bytes, limits, ref position, out message, ref fault)) return false;
        TryHeaders(datagram, limits, ref position, message!, ref fault, out int contentLength);
        SipFault mandatory = Mandatory(message!);
        if (mandatory != SipFault.None)
        {
            message = null;
            if (fault == SipFault.None) fault = mandatory;
            return false;
        }
        if (fault == SipFault.None && message is SipRequest request && request.CSeq.Method != request.Method) fault = SipFault.CSeqMethod;
        if (fault != SipFault.None)
        {
            if (message is SipResponse) message = null;
            return false;
        }
        message!.Body = Body(datagram[position..], contentLength);
        return true;
    }

    // A body may be preceded by one blank line too many. A Content-Length that is missing or too large means: all there is.
    private static ReadOnlyMemory<byte> Body(ReadOnlyMemory<byte> rest, int contentLength)
    {
        ReadOnlyMemory<byte> body = rest.TrimStart("\r\n"u8);
        return contentLength >= 0 && contentLength < body.Length ? body[..contentLength] : body;
    }

    private static bool TryStartLine(ReadOnlySpan<byte> bytes, SipLimits limits, ref int position, out SipMessage? message, ref SipFault fault)
    {
        // Method SP Request-URI SP SIP-Version, or SIP-Version SP Status-Code SP Reason-Phrase
        message = null;
        ReadOnlySpan<byte> line = bytes[position..];
        int end = line.IndexOf((byte)'\n');
        if (end < 0) { fault = SipFault.HeadUnterminated; return false; }
        position += end + 1;
        line = line[..end].Trim(" \t\r"u8);
        if (line.Length > limits.HeaderLineBytes) { fault = SipFault.HeaderLineTooLong; return false; }
        int blank = line.IndexOfAny((byte)' ', (byte)'\t');
        if (blank <= 0) { fault = SipFault.StartLine; return false; }
        ReadOnlySpan<byte> first = line[..blank];
        line = line[blank..].TrimStart(" \t"u8);
        if (first.Length >= 4 && Ascii.EqualsIgnoreCase(first[..4], "SIP/"u8)) return TryStatusLine(first, line, out message, ref fault);

        Span<char> method = stackalloc char[SipMethod.MaxLength];
        if (first.Length > method.Length || line.IsEmpty) { fault = SipFault.StartLine; return false; }
        Encoding.Latin1.GetChars(first, method);
        if (!SipMethod.TryParse(method[..first.Length], out SipMethod parsed)) { fault = SipFault.StartLine; return false; }
        blank = line.LastIndexOfAny((byte)' ', (byte)'\t');
        ReadOnlySpan<byte> version = blank < 0 ? default : line[(blank + 1)..];
        ReadOnlySpan<byte> uri = (blank < 0 ? line : line[..blank]).TrimEnd(" \t"u8);
        if (version.Length < 4 || !Ascii.EqualsIgnoreCase(version[..4], "SIP/"u8)) { fault = SipFault.StartLine; return false; }
        if (!Ascii.EqualsIgnoreCase(version, "SIP/2.0"u8)) Note(ref fault, SipFault.Version);
        if (uri.Length > limits.UriBytes)
        {
            Note(ref fault, SipFault.UriTooLong);
            uri = default;
        }
        // <sip:…> is seen in place of the bare URI.
        string requestUri = SipGrammar.Text(uri.Trim("<>"u8));
        if (!SipUri.IsValid(requestUri)) Note(ref fault, SipFault.RequestUri);
        message = new SipRequest(parsed, requestUri);
        return true;
    }

    private static bool TryStatusLine(ReadOnlySpan<byte> version, ReadOnlySpan<byte> rest, out SipMessage? message, ref SipFault fault)
    {
        message = null;
        if (!Ascii.EqualsIgnoreCase(version, "SIP/2.0"u8)) { fault = SipFault.Version; return false; }
        if (rest.Length < 3 || rest[0] is < (byte)'1' or > (byte)'6' || !IsDigit(rest[1]) || !IsDigit(rest[2])) { fault = SipFault.StartLine; return false; }
        int code = (rest[0] - '0') * 100 + (rest[1] - '0') * 10 + (rest[2] - '0');
        rest = rest[3..];
        if (!rest.IsEmpty && rest[0] is not ((byte)' ' or (byte)'\t')) { fault = SipFault.StartLine; return false; }
        message = new SipResponse(code, SipGrammar.Text(rest.Trim(" \t"u8)));
        return true;
    }

    private static bool IsDigit(byte value) => value is >= (byte)'0' and <= (byte)'9';

    // The first fault stays; what follows is read on, so that the request can be answered.
    private static void Note(ref SipFault fault, SipFault found)
    {
        if (fault == SipFault.None) fault = found;
    }

    private static void TryHeaders(ReadOnlyMemory<byte> datagram, SipLimits limits, ref int position, SipMessage message, ref SipFault fault, out int contentLength)
    {
        contentLength = -1;
        while (true)
        {
            if (!TryLine(datagram.Span, ref position, out int start, out int length, out bool folded))
            {
                Note(ref fault, SipFault.HeadUnterminated);
                return;
            }
            if (position > limits.HeadBytes)
            {
                Note(ref fault, SipFault.HeadTooLarge);
                return;
            }
            if (length == 0) return;
            if (length > limits.HeaderLineBytes)
            {
                Note(ref fault, SipFault.HeaderLineTooLong);
                continue;
            }
            ReadOnlyMemory<byte> line = datagram.Slice(start, length);
            if (!TryHeader(line, folded, limits, message, ref contentLength, out SipFault found)) Note(ref fault, found);
            if (message.Headers.Count > limits.Headers) return;
        }
    }

    // One logical line: continuation lines begin with a blank or tab. Lines may end in LF alone. RFC 3261 §7.3.1.
    private static bool TryLine(ReadOnlySpan<byte> bytes, ref int position, out int start, out int length, out bool folded)
    {
        start = position;
        length = 0;
        folded = false;
        while (true)
        {
            int end = bytes[position..].IndexOf((byte)'\n');
            if (end < 0) return false;
            int lineStart = position;
            position += end + 1;
            int lineEnd = lineStart + end;
            while (lineEnd > lineStart && bytes[lineEnd - 1] == '\r') lineEnd--;
            if (lineStart == start && lineEnd == lineStart) return true;
            length = lineEnd - start;
            // A "blank line" of blanks only is a fold of nothing, as RFC 3261 has it.
            if (position >= bytes.Length || bytes[position] is not ((byte)' ' or (byte)'\t')) return true;
            folded = true;
        }
    }

    private static bool TryHeader(ReadOnlyMemory<byte> line, bool folded, SipLimits limits, SipMessage message, ref int contentLength, out SipFault fault)
    {
        // field-name HCOLON field-value
        fault = SipFault.HeaderLine;
        int colon = line.Span.IndexOf((byte)':');
        if (colon <= 0) return false;
        ReadOnlyMemory<byte> name = line[..colon].TrimEnd(" \t"u8);
        if (!IsToken(name.Span)) return false;
        ReadOnlyMemory<byte> value = SipGrammar.Trim(line[(colon + 1)..]);
        if (folded || value.Span.ContainsAny((byte)'\r', (byte)'\n', (byte)'\0')) value = Unfold(value.Span);
        HeaderName known = HeaderNames.Parse(name.Span);
        if (known == HeaderName.ContentLength && contentLength < 0 && !TryNumber(value.Span, out contentLength)) contentLength = -1;
        if (known is HeaderName.Via or HeaderName.Route or HeaderName.RecordRoute or HeaderName.Contact) return TrySplit(known, name, value, limits, message, out fault);
        return TryAdd(new SipHeader(known, name, value), limits, message, out fault);
    }

    private static bool TrySplit(HeaderName known, ReadOnlyMemory<byte> name, ReadOnlyMemory<byte> value, SipLimits limits, SipMessage message, out SipFault fault)
    {
        if (!value.Span.Contains((byte)',')) return TryAdd(new SipHeader(known, name, value), limits, message, out fault);
        string text = SipGrammar.Text(value.Span);
        int start = 0;
        while (true)
        {
            int comma = SipGrammar.IndexOfTop(text, ',', start, uris: true);
            ReadOnlyMemory<byte> piece = SipGrammar.Trim(comma < 0 ? value[start..] : value[start..comma]);
            fault = SipFault.None;
            if (!piece.IsEmpty && !TryAdd(new SipHeader(known, name, piece), limits, message, out fault)) return false;
            if (comma < 0) return true;
            start = comma + 1;
        }
    }

    private static bool TryAdd(in SipHeader header, SipLimits limits, SipMessage message, out SipFault fault)
    {
        fault = SipFault.TooManyHeaders;
        message.Add(header);
        if (message.Headers.Count > limits.Headers) return false;
        fault = SipFault.None;
        return true;
    }

    // Line ends and the blanks around them become one blank; a stray CR or NUL likewise.
    private static byte[] Unfold(ReadOnlySpan<byte> value)
    {
        byte[] plain = new byte[value.Length];
        int length = 0;
        bool inFold = false;
        foreach (byte b in value)
        {
            if (b is (byte)'\r' or (byte)'\n' or (byte)'\0')
            {
                while (length > 0 && plain[length - 1] is (byte)' ' or (byte)'\t') length--;
                inFold = true;
            }
            else if (!inFold || b is not ((byte)' ' or (byte)'\t'))
            {
                if (inFold) plain[length++] = (byte)' ';
                inFold = false;
                plain[length++] = b;
            }
        }
        return plain.AsSpan(0, length).Trim(" \t"u8).ToArray();
    }

    private static bool IsToken(ReadOnlySpan<byte> name)
    {
        if (name.IsEmpty || name.Length > 128) return false;
        Span<char> chars = stackalloc char[name.Length];
        Encoding.Latin1.GetChars(name, chars);
        return SipGrammar.IsToken(chars);
    }

    /// <summary>Digits only; a number beyond 2^31−1 is that.</summary>
    internal static bool TryNumber(ReadOnlySpan<byte> text, out int number)
    {
        number = 0;
        if (text.IsEmpty) return false;
        foreach (byte digit in text)
        {
            if (!IsDigit(digit)) return false;
            number = number > (int.MaxValue - 9) / 10 ? int.MaxValue : number * 10 + (digit - '0');
        }
        return true;
    }

    // Tags may be missing (RFC 2543 peers, and platforms that forget them); the fields themselves may not.
    private static SipFault Mandatory(SipMessage message)
    {
        bool via = false, from = false, to = false, callId = false, cseq = false;
        SipFault unreadable = SipFault.None;
        foreach (SipHeader header in message.Headers)
        {
            switch (header.Name)
            {
                case HeaderName.Via when !via: Check(ref via, SipFault.Via, header); break;
                case HeaderName.From when !from: Check(ref from, SipFault.From, header); break;
                case HeaderName.To when !to: Check(ref to, SipFault.To, header); break;
                case HeaderName.CSeq when !cseq: Check(ref cseq, SipFault.CSeq, header); break;
                case HeaderName.CallId when !callId: Check(ref callId, SipFault.CallId, header); break;
            }
        }
        if (unreadable != SipFault.None) return unreadable;
        return !via ? SipFault.Via : !from ? SipFault.From : !to ? SipFault.To : !callId ? SipFault.CallId : !cseq ? SipFault.CSeq : SipFault.None;

        void Check(ref bool seen, SipFault fault, in SipHeader header)
        {
            seen = true;
            if (!IsReadable(header)) Note(ref unreadable, fault);
        }
    }

    private static bool IsReadable(in SipHeader header)
    {
        ReadOnlySpan<byte> value = header.Value.Span;
        Span<char> chars = value.Length <= CharsOnStack ? stackalloc char[CharsOnStack] : new char[value.Length];
        chars = chars[..Encoding.Latin1.GetChars(value, chars)];
        return header.Name switch
        {
            HeaderName.Via => ViaHeader.IsValid(chars),
            HeaderName.From or HeaderName.To => NameAddr.IsValid(chars),
            HeaderName.CSeq => Sip.CSeq.TryParse(chars, out _),
            _ => !chars.IsEmpty,
        };
    }
}
