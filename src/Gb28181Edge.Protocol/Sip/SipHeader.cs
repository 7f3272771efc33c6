namespace Gb28181Edge.Protocol.Sip;

/// <summary>One header field with one value. RFC 3261 §7.3.</summary>
/// <param name="Name">Which field; <see cref="HeaderName.Other"/> is told apart by <paramref name="RawName"/>.</param>
/// <param name="RawName">The name as received, or the canonical one.</param>
/// <param name="Value">Unfolded and trimmed; holds no line end. Of a parsed message a view of the received bytes.</param>
internal readonly record struct SipHeader(HeaderName Name, ReadOnlyMemory<byte> RawName, ReadOnlyMemory<byte> Value)
{
    /// <summary>The value, one character a byte.</summary>
    public string Text => SipGrammar.Text(Value.Span);

    public override string ToString() => $"{SipGrammar.Text(RawName.Span)}: {Text}";
}
