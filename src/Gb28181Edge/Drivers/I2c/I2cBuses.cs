using System.Device.I2c;
using Microsoft.Win32.SafeHandles;

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

    /// <summary>Takes an address for oneself, against other programs that do the same, such as this one's bench; let go of by disposing it.</summary>
    /// <returns>Null where there is nobody to take it from.</returns>
    /// <exception cref="DriverException">There is no such bus, it is not ours to open, or somebody has taken the address.</exception>
    IDisposable? Claim(int bus, int address) => null;
}

/// <summary>The kernel's I2C buses, /dev/i2c-N. One transfer is one call of the kernel, which keeps those of several devices apart.</summary>
/// <param name="directory">Where the buses are.</param>
internal sealed class I2cBuses(string directory = "/dev") : II2cBuses
{
    public I2cDevice Open(int bus, int address)
    {
        string path = Path.Combine(directory, $"i2c-{bus}");
        OpenBus(path).Dispose();
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

    /// <remarks>The byte of the bus's file that has the number of the address is locked: the kernel knows no owner of an address.</remarks>
    public IDisposable? Claim(int bus, int address)
    {
        string path = Path.Combine(directory, $"i2c-{bus}");
        SafeFileHandle file = OpenBus(path);
        if (Libc.TryLockByte(file, address))
            return file;
        int error = Libc.LastError;
        file.Dispose();
        throw new DriverException(error is Libc.Again or Libc.AccessDenied
            ? $"address 0x{address:X2} of I2C bus {path} is in use by gb28181-edge: stop the service first"
            : $"cannot lock address 0x{address:X2} of I2C bus {path}: {Libc.Describe(error)}");
    }

    private SafeFileHandle OpenBus(string path)
    {
        SafeFileHandle file = Libc.Open(path, Libc.ReadWrite);
        if (!file.IsInvalid)
            return file;
        int error = Libc.LastError;
        file.Dispose();
        string[] buses = Directory.GetFiles(directory, "i2c-*");
        Array.Sort(buses, StringComparer.Ordinal);
        throw new DriverException(error switch
        {
            Libc.NoEntry => $"there is no I2C bus {path}; the machine has {(buses.Length > 0 ? string.Join(", ", buses) : "none")} (on a Raspberry Pi: dtparam=i2c_arm=on in config.txt, and the module i2c-dev)",
            Libc.AccessDenied or Libc.NotPermitted => $"no permission for {path}: add the agent's user to the group {Libc.GroupOf(path) ?? "i2c"}",
            _ => $"cannot open I2C bus {path}: {Libc.Describe(error)}",
        });
    }
}
