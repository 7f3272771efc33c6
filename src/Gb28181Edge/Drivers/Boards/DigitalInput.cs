using System.Device.Gpio;
using System.Threading.Channels;
using Microsoft.Extensions.Logging;

namespace Gb28181Edge.Drivers.Boards;

/// <summary>One input of a board: its loop debounces what the driver's thread sees and gives the changes to one reader.</summary>
/// <remarks>
/// Two queues. Raw edges: 256, the oldest are dropped, for the level is read again when the contact has come to rest. Changes: 256,
/// none is dropped; while the reader is behind the loop waits.
/// </remarks>
internal sealed class DigitalInput : IDigitalInput
{
    private const int Capacity = 256;

    private readonly GpioController _controller;
    private readonly int _pin;
    private readonly bool _activeLow;
    private readonly TimeProvider _time;
    private readonly ILogger _log;
    private readonly long _origin;
    private readonly Wake _wake;
    private readonly Channel<(bool Active, TimeSpan Now, DateTimeOffset Time)> _raw =
        Channel.CreateBounded<(bool, TimeSpan, DateTimeOffset)>(new BoundedChannelOptions(Capacity)
        {
            FullMode = BoundedChannelFullMode.DropOldest,
            SingleReader = true,
        });
    private readonly Channel<DigitalEdge> _edges =
        Channel.CreateBounded<DigitalEdge>(new BoundedChannelOptions(Capacity) { SingleReader = true, SingleWriter = true });
    private readonly CancellationTokenSource _stop = new();
    private readonly Debouncer _debouncer;
    private readonly Task _loop;
    private volatile bool _active;
    private bool _disposed;

    public DigitalInput(string name, GpioController controller, int pin, bool activeLow, TimeSpan debounce, TimeProvider time, ILogger log)
    {
        (Name, _controller, _pin, _activeLow, _time, _log) = (name, controller, pin, activeLow, time, log);
        _origin = time.GetTimestamp();
        _wake = new Wake(time);
        controller.RegisterCallbackForPinValueChangedEvent(pin, PinEventTypes.Rising | PinEventTypes.Falling, OnPinChanged);
        _active = IsHigh() != activeLow;                                   // after the callback: no edge falls between
        _debouncer = new Debouncer(_active, debounce);
        _loop = Task.Run(RunAsync);
    }

    public string Name { get; }

    public bool IsActive => _active;

    public ChannelReader<DigitalEdge> Edges => _edges.Reader;

    private TimeSpan Now => _time.GetElapsedTime(_origin);

    public async ValueTask DisposeAsync()
    {
        if (_disposed)
            return;
        _disposed = true;
        _controller.UnregisterCallbackForPinValueChangedEvent(_pin, OnPinChanged);
        await _stop.CancelAsync();
        _wake.Set();
        await _loop;
        _edges.Writer.TryComplete();
        _controller.ClosePin(_pin);
        _wake.Dispose();
        _stop.Dispose();
    }

    private bool IsHigh() => _controller.Read(_pin) == PinValue.High;

    /// <summary>On the driver's thread: never blocks.</summary>
    private void OnPinChanged(object sender, PinValueChangedEventArgs change)
    {
        bool high = change.ChangeType == PinEventTypes.Rising;
        DateTimeOffset time = change is TimedPinEvent timed ? timed.Time : _time.GetUtcNow();
        _raw.Writer.TryWrite((high != _activeLow, Now, time));
        _wake.Set();
    }

    private async Task RunAsync()
    {
        try
        {
            while (!_stop.IsCancellationRequested)
            {
                while (_raw.Reader.TryRead(out (bool Active, TimeSpan Now, DateTimeOffset Time) raw))
                {
                    await TellAsync(_debouncer.OnTimer(raw.Now));          // what came to rest before this edge
                    await TellAsync(_debouncer.OnLevel(raw.Active, raw.Now, raw.Time));
                }
                if (_debouncer.NextDeadline <= Now)
                {
                    CatchUp();
                    await TellAsync(_debouncer.OnTimer(Now));
                }
                await _wake.WaitAsync(_debouncer.NextDeadline - Now);
            }
        }
        catch (OperationCanceledException) when (_stop.IsCancellationRequested)
        {
            return;
        }
    }

    /// <summary>Takes the level itself for true where edges were lost on the way.</summary>
    private void CatchUp()
    {
        try
        {
            _debouncer.OnLevel(IsHigh() != _activeLow, Now, _time.GetUtcNow());
        }
        catch (DriverException e)
        {
            _log.InputUnreadable(Name, e.Message);
        }
    }

    private async ValueTask TellAsync(DigitalEdge? edge)
    {
        if (edge is not { } change)
            return;
        _active = change.Active;
        await _edges.Writer.WriteAsync(change, _stop.Token);
    }
}
