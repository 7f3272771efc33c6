using System.Device.Gpio;

namespace Gb28181Edge.Drivers.Boards;

/// <summary>A pin that another chip pulls low when it has something to say.</summary>
/// <remarks>Not debounced: every falling edge counts. Disposed by its chip's driver, before the board that it is a pin of.</remarks>
internal sealed class InterruptLine(string name, GpioController controller, int pin) : IDisposable
{
    private PinChangeEventHandler? _listener;

    /// <summary>Board and pin, for messages.</summary>
    public string Name => name;

    /// <summary>The chip is still waiting to be read.</summary>
    /// <exception cref="DriverException">The pin cannot be read.</exception>
    public bool IsLow => controller.Read(pin) == PinValue.Low;

    /// <summary>Calls on each falling edge, on the board's thread; <paramref name="fell"/> must not block. Once.</summary>
    /// <exception cref="DriverException">The board sees no edges on this pin.</exception>
    public void Listen(Action fell)
    {
        _listener = (_, _) => fell();
        controller.RegisterCallbackForPinValueChangedEvent(pin, PinEventTypes.Falling, _listener);
    }

    public void Dispose()
    {
        if (_listener is not null)
            controller.UnregisterCallbackForPinValueChangedEvent(pin, _listener);
        _listener = null;
        if (controller.IsPinOpen(pin))
            controller.ClosePin(pin);
    }
}
