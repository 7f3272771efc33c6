using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

namespace Gb28181Edge.Drivers.Serial;

/// <summary>What is done about the kernel's own control of an RS-485 transceiver.</summary>
internal enum Rs485Mode
{
    /// <summary>The port stays as the device tree or its driver has set it: the same program serves RS-232, adapters that turn round by themselves and RS-485.</summary>
    AsFound,

    /// <summary>The kernel raises RTS for each frame; a port that cannot is an error.</summary>
    Kernel,

    /// <summary>The kernel is told to leave RTS alone: for RS-232 on a port that the device tree made RS-485.</summary>
    Off,
}

/// <summary>The kernel's struct serial_rs485: flags, two delays in milliseconds, padding. linux/serial.h.</summary>
[StructLayout(LayoutKind.Sequential, Size = 32)]
internal struct Rs485Settings
{
    public const uint Enabled = 1, RtsOnSend = 2, RtsAfterSend = 4, ReceivesDuringSend = 16;

    public uint Flags;
    public uint DelayBeforeSendMilliseconds;
    public uint DelayAfterSendMilliseconds;
}

/// <summary>Sets the kernel's RS-485 mode: it lowers RTS in the interrupt that ends the frame, which no program can do as exactly.</summary>
internal static unsafe class Rs485Control
{
    private const nuint Get = 0x542E, Set = 0x542F;                        // TIOCGRS485, TIOCSRS485

    /// <summary>Brings an open port into the mode.</summary>
    /// <param name="character">How long one character takes: the transceiver is held as long after the last one.</param>
    /// <exception cref="DriverException">The port cannot.</exception>
    public static void Apply(SafeFileHandle port, string path, Rs485Mode mode, TimeSpan character)
    {
        if (mode == Rs485Mode.AsFound)
            return;
        Rs485Settings settings = default;
        bool isKnown = Libc.Ioctl(port, Get, &settings) == 0;
        if (mode == Rs485Mode.Off && (!isKnown || (settings.Flags & Rs485Settings.Enabled) == 0))
            return;
        settings = mode == Rs485Mode.Kernel ? Enable(character) : default;
        if (Libc.Ioctl(port, Set, &settings) != 0)
            throw new DriverException(
                $"the kernel cannot switch RS-485 {(mode == Rs485Mode.Kernel ? "on" : "off")} at {path}: {Libc.Describe(Libc.LastError)}");
    }

    internal static Rs485Settings Enable(TimeSpan character) => new()
    {
        Flags = Rs485Settings.Enabled | Rs485Settings.RtsOnSend,
        DelayAfterSendMilliseconds = (uint)Math.Ceiling(character.TotalMilliseconds),
    };
}
