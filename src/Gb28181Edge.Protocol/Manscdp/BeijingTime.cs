using System.Globalization;

namespace Gb28181Edge.Protocol.Manscdp;

/// <summary>The standard's dateTime: local Beijing time (UTC+8) without a zone, <c>2026-05-01T08:00:00</c>. GB/T 28181-2016 A.2.1.</summary>
internal static class BeijingTime
{
    public static readonly TimeSpan Offset = TimeSpan.FromHours(8);

    public static string Format(DateTimeOffset wallClock) =>
        wallClock.ToOffset(Offset).ToString("yyyy-MM-dd'T'HH:mm:ss", CultureInfo.InvariantCulture);

    /// <summary>Reads a peer's time: with a fraction, with a zone, or with a blank instead of T. Without a zone it is Beijing's.</summary>
    public static bool TryParse(string? text, out DateTimeOffset value)
    {
        value = default;
        if (string.IsNullOrWhiteSpace(text)) return false;
        if (!DateTimeOffset.TryParseExact(text.Trim(), Formats, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out DateTimeOffset read)) return false;
        bool zoned = HasZone(text);
        if (!zoned && read.UtcTicks < Offset.Ticks) return false;               // the first hours of the year 1
        value = zoned ? read : new DateTimeOffset(read.DateTime, Offset);
        return true;
    }

    private static bool HasZone(string text)
    {
        string time = text.Trim();
        return time.EndsWith('Z') || time.LastIndexOfAny(['+', '-']) > 10;      // the dashes of the date end at index 7
    }

    private static readonly string[] Formats =
    [
        "yyyy-MM-dd'T'HH:mm:ss", "yyyy-MM-dd'T'HH:mm:ss.FFFFFFF", "yyyy-MM-dd'T'HH:mm:ssK", "yyyy-MM-dd'T'HH:mm:ss.FFFFFFFK",
        "yyyy-MM-dd HH:mm:ss", "yyyy-MM-dd HH:mm:ss.FFFFFFF", "yyyy-MM-dd HH:mm:ssK", "yyyy-MM-dd HH:mm:ss.FFFFFFFK",
    ];
}
