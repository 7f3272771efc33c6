using System.Threading.Channels;
using Gb28181Edge.Drivers;

namespace Gb28181Edge.Tests.Drivers;

/// <summary>One axis of a head as iron has it: a motor that starts and stops late and turns at its own speed, and play in its gears.</summary>
/// <param name="range">From one stop of the view to the other; it begins somewhere between.</param>
/// <param name="plusSpeed">What it really does each second at top speed towards +.</param>
/// <param name="minusSpeed">Towards −.</param>
/// <param name="play">Between motor and view.</param>
/// <param name="lag">How late the next command takes effect.</param>
internal sealed class FakeAxis(double range, double plusSpeed, double minusSpeed, double play, Func<TimeSpan> lag)
{
    private readonly Queue<(TimeSpan At, double Speed)> _coming = new();
    private double _motor, _speed;
    private TimeSpan _at, _last;

    /// <summary>Where the view is, 0 … range.</summary>
    public double View { get; private set; }

    /// <summary>Puts it somewhere by hand.</summary>
    public void Put(double view) => (View, _motor) = (view, view);

    public void Tell(float velocity, TimeSpan now)
    {
        Run(now);
        _last = now + lag() is var at && at > _last ? at : _last;          // commands take effect in their order
        _coming.Enqueue((_last, velocity > 0 ? velocity * plusSpeed : velocity * minusSpeed));
    }

    public void Run(TimeSpan now)
    {
        while (_coming.TryPeek(out (TimeSpan At, double Speed) next) && next.At <= now)
        {
            Turn(next.At);
            _speed = next.Speed;
            _coming.Dequeue();
        }
        Turn(now);
    }

    private void Turn(TimeSpan until)
    {
        if (until <= _at) return;
        _motor += _speed * (until - _at).TotalSeconds;
        _at = until;
        // the view hangs in the middle of the play, is taken along at its ends, and holds the motor at the stops
        View = Math.Clamp(View, _motor - play / 2, _motor + play / 2);
        View = Math.Clamp(View, 0, range);
        _motor = Math.Clamp(_motor, View - play / 2, View + play / 2);
    }
}

/// <summary>A head with a motor for pan, one for tilt and one for zoom that tells nobody where it is.</summary>
internal sealed class FakeBlindHead(TimeProvider time, FakeAxis pan, FakeAxis tilt, FakeAxis zoom) : IPtzDriver
{
    private readonly long _origin = time.GetTimestamp();

    public FakeAxis Pan => pan;
    public FakeAxis Tilt => tilt;
    public FakeAxis Zoom => zoom;

    /// <summary>Every motion that it was told.</summary>
    public List<PtzVelocity> Told { get; } = [];

    public bool Fails { get; set; }

    /// <summary>The next command is withdrawn: true, after it arrived all the same; false, before.</summary>
    public bool? Withdraws { get; set; }

    public TimeSpan Now => time.GetElapsedTime(_origin);

    public void Run()
    {
        foreach (FakeAxis axis in (FakeAxis[])[pan, tilt, zoom]) axis.Run(Now);
    }

    public ValueTask MoveAsync(PtzVelocity velocity, CancellationToken cancellationToken)
    {
        if (Fails) throw new DriverException("gone");
        bool? withdraws = Withdraws;
        Withdraws = null;
        if (withdraws != false)
        {
            Told.Add(velocity);
            pan.Tell(velocity.Pan, Now);
            tilt.Tell(velocity.Tilt, Now);
            zoom.Tell(velocity.Zoom, Now);
        }
        if (withdraws is not null) throw new OperationCanceledException();
        return ValueTask.CompletedTask;
    }

    public ValueTask<bool> SetAuxiliaryAsync(int number, bool on, CancellationToken cancellationToken) => ValueTask.FromResult(number == 3);

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;
}

/// <summary>A limit switch: on while the view is at or before a place.</summary>
internal sealed class FakeLimit(Func<bool> isActive) : IDigitalInput
{
    public string Name => "limit";
    public bool IsActive => isActive();
    public bool IsDisposed { get; private set; }
    public ChannelReader<DigitalEdge> Edges => Channel.CreateBounded<DigitalEdge>(1).Reader;

    public ValueTask DisposeAsync()
    {
        IsDisposed = true;
        return ValueTask.CompletedTask;
    }
}
