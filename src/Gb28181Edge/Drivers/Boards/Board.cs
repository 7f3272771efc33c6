using System.Device.Gpio;
using Microsoft.Extensions.Logging;

namespace Gb28181Edge.Drivers.Boards;

/// <summary>Bias of an input.</summary>
internal enum PinPull { None, Up, Down }

/// <summary>The pins of this box: one code path over System.Device.Gpio, whichever driver is under it.</summary>
/// <remarks>
/// Any <see cref="GpioDriver"/> will do, one of Iot.Device.Bindings too. Inputs and outputs are disposed by who opened them, before
/// the board.
/// </remarks>
/// <param name="name">For messages: the chip or the directory.</param>
/// <param name="driver">Owned.</param>
/// <param name="time">The clock of the debouncing.</param>
/// <param name="log">Where pins report.</param>
internal sealed class Board(string name, GpioDriver driver, TimeProvider time, ILogger log) : IDisposable
{
    /// <summary>What the kernel swallows itself, so that a chattering contact does not wake the agent each time.</summary>
    private static readonly TimeSpan KernelDebounce = TimeSpan.FromMilliseconds(1);

    private readonly GpioController _controller = new(driver);

    /// <summary>For messages: the chip or the directory.</summary>
    public string Name => name;

    /// <summary>The device file of the kernel's chip; null where there is none.</summary>
    public string? Device { get; init; }

    /// <summary>Lines 0 … this less one.</summary>
    public int LineCount => _controller.PinCount;

    /// <summary>A board on the kernel's GPIO character device.</summary>
    /// <param name="chip">Its device file, or its label.</param>
    /// <param name="time">The clock.</param>
    /// <param name="log">Where the board and its pins report.</param>
    /// <exception cref="DriverException">There is no such chip, or it is not ours to open.</exception>
    public static Board OpenCharacterDevice(string chip, TimeProvider time, ILogger log) =>
        new(chip, CharacterDeviceDriver.Open(chip, time, log), time, log);

    /// <summary>A board of files in a directory.</summary>
    /// <exception cref="DriverException">The directory cannot be made or watched.</exception>
    public static Board OpenSimulated(string directory, TimeProvider time, ILogger log) =>
        new(directory, SimulatedDriver.Open(directory, time, log), time, log);

    /// <summary>Opens an input and begins to watch it.</summary>
    /// <param name="pin">The chip's line.</param>
    /// <param name="activeLow">True when the contact pulls the pin to ground.</param>
    /// <param name="pull">Bias.</param>
    /// <param name="debounce">How long a level must stand before it counts; zero takes every edge.</param>
    /// <exception cref="DriverException">No such pin, or it is in use.</exception>
    public IDigitalInput OpenInput(int pin, bool activeLow, PinPull pull, TimeSpan debounce)
    {
        PinMode mode = pull switch
        {
            PinPull.Up => PinMode.InputPullUp,
            PinPull.Down => PinMode.InputPullDown,
            _ => PinMode.Input,
        };
        Open(pin, mode, activeLow ? PinValue.High : PinValue.Low);
        try
        {
            if (driver is IDebouncingDriver debouncing && debounce > KernelDebounce)
                debouncing.SetDebounce(pin, KernelDebounce);
            return new DigitalInput($"{name} {pin}", _controller, pin, activeLow, debounce, time, log);
        }
        catch
        {
            _controller.ClosePin(pin);
            throw;
        }
    }

    /// <summary>Opens an output at its safe value.</summary>
    /// <param name="pin">The chip's line.</param>
    /// <param name="activeLow">True when a low level is on.</param>
    /// <param name="safeActive">What the output is when nobody commands it: now, and when it is disposed.</param>
    /// <exception cref="DriverException">No such pin, or it is in use.</exception>
    public IDigitalOutput OpenOutput(int pin, bool activeLow, bool safeActive = false)
    {
        Open(pin, PinMode.Output, safeActive != activeLow ? PinValue.High : PinValue.Low);
        return new DigitalOutput($"{name} {pin}", _controller, pin, activeLow, safeActive, log);
    }

    /// <summary>Opens a pin that another chip pulls low to be read, with the pull-up that such an output needs.</summary>
    /// <exception cref="DriverException">No such pin, or it is in use.</exception>
    public InterruptLine OpenInterrupt(int pin)
    {
        Open(pin, PinMode.InputPullUp, PinValue.High);
        return new InterruptLine($"{name} {pin}", _controller, pin);
    }

    /// <summary>The line of a name; null when there is none, or the driver knows no names.</summary>
    /// <exception cref="DriverException">Several lines have the name, or the chip does not answer.</exception>
    public int? FindLine(string line) => (driver as EdgeDriver)?.FindLine(line);

    /// <summary>What is known of a line.</summary>
    /// <exception cref="DriverException">The chip does not answer.</exception>
    public LineInfo Describe(int line) => (driver as EdgeDriver)?.Describe(line) ?? new LineInfo(line, "");

    /// <summary>Somebody has opened the line through this board.</summary>
    public bool IsOpen(int line) => _controller.IsPinOpen(line);

    public void Dispose() => _controller.Dispose();

    private void Open(int pin, PinMode mode, PinValue initial)
    {
        if (_controller.IsPinOpen(pin))
            throw new DriverException($"{name} {pin} is used twice");
        try
        {
            _controller.OpenPin(pin, mode, initial);
        }
        catch (Exception e) when (e is InvalidOperationException or ArgumentException or IOException)
        {
            if (_controller.IsPinOpen(pin))
                _controller.ClosePin(pin);
            if (e is DriverException)
                throw;
            throw new DriverException($"{name} {pin}: {e.Message}", e);    // another library's driver
        }
    }
}
