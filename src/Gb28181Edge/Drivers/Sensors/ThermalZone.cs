using System.Globalization;

namespace Gb28181Edge.Drivers.Sensors;

/// <summary>The processor's own thermometer, as the kernel's thermal framework shows it.</summary>
/// <param name="directory">Holds the zones.</param>
internal sealed class ThermalZone(string directory = "/sys/class/thermal") : ITemperatureSensor
{
    /// <summary>What boards and PCs call the processor's zone.</summary>
    private static readonly string[] ProcessorTypes = ["cpu", "soc", "x86_pkg"];

    private string? _zone;

    public string Name => "the processor's temperature";

    public double ReadCelsius()
    {
        try
        {
            _zone ??= Find();
            string text = File.ReadAllText(Path.Combine(_zone, "temp")).Trim();
            return int.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out int thousandths)
                ? thousandths / 1000.0
                : throw new DriverException($"{_zone}/temp says \"{text}\"");
        }
        catch (Exception e) when (e is IOException and not DriverException or UnauthorizedAccessException)
        {
            throw new DriverException($"{directory}: {e.Message}", e);
        }
    }

    /// <summary>The zone whose type names the processor; else the first one.</summary>
    private string Find()
    {
        string[] zones = [.. Directory.GetDirectories(directory, "thermal_zone*").Order(StringComparer.Ordinal)];
        if (zones.Length == 0)
            throw new DriverException($"{directory} has no zone: this board's kernel shows no temperature");
        return Array.Find(zones, zone => TypeOf(zone) is { } type && ProcessorTypes.Any(word => type.Contains(word, StringComparison.OrdinalIgnoreCase))) ?? zones[0];
    }

    private static string? TypeOf(string zone)
    {
        string file = Path.Combine(zone, "type");
        return File.Exists(file) ? File.ReadAllText(file) : null;
    }
}
