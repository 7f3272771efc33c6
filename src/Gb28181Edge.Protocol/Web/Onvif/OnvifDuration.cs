using System.Globalization;
using System.Xml;

namespace Gb28181Edge.Protocol.Web.Onvif;

/// <summary>A duration such as <c>PT10S</c>. XML Schema part 2 §3.2.6.</summary>
internal static class OnvifDuration
{
    private static readonly TimeSpan Longest = TimeSpan.FromDays(1);

    /// <summary>In seconds, with tenths only where there are some.</summary>
    public static string Format(TimeSpan duration) => string.Create(CultureInfo.InvariantCulture, $"PT{Math.Round(duration.TotalSeconds, 1):0.#}S");

    /// <summary>False when it is none; what is longer than a day, or is written as years or months, counts as a day.</summary>
    public static bool TryParse(string? text, out TimeSpan duration)
    {
        duration = default;
        if (text is null) return false;
        try
        {
            duration = XmlConvert.ToTimeSpan(text);
        }
        catch (FormatException)
        {
            return false;
        }
        catch (OverflowException)
        {
            duration = Longest;
        }
        if (duration > Longest) duration = Longest;
        return duration >= TimeSpan.Zero;
    }
}
