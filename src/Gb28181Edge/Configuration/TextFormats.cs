using System.Diagnostics.CodeAnalysis;
using System.Net;

namespace Gb28181Edge.Configuration;

/// <summary>What the texts of the file may be.</summary>
internal static class TextFormats
{
    private const int IdLength = 20;

    /// <summary>A text for a person.</summary>
    public static TextFormat Name { get; } = new("1 … 255 characters, no control characters", "^.{1,255}$",
        text => text.Length is >= 1 and <= 255 && !text.Any(char.IsControl));

    /// <summary>What a person typed as a password.</summary>
    public static TextFormat Password { get; } = new("1 … 255 characters, no control characters", "^.{1,255}$", Name.IsValid);

    /// <summary>The device: type codes of main devices, and cameras that are devices themselves. GB/T 28181-2016 annex D, GB/T 28181-2022 annex E.</summary>
    public static TextFormat MainDeviceId { get; } =
        DeviceId("20 digits, digits 11 to 13 from 111 to 132", "^[0-9]{10}(11[1-9]|12[0-9]|13[0-2])[0-9]{7}$", code => code is >= 111 and <= 132);

    public static TextFormat PlatformId { get; } =
        DeviceId("20 digits, digits 11 to 13 from 200 to 299", "^[0-9]{10}2[0-9]{9}$", code => code is >= 200 and <= 299);

    public static TextFormat CameraId { get; } =
        DeviceId("20 digits, digits 11 to 13 are 131 or 132", "^[0-9]{10}13[12][0-9]{7}$", code => code is 131 or 132);

    public static TextFormat AlarmInputId { get; } =
        DeviceId("20 digits, digits 11 to 13 are 134", "^[0-9]{10}134[0-9]{7}$", code => code is 134);

    public static TextFormat OutputId { get; } =
        DeviceId("20 digits, digits 11 to 13 are 135 or 140", "^[0-9]{10}(135|140)[0-9]{7}$", code => code is 135 or 140);

    public static TextFormat CivilCode { get; } = new("2, 4, 6 or 8 digits", "^([0-9]{2}){1,4}$",
        text => text.Length is 2 or 4 or 6 or 8 && text.All(char.IsAsciiDigit));

    /// <summary>What stands behind the @ of a SIP URI.</summary>
    public static TextFormat Domain { get; } = new("letters, digits, dots and hyphens, 1 … 255 of them", "^[A-Za-z0-9.-]{1,255}$",
        text => text.Length is >= 1 and <= 255 && text.All(c => char.IsAsciiLetterOrDigit(c) || c is '.' or '-'));

    public static TextFormat Host { get; } = new("an IPv4 address or a DNS name", null,
        text => TryAddress(text, out _) || (Uri.CheckHostName(text) == UriHostNameType.Dns && !text.All(c => char.IsAsciiDigit(c) || c == '.')));

    public static TextFormat Address { get; } = new("an IPv4 address", "^([0-9]{1,3}\\.){3}[0-9]{1,3}$", text => TryAddress(text, out _));

    public static TextFormat Ports { get; } = new("FIRST-LAST, 1024 ≤ FIRST < LAST ≤ 65535, with an even port and the odd one above it", "^[0-9]{4,5}-[0-9]{4,5}$", text => PortRange.TryParse(text, out _));

    public static TextFormat Serial { get; } = new("data bits 5 … 8, parity N, E or O, stop bits 1 or 2, such as 8N1", "^[5-8][NEOneo][12]$", text => SerialFormat.TryParse(text, out _));

    public static TextFormat Path { get; } = new("a path", "^.{1,4095}$", text => text.Length is >= 1 and <= 4095 && !text.Contains('\0', StringComparison.Ordinal));

    public static TextFormat AbsolutePath { get; } = new("a path that begins with /", "^/.{0,4094}$", text => text.StartsWith('/') && Path.IsValid(text));

    /// <summary>A GPIO chip of the kernel.</summary>
    public static TextFormat Chip { get; } = new("a path that begins with /, or a label without one", "^.{1,4095}$", text => Path.IsValid(text) && !text.Any(char.IsControl));

    /// <summary>What stands before the colon of a pin.</summary>
    public static TextFormat BoardName { get; } = new("a letter, then letters, digits, dots, hyphens and underscores, 64 at most", "^[A-Za-z][A-Za-z0-9._-]{0,63}$",
        text => text.Length is >= 1 and <= 64 && char.IsAsciiLetter(text[0]) && text.All(c => char.IsAsciiLetterOrDigit(c) || c is '.' or '-' or '_'));

    public static TextFormat ClipPath { get; } = new("a path that begins with / and ends in .h264, .h265, .ts or .ps", "^/.*\\.(h264|h265|ts|ps)$",
        text => AbsolutePath.IsValid(text) && System.IO.Path.GetExtension(text) is ".h264" or ".h265" or ".ts" or ".ps");

    public static TextFormat RtspUrl { get; } = new("rtsp://[USER:PASSWORD@]HOST[:PORT]/PATH, reserved characters in the password escaped as %XX", "^rtsp://.+",
        text => Uri.TryCreate(text, UriKind.Absolute, out Uri? url) && url.Scheme == "rtsp" && url.Host.Length > 0 && !text.Any(char.IsControl));

    /// <summary>A camera's web interface. User and password have keys of their own.</summary>
    public static TextFormat WebUrl { get; } = new("http://HOST[:PORT][/PATH] or https://…, without user and password", "^https?://[^@]+$",
        text => Uri.TryCreate(text, UriKind.Absolute, out Uri? url) && url.Scheme is "http" or "https" && url.Host.Length > 0 && url.UserInfo.Length == 0
            && !text.Any(c => char.IsControl(c) || c is '@'));

    /// <summary>Reads four decimal numbers with dots, nothing shorter and no IPv6.</summary>
    public static bool TryAddress(string text, [NotNullWhen(true)] out IPAddress? address) =>
        IPAddress.TryParse(text, out address) && !text.Contains(':', StringComparison.Ordinal) && address.ToString() == text;

    private static TextFormat DeviceId(string allowed, string pattern, Func<int, bool> isType) => new(allowed, pattern,
        text => text.Length == IdLength && text.All(char.IsAsciiDigit) && isType(int.Parse(text.AsSpan(10, 3), provider: null)));
}
