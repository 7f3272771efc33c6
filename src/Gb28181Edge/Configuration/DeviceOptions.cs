using System.Diagnostics.CodeAnalysis;
using System.Net;
using System.Reflection;

namespace Gb28181Edge.Configuration;

/// <summary>What this box is and where it listens.</summary>
internal sealed record DeviceOptions
{
    /// <summary>20 digits, type code 111 … 132. GB/T 28181-2016 annex D, GB/T 28181-2022 annex E.</summary>
    public required string Id { get; init; }

    /// <summary>For a person, 1 … 255 characters.</summary>
    public string Name { get; init; } = "Gb28181Edge";

    /// <summary>As DeviceInfo tells it, 1 … 255 characters.</summary>
    public string Manufacturer { get; init; } = "Gb28181Edge";

    /// <summary>As DeviceInfo tells it, 1 … 255 characters.</summary>
    public string Model { get; init; } = "Edge";

    /// <summary>As DeviceInfo tells it; defaults to the program's version.</summary>
    [AllowNull]
    public string Firmware { get => field ?? ProgramVersion; init; }

    /// <summary>2, 4, 6 or 8 digits; defaults to the first 6 digits of <see cref="Id"/>.</summary>
    [AllowNull]
    public string CivilCode { get => field ?? Id[..Math.Min(6, Id.Length)]; init; }

    /// <summary>The IPv4 address that SIP listens on; 0.0.0.0 is all of them.</summary>
    public IPAddress SipAddress { get; init; } = IPAddress.Any;

    /// <summary>UDP and TCP port of SIP, 0 … 65535; 0 takes any free one.</summary>
    public int SipPort { get; init; } = 5060;

    /// <summary>The IPv4 address told in SDP; null is the local address that routes to the platform.</summary>
    public IPAddress? MediaAddress { get; init; }

    /// <summary>The local ports of media sessions, first and last included.</summary>
    public PortRange MediaPorts { get; init; } = new(30_000, 30_199);

    /// <summary>An absolute path: the database of alarms, and whatever else survives a restart.</summary>
    public string StateDirectory { get; init; } = "/var/lib/gb28181-edge";

    /// <summary>The version this program was built as, without what comes after <c>+</c>.</summary>
    public static string ProgramVersion { get; } =
        typeof(DeviceOptions).Assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()?.InformationalVersion.Split('+')[0] ?? "0.0.0";
}

/// <summary>Ports from <paramref name="First"/> to <paramref name="Last"/>, both included.</summary>
internal readonly record struct PortRange(int First, int Last)
{
    /// <summary>How many there are.</summary>
    public int Count => Last - First + 1;

    public bool Contains(int port) => port >= First && port <= Last;

    /// <summary>Reads <c>30000-30199</c>. False unless 1024 ≤ first &lt; last ≤ 65535 with room for a pair: an even port and the odd one above it.</summary>
    public static bool TryParse(string text, out PortRange range)
    {
        range = default;
        int dash = text.IndexOf('-', StringComparison.Ordinal);
        if (dash < 0 || !TryParsePort(text.AsSpan(0, dash), out int first) || !TryParsePort(text.AsSpan(dash + 1), out int last)) return false;
        if (first + (first & 1) >= last) return false;
        range = new PortRange(first, last);
        return true;
    }

    public override string ToString() => $"{First}-{Last}";

    private static bool TryParsePort(ReadOnlySpan<char> text, out int port) =>
        int.TryParse(text.Trim(), System.Globalization.NumberStyles.None, null, out port) && port is >= 1024 and <= 65_535;
}
