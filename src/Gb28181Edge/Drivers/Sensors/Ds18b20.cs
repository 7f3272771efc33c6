using System.Globalization;

namespace Gb28181Edge.Drivers.Sensors;

/// <summary>A DS18B20 on the kernel's 1-wire bus.</summary>
/// <remarks>85 °C exactly is what the chip says when it lost its supply before it measured: it is believed only near 85 °C.</remarks>
/// <param name="id">The bus's name of it, such as <c>28-0123456789ab</c>.</param>
/// <param name="directory">Holds the devices.</param>
internal sealed class Ds18b20(string id, string directory = "/sys/bus/w1/devices") : ITemperatureSensor
{
    private const int PowerOnThousandths = 85_000, NearPowerOn = 80_000;

    private int? _last;

    public string Name => $"sensor {id}";

    public double ReadCelsius()
    {
        try
        {
            int thousandths = ReadThousandths();
            if (thousandths == PowerOnThousandths && !(_last >= NearPowerOn))
                throw new DriverException($"{id} says 85 °C, as it does after its supply failed");
            _last = thousandths;
            return thousandths / 1000.0;
        }
        catch (Exception e) when (e is IOException and not DriverException or UnauthorizedAccessException)
        {
            throw new DriverException($"{id}: {e.Message}", e);
        }
    }

    private int ReadThousandths()
    {
        string device = Path.Combine(directory, id);
        string temperature = Path.Combine(device, "temperature");            // Linux 5.10 and later; the kernel checks the CRC
        string text = File.Exists(temperature) ? File.ReadAllText(temperature).Trim() : Measured(File.ReadAllText(Path.Combine(device, "w1_slave")));
        return int.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out int thousandths)
            ? thousandths
            : throw new DriverException($"{id} says \"{text}\"");
    }

    /// <summary>Two lines: nine bytes, <c>crc=…</c> and YES; the bytes again and <c>t=</c> thousandths.</summary>
    private string Measured(string slave)
    {
        string[] lines = slave.Split('\n', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);
        int at = lines.Length < 2 ? -1 : lines[1].IndexOf("t=", StringComparison.Ordinal);
        if (at < 0 || !lines[0].EndsWith("YES", StringComparison.Ordinal))
            throw new DriverException($"{id}: what came over the wire is damaged");
        return lines[1][(at + 2)..];
    }
}
