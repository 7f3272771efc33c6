using System.Device.I2c;

namespace Gb28181Edge.Drivers.I2c;

/// <summary>Opens devices on the I2C buses of this box.</summary>
internal interface II2cBuses
{
    /// <summary>Opens a device and sees that it answers, by reading one byte from it.</summary>
    /// <param name="bus">The N of /dev/i2c-N.</param>
    /// <param name="address">7 bits, 0x08 … 0x77.</param>
    /// <returns>Owned by the caller. Its transfers throw <see cref="IOException"/> when the device does not answer.</returns>
    /// <exception cref="DriverException">There is no such bus, it is not ours to open, or nothing answers at the address.</exception>
    I2cDevice Open(int bus, int address);
}

/// <summary>The kernel's I2C buses, /dev/i2c-N. One transfer is one call of the kernel, which keeps those of several devices apart.</summary>
internal sealed class I2cBuses : II2cBuses
{
    public I2cDevice Open(int bus, int address)
    {
        string path = $"/dev/i2c-{bus}";
        CheckBus(path);
        I2cDevice? device = null;
        try
        {
            device = I2cDevice.Create(new I2cConnectionSettings(bus, address));
            _ = device.ReadByte();
            return device;
        }
        catch (Exception e) when (e is IOException or PlatformNotSupportedException or ArgumentException)
        {
            bool opened = device is not null;
            device?.Dispose();
            throw opened
                ? new DriverException($"nothing answers at address 0x{address:X2} of I2C bus {path} (i2cdetect -y {bus} lists what does): {e.Message}", e)
                : new DriverException($"cannot open I2C bus {path}: {e.Message}", e);
        }
    }

    private static void CheckBus(string path)
    {
        using Microsoft.Win32.SafeHandles.SafeFileHandle file = Libc.Open(path, Libc.ReadWrite);
        if (!file.IsInvalid)
            return;
        int error = Libc.LastError;
        string[] buses = Directory.GetFiles("/dev", "i2c-*");
        Array.Sort(buses, StringComparer.Ordinal);
        throw new DriverException(error switch
        {
            Libc.NoEntry => $"there is no I2C bus {path}; the machine has {(buses.Length > 0 ? string.Join(", ", buses) : "none")} (on a Raspberry Pi: dtparam=i2c_arm=on in config.txt, and the module i2c-dev)",
            Libc.AccessDenied or Libc.NotPermitted => $"no permission for {path}: add the agent's user to the group {Libc.GroupOf(path) ?? "i2c"}",
            _ => $"cannot open I2C bus {path}: {Libc.Describe(error)}",
        });
    }
}
