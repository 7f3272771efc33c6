using System.Device.Gpio;

namespace Gb28181Edge.Drivers.Boards;

/// <summary>What this project's boards have in common behind System.Device.Gpio: the pin modes, and waiting for one edge by a callback.</summary>
internal abstract class EdgeDriver : GpioDriver
{
    protected override void SetPinMode(int pinNumber, PinMode mode) => SetPinMode(pinNumber, mode, PinValue.Low);

    protected override bool IsPinModeSupported(int pinNumber, PinMode mode) =>
        mode is PinMode.Input or PinMode.InputPullUp or PinMode.InputPullDown or PinMode.Output;

    protected override WaitForEventResult WaitForEvent(int pinNumber, PinEventTypes eventTypes, CancellationToken cancellationToken)
    {
        using var seen = new ManualResetEventSlim();
        PinEventTypes which = PinEventTypes.None;
        void OnChange(object sender, PinValueChangedEventArgs change)
        {
            which = change.ChangeType;
            seen.Set();
        }
        AddCallbackForPinValueChangedEvent(pinNumber, eventTypes, OnChange);
        try
        {
            seen.Wait(cancellationToken);
            return new WaitForEventResult { EventTypes = which };
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            return new WaitForEventResult { TimedOut = true };
        }
        finally
        {
            RemoveCallbackForPinValueChangedEvent(pinNumber, OnChange);
        }
    }
}
