using System.Globalization;

namespace Gb28181Edge.Protocol.Sip;

/// <summary>The Date of a platform's 200 to REGISTER. GB/T 28181-2016 §9.10.3, GB/T 28181-2022 §9.10.3.</summary>
/// <remarks>
/// The standard writes <c>2010-11-02T15:01:26.115</c> without a zone, and its standard time is Beijing's (§9.10.1): UTC+8. Seen as well:
/// no milliseconds, a blank for the T, a zone, and RFC 3261 §20.17's own <c>Tue, 02 Nov 2010 07:01:26 GMT</c>.
/// </remarks>
internal static class PlatformDate
{
    private static readonly TimeSpan Beijing = TimeSpan.FromHours(8);

    private static readonly string[] Local = ["yyyy-MM-dd'T'HH:mm:ss.FFFFFFF", "yyyy-MM-dd HH:mm:ss.FFFFFFF"];
    private static readonly string[] Zoned = ["yyyy-MM-dd'T'HH:mm:ss.FFFFFFFzzz", "yyyy-MM-dd HH:mm:ss.FFFFFFFzzz"];
    private static readonly string[] Utc = ["yyyy-MM-dd'T'HH:mm:ss.FFFFFFF'Z'", "yyyy-MM-dd HH:mm:ss.FFFFFFF'Z'", "ddd, dd MMM yyyy HH:mm:ss 'GMT'", "ddd, d MMM yyyy HH:mm:ss 'GMT'"];

    /// <summary>Reads it; null when it is absent, no date, or a year outside 2020 … 2099, which is a clock that was never set.</summary>
    public static DateTimeOffset? Parse(string? text)
    {
        if (text is null) return null;
        text = text.Trim();
        DateTimeOffset? date = ParseAny(text);
        return date is { Year: >= 2020 and <= 2099 } ? date : null;
    }

    private static DateTimeOffset? ParseAny(string text)
    {
        if (DateTime.TryParseExact(text, Local, CultureInfo.InvariantCulture, DateTimeStyles.None, out DateTime local))
            return local.Year < 2 ? null : new DateTimeOffset(DateTime.SpecifyKind(local, DateTimeKind.Unspecified), Beijing);
        if (DateTimeOffset.TryParseExact(text, Zoned, CultureInfo.InvariantCulture, DateTimeStyles.None, out DateTimeOffset zoned)) return zoned;
        if (DateTimeOffset.TryParseExact(text, Utc, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out DateTimeOffset utc)) return utc;
        return null;
    }
}
