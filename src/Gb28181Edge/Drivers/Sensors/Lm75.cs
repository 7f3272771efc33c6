using System.Buffers.Binary;
using System.Device.I2c;
using Gb28181Edge.Drivers.I2c;

namespace Gb28181Edge.Drivers.Sensors;

/// <summary>An LM75, or one of the many that answer alike (LM75A/B, TMP75, TMP102, DS75, PCT2075), on I2C.</summary>
/// <remarks>
/// Register 0 holds the temperature: two bytes, the higher first, in 1/256 °C, of which the lowest bits are unused. It is opened with the
/// first reading that succeeds: a sensor that is not there yet stops nobody.
/// </remarks>
/// <param name="buses">Opens it.</param>
/// <param name="bus">The N of /dev/i2c-N.</param>
/// <param name="address">7 bits.</param>
internal sealed class Lm75(II2cBuses buses, int bus, int address) : ITemperatureSensor, IDisposable
{
    private const byte TemperatureRegister = 0;

    private I2cDevice? _device;

    public string Name { get; } = $"sensor lm75:{bus}:{address}";

    public double ReadCelsius()
    {
        Span<byte> value = stackalloc byte[2];
        try
        {
            _device ??= buses.Open(bus, address);
            _device.WriteRead([TemperatureRegister], value);
        }
        catch (IOException e) when (e is not DriverException)
        {
            throw new DriverException($"{Name}: {e.Message}", e);
        }
        return BinaryPrimitives.ReadInt16BigEndian(value) / 256.0;
    }

    public void Dispose() => _device?.Dispose();
}
