using System.Globalization;

namespace Gb28181Edge.Protocol.Sdp;

/// <summary>The value of <c>y=</c>: ten decimal digits, D1 live or history, D2 … D6 domain, D7 … D10 serial; as a number it is the RTP SSRC. GB/T 28181-2016 annex F, GB/T 28181-2022 annex G.</summary>
/// <param name="Value">The RTP SSRC.</param>
internal readonly record struct SdpSsrc(uint Value)
{
    /// <summary>The ten digits.</summary>
    public override string ToString() => Value.ToString("D10", CultureInfo.InvariantCulture);

    /// <summary>Reads what a platform wrote: leading zeros may be lost; any domain and any first digit is taken.</summary>
    /// <returns>False when it is absent, not a number, zero, or more than 32 bits: the device then makes its own.</returns>
    public static bool TryParse(ReadOnlySpan<char> text, out SdpSsrc ssrc)
    {
        bool ok = uint.TryParse(text.Trim(), NumberStyles.None, CultureInfo.InvariantCulture, out uint value) && value != 0;
        ssrc = new SdpSsrc(ok ? value : 0);
        return ok;
    }

    /// <summary>Makes one for a domain.</summary>
    /// <param name="history">Playback and Download; false is live.</param>
    /// <param name="domainId">The platform's 20 digits (at least 8); digits 4 … 8 are used, others count as 0.</param>
    /// <param name="serial">0 … 9999, unique within the domain; only the last four digits are used.</param>
    public static SdpSsrc Create(bool history, string domainId, int serial)
    {
        uint domain = 0;
        for (int i = 3; i < 8; i++)
            domain = (domain * 10) + (i < domainId.Length && char.IsAsciiDigit(domainId[i]) ? (uint)(domainId[i] - '0') : 0u);
        uint value = (history ? 1_000_000_000u : 0u) + (domain * 10_000u) + ((uint)serial % 10_000u);
        return new SdpSsrc(value == 0 ? 1 : value);             // all zero means "none" to a peer
    }
}
