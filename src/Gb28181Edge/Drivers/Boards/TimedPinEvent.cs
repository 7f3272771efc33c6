using System.Device.Gpio;

namespace Gb28181Edge.Drivers.Boards;

/// <summary>A pin's change with the wall clock of the change itself, which System.Device.Gpio's event does not carry.</summary>
internal sealed class TimedPinEvent(PinEventTypes changeType, int pinNumber, DateTimeOffset time)
    : PinValueChangedEventArgs(changeType, pinNumber)
{
    public DateTimeOffset Time => time;
}
