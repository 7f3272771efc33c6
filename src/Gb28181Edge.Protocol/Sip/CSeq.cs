using System.Globalization;

namespace Gb28181Edge.Protocol.Sip;

/// <summary>The CSeq field: orders requests of a dialog and names the method a response answers. RFC 3261 §20.16.</summary>
/// <param name="Number">0 … 2^32−1 is accepted; what we write stays below 2^31.</param>
/// <param name="Method">The request's method.</param>
internal readonly record struct CSeq(uint Number, SipMethod Method)
{
    /// <summary>Reads it; the blank between the two may be missing, as in the samples of GB/T 28181-2016 annex J.</summary>
    public static bool TryParse(ReadOnlySpan<char> text, out CSeq cseq)
    {
        cseq = default;
        text = SipGrammar.Trim(text);
        int digits = text.IndexOfAnyExceptInRange('0', '9');
        if (digits <= 0 || !uint.TryParse(text[..digits], NumberStyles.None, CultureInfo.InvariantCulture, out uint number)) return false;
        if (!SipMethod.TryParse(SipGrammar.Trim(text[digits..]), out SipMethod method)) return false;
        cseq = new CSeq(number, method);
        return true;
    }

    public override string ToString() => $"{Number} {Method}";
}
