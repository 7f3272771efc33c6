using System.Buffers.Binary;
using System.Device.I2c;
using System.Device.Pwm;
using Gb28181Edge.Drivers.I2c;

namespace Gb28181Edge.Drivers.Ptz;

/// <summary>Where a servo gets its pulses from. Whoever opened it disposes it.</summary>
internal interface IServoOutput : IDisposable
{
    /// <summary>Sets the width of the pulses, 50 of them each second; null: none, so that the servo has no force.</summary>
    /// <exception cref="DriverException">The chip did not take it.</exception>
    void Set(double? microseconds);

    /// <summary>The pulses that are there already, since before the agent began; null when there are none or nobody knows.</summary>
    /// <exception cref="DriverException">The chip did not answer.</exception>
    double? Read();
}

/// <summary>One channel of a PCA9685: NXP data sheet rev. 4, §7.3. Disposing it leaves the pulses on, so that the head stays where it is.</summary>
/// <remarks>
/// <code>
/// 00h MODE1      bit 5 AI (registers count up by themselves), bit 4 SLEEP (oscillator off)
/// FEh PRE_SCALE  25 MHz / (4096 × frequency) − 1, taken only while SLEEP is set
/// 06h + 4n       LEDn_ON_L, ON_H, OFF_L, OFF_H: counts of 4096 at which the output goes on and off; bit 4 of OFF_H: never on
/// </code>
/// A chip that runs at 50 Hz already is left as it is: other channels may be holding something.
/// </remarks>
internal sealed class Pca9685 : IServoOutput
{
    public const int Channels = 16;

    /// <summary>50.03 Hz from the chip's own 25 MHz.</summary>
    public const byte Prescale = 121;

    private const byte Mode1 = 0x00, FirstChannel = 0x06, PrescaleRegister = 0xFE;
    private const byte AutoIncrement = 0x20, Sleep = 0x10;
    private const int Counts = 4096, AlwaysOff = 0x1000;
    private const double MicrosecondsACount = (Prescale + 1) / 25.0;

    private readonly I2cDevice _device;
    private readonly byte _register;
    private readonly string _name;

    /// <param name="device">The chip. Owned.</param>
    /// <param name="channel">0 … 15.</param>
    /// <exception cref="DriverException">The chip did not answer.</exception>
    public Pca9685(I2cDevice device, int channel)
    {
        (_device, _register) = (device, (byte)(FirstChannel + 4 * channel));
        _name = $"PCA9685 at 0x{device.ConnectionSettings.DeviceAddress:X2} of I2C bus {device.ConnectionSettings.BusId}";
        Try(() =>
        {
            byte mode = ReadRegister(Mode1);
            if ((mode & Sleep) == 0 && ReadRegister(PrescaleRegister) == Prescale)
            {
                if ((mode & AutoIncrement) == 0) _device.Write([Mode1, (byte)(mode & 0x7F | AutoIncrement)]);
                return;
            }
            // every channel is off before the oscillator starts: nothing moves until it is told to
            _device.Write([Mode1, AutoIncrement | Sleep]);
            _device.Write([PrescaleRegister, Prescale]);
            for (int i = 0; i < Channels; i++) Write((byte)(FirstChannel + 4 * i), AlwaysOff);
            _device.Write([Mode1, AutoIncrement]);
        });
    }

    /// <summary>Opens a channel of a chip on one of this box's buses.</summary>
    /// <exception cref="DriverException">There is no such bus, or nothing answers at the address.</exception>
    public static Pca9685 Open(II2cBuses buses, int bus, int address, int channel)
    {
        I2cDevice device = buses.Open(bus, address);
        try
        {
            return new Pca9685(device, channel);
        }
        catch (DriverException)
        {
            device.Dispose();
            throw;
        }
    }

    public void Set(double? microseconds) => Try(() => Write(
        _register, microseconds is { } width ? Math.Clamp((int)Math.Round(width / MicrosecondsACount), 1, Counts - 1) : AlwaysOff));

    public double? Read()
    {
        byte[] counts = new byte[4];
        Try(() => _device.WriteRead([_register], counts));
        int on = BinaryPrimitives.ReadUInt16LittleEndian(counts), off = BinaryPrimitives.ReadUInt16LittleEndian(counts.AsSpan(2));
        return on == 0 && off is > 0 and < Counts ? off * MicrosecondsACount : null;
    }

    public void Dispose() => _device.Dispose();

    private byte ReadRegister(byte register)
    {
        byte[] value = new byte[1];
        _device.WriteRead([register], value);
        return value[0];
    }

    private void Write(byte register, int off) => _device.Write([register, 0, 0, (byte)off, (byte)(off >> 8)]);

    private void Try(Action transfer)
    {
        try
        {
            transfer();
        }
        catch (IOException e)
        {
            throw new DriverException($"{_name}: {e.Message}", e);
        }
    }
}

/// <summary>A servo on a PWM channel of the board itself, /sys/class/pwm. Disposing it ends the pulses, because the kernel takes the channel back.</summary>
/// <param name="channel">Opened at 50 Hz and not started. Owned.</param>
/// <param name="name">For messages.</param>
internal sealed class PwmServoOutput(PwmChannel channel, string name) : IServoOutput
{
    public const int Frequency = 50;

    private bool _runs;

    /// <summary>Opens a channel of the kernel's.</summary>
    /// <param name="chip">The N of pwmchipN.</param>
    /// <param name="channel">Its channel.</param>
    /// <exception cref="DriverException">There is no such channel, it is in use or not ours to open.</exception>
    public static PwmServoOutput Open(int chip, int channel)
    {
        string name = $"PWM chip {chip} channel {channel}";
        try
        {
            return new PwmServoOutput(PwmChannel.Create(chip, channel, Frequency, 0), name);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or ArgumentException or PlatformNotSupportedException)
        {
            throw new DriverException($"{name}: {e.Message}", e);
        }
    }

    public void Set(double? microseconds)
    {
        try
        {
            channel.DutyCycle = microseconds is { } width ? width * Frequency / 1e6 : 0;
            if (microseconds is not null && !_runs) channel.Start();
            if (microseconds is null && _runs) channel.Stop();
            _runs = microseconds is not null;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or ArgumentException)
        {
            throw new DriverException($"{name}: {e.Message}", e);
        }
    }

    public double? Read() => null;

    public void Dispose() => channel.Dispose();
}
