using System.Device.Gpio;

namespace Gb28181Edge.Drivers.Boards;

/// <summary>What this project's boards have in common behind System.Device.Gpio: the pin modes, and waiting for one edge by a callback.</summary>
internal abstract class EdgeDriver : GpioDriver
{
    /// <summary>Lines 0 … this less one.</summary>
    public int LineCount => PinCount;

    /// <summary>What is known of a line, whether it is open or not.</summary>
    /// <param name="line">0 … <see cref="LineCount"/> less one.</param>
    /// <exception cref="DriverException">The chip does not answer.</exception>
    public abstract LineInfo Describe(int line);

    /// <summary>The line of a name; null when there is none.</summary>
    /// <exception cref="DriverException">Several lines have the name, or the chip does not answer.</exception>
    public int? FindLine(string name)
    {
        int[] found = [.. Enumerable.Range(0, LineCount).Where(line => Describe(line).Name == name)];
        return found.Length switch
        {
            0 => null,
            1 => found[0],
            _ => throw new DriverException($"several lines are called {name}: {string.Join(", ", found)}; take the number"),
        };
    }

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
