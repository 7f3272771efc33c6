using System.Device.Gpio;
using Microsoft.Extensions.Logging;

namespace Gb28181Edge.Drivers.Boards;

/// <summary>One output of a board.</summary>
internal sealed class DigitalOutput(string name, GpioController controller, int pin, bool activeLow, bool safeActive, ILogger log) : IDigitalOutput
{
    private bool? _set;
    private bool _disposed;

    public string Name => name;

    public bool IsActive => _set ?? safeActive;

    public void Set(bool active)
    {
        try
        {
            controller.Write(pin, active != activeLow ? PinValue.High : PinValue.Low);
        }
        catch (Exception e) when (e is InvalidOperationException or IOException and not DriverException)
        {
            throw new DriverException($"{name}: {e.Message}", e);          // another library's driver, or a board that has gone
        }
        _set = active;
    }

    public ValueTask DisposeAsync()
    {
        if (_disposed)
            return ValueTask.CompletedTask;
        _disposed = true;
        try
        {
            Set(safeActive);
        }
        catch (DriverException e)
        {
            log.SafeValueFailed(name, e.Message);
        }
        controller.ClosePin(pin);
        return ValueTask.CompletedTask;
    }
}
