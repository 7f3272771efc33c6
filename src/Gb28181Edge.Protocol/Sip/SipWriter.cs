using System.Buffers;
using System.Globalization;
using System.Text;

namespace Gb28181Edge.Protocol.Sip;

/// <summary>Writes a message strictly: full names, one value a line, CRLF, Content-Length always and last. RFC 3261 §7.</summary>
internal static class SipWriter
{
    /// <summary>The message as bytes.</summary>
    public static byte[] ToBytes(SipMessage message)
    {
        byte[] bytes = new byte[Size(message)];
        Write(message, bytes);
        return bytes;
    }

    /// <summary>Writes into a pipe or a pooled buffer; returns the number of bytes.</summary>
    public static int Write(SipMessage message, IBufferWriter<byte> destination)
    {
        int size = Size(message);
        Write(message, destination.GetSpan(size));
        destination.Advance(size);
        return size;
    }

    /// <summary>Writes into the caller's buffer of at least <see cref="Size"/> bytes; returns the number of bytes.</summary>
    public static int Write(SipMessage message, Span<byte> destination)
    {
        var writer = new Cursor(destination);
        writer.Text(message.StartLine);
        writer.Bytes("\r\n"u8);
        foreach (SipHeader header in message.Headers)
        {
            if (header.Name == HeaderName.ContentLength) continue;
            writer.Bytes(NameOf(header).Span);
            writer.Bytes(": "u8);
            writer.Bytes(header.Value.Span);
            writer.Bytes("\r\n"u8);
        }
        writer.Bytes("Content-Length: "u8);
        writer.Number(message.Body.Length);
        writer.Bytes("\r\n\r\n"u8);
        writer.Bytes(message.Body.Span);
        return writer.Position;
    }

    /// <summary>The bytes that <see cref="Write(SipMessage, Span{byte})"/> needs.</summary>
    public static int Size(SipMessage message)
    {
        int size = message.StartLine.Length + 2;
        foreach (SipHeader header in message.Headers)
        {
            if (header.Name != HeaderName.ContentLength) size += NameOf(header).Length + 2 + header.Value.Length + 2;
        }
        return size + "Content-Length: \r\n\r\n".Length + Digits(message.Body.Length) + message.Body.Length;
    }

    /// <summary>The message for a trace, one character a byte, with everything that helps to guess a password masked.</summary>
    public static string ToMaskedText(SipMessage message)
    {
        var text = new StringBuilder(Size(message)).Append(message.StartLine).Append("\r\n");
        foreach (SipHeader header in message.Headers)
        {
            if (header.Name == HeaderName.ContentLength) continue;
            text.Append(SipGrammar.Text(NameOf(header).Span)).Append(": ");
            text.Append(IsSecret(header.Name) ? Masked(header.Text) : header.Text).Append("\r\n");
        }
        text.Append(CultureInfo.InvariantCulture, $"Content-Length: {message.Body.Length}\r\n\r\n");
        return text.Append(SipGrammar.Text(message.Body.Span)).ToString();
    }

    private static ReadOnlyMemory<byte> NameOf(in SipHeader header) =>
        header.Name == HeaderName.Other ? header.RawName : HeaderNames.SpellingBytes(header.Name);

    private static bool IsSecret(HeaderName name) => name is HeaderName.Authorization or HeaderName.ProxyAuthorization
        or HeaderName.WwwAuthenticate or HeaderName.ProxyAuthenticate or HeaderName.AuthenticationInfo;

    // Scheme and the parameters that only describe are kept; of the others, and of anything that is no parameter, the name alone.
    private static string Masked(string value)
    {
        int blank = value.AsSpan().IndexOfAny(' ', '\t');
        ReadOnlySpan<char> scheme = blank < 0 ? value : value.AsSpan(0, blank);
        if (!SipGrammar.IsToken(scheme)) return "***";
        var text = new StringBuilder().Append(scheme);
        if (blank < 0) return text.ToString();
        ReadOnlySpan<char> rest = value.AsSpan(blank);
        string separator = " ";
        while (!rest.IsEmpty)
        {
            int comma = SipGrammar.IndexOfTop(rest, ',');
            ReadOnlySpan<char> parameter = SipGrammar.Trim(comma < 0 ? rest : rest[..comma]);
            rest = comma < 0 ? default : rest[(comma + 1)..];
            int equals = parameter.IndexOf('=');
            ReadOnlySpan<char> name = equals < 0 ? default : SipGrammar.Trim(parameter[..equals]);
            text.Append(separator).Append(IsHarmless(name) ? parameter : equals < 0 ? "***" : $"{name}=***");
            separator = ",";
        }
        return text.ToString();
    }

    private static bool IsHarmless(ReadOnlySpan<char> name)
    {
        foreach (string harmless in (ReadOnlySpan<string>)["realm", "algorithm", "qop", "stale", "uri", "username", "nc"])
        {
            if (name.Equals(harmless, StringComparison.OrdinalIgnoreCase)) return true;
        }
        return false;
    }

    private static int Digits(int number)
    {
        int digits = 1;
        while ((number /= 10) > 0) digits++;
        return digits;
    }

    private ref struct Cursor(Span<byte> destination)
    {
        private readonly Span<byte> _destination = destination;

        public int Position { get; private set; }

        public void Bytes(ReadOnlySpan<byte> bytes)
        {
            bytes.CopyTo(_destination[Position..]);
            Position += bytes.Length;
        }

        // What is no Latin-1 cannot be in a start line of ours; it would come out as a question mark and the length stays right.
        public void Text(string text) => Position += Encoding.Latin1.GetBytes(text, _destination[Position..]);

        public void Number(int number)
        {
            number.TryFormat(_destination[Position..], out int written, provider: CultureInfo.InvariantCulture);
            Position += written;
        }
    }
}
