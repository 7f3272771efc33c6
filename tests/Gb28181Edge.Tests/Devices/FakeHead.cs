using System.Globalization;
using Gb28181Edge.Drivers;

namespace Gb28181Edge.Tests.Devices;

/// <summary>A head that moves: its position follows from what it was told and from the time that went by.</summary>
internal sealed class FakeHead(TimeProvider time) : IPtzDriver
{
    /// <summary>Degrees a second at full speed; the zoom changes by a tenth of it.</summary>
    public const double TopSpeed = 20;

    private readonly long _origin = time.GetTimestamp();
    private readonly Lock _lock = new();
    private readonly List<(TimeSpan At, string What)> _told = [];
    private readonly Dictionary<int, PtzPosition> _presets = [];
    private PtzPosition _position = new(100, 0, 1);
    private PtzPosition? _target;
    private double _targetSpeed;
    private TimeSpan _now;

    public PtzAbilities Abilities { get; set; }

    /// <summary>Every command fails.</summary>
    public volatile bool Gone;

    /// <summary>Every command but a stop fails.</summary>
    public volatile bool OnlyStops;

    /// <summary>It cannot tell where it is.</summary>
    public volatile bool Silent;

    /// <summary>Its lens moves beside a way that it is on.</summary>
    public bool HasLensOfItsOwn { get; set; }

    /// <summary>While set, a command that is no stop waits here until released or withdrawn.</summary>
    public volatile TaskCompletionSource? Hold;

    /// <summary>A command waits.</summary>
    public volatile bool Waits;

    /// <summary>Asked for, each time: how long until it wants to go on.</summary>
    public Func<TimeSpan?> Continuing = () => null;

    /// <summary>The pan at which it can turn no further left.</summary>
    public double? LeftStop { get; init; }

    public int Reads { get; private set; }
    public PtzVelocity Velocity { get; private set; }

    /// <summary>Since when it moves without having been told otherwise; null while it stands.</summary>
    public TimeSpan? MovesSince { get; private set; }

    public TimeSpan Now => time.GetElapsedTime(_origin);

    /// <summary>What it was told, each with its second.</summary>
    public string[] Told
    {
        get { lock (_lock) return [.. _told.Select(told => string.Create(CultureInfo.InvariantCulture, $"{told.At.TotalSeconds:0.###} {told.What}"))]; }
    }

    /// <summary>What it was told, without the times.</summary>
    public string[] Commands
    {
        get { lock (_lock) return [.. _told.Select(told => told.What)]; }
    }

    public bool Stands
    {
        get { lock (_lock) { Pass(); return Velocity.IsStop && _target is null; } }
    }

    public PtzPosition Position
    {
        get { lock (_lock) { Pass(); return _position; } }
        set { lock (_lock) { Pass(); _position = value; } }
    }

    public IReadOnlyCollection<int> PresetsInside
    {
        get { lock (_lock) return [.. _presets.Keys.Order()]; }
    }

    public void Forget()
    {
        lock (_lock)
            _told.Clear();
    }

    public async ValueTask MoveAsync(PtzVelocity velocity, CancellationToken cancellationToken)
    {
        await BeginAsync(velocity.IsStop, cancellationToken);
        lock (_lock)
        {
            Note(velocity.IsStop ? "stop" : string.Create(CultureInfo.InvariantCulture, $"move {velocity.Pan:0.##} {velocity.Tilt:0.##} {velocity.Zoom:0.##} {velocity.Focus:0.##} {velocity.Iris:0.##}"));
            _target = null;
            Velocity = velocity;
            MovesSince = velocity.IsStop ? null : _now;
        }
    }

    public async ValueTask<bool> MoveLensAsync(float focus, float iris, CancellationToken cancellationToken)
    {
        await BeginAsync(focus == 0 && iris == 0, cancellationToken);
        lock (_lock)
        {
            if (HasLensOfItsOwn) Note(string.Create(CultureInfo.InvariantCulture, $"lens {focus:0.##} {iris:0.##}"));
            return HasLensOfItsOwn;
        }
    }

    public async ValueTask<bool> SetAuxiliaryAsync(int number, bool on, CancellationToken cancellationToken)
    {
        await BeginAsync(false, cancellationToken);
        lock (_lock)
            Note($"aux {number} {(on ? "on" : "off")}");
        return true;
    }

    public async ValueTask<bool> SetPresetAsync(int number, CancellationToken cancellationToken)
    {
        await BeginAsync(false, cancellationToken);
        lock (_lock)
        {
            Note($"set {number}");
            _presets[number] = _position;
        }
        return true;
    }

    public async ValueTask<bool> CallPresetAsync(int number, CancellationToken cancellationToken)
    {
        await BeginAsync(false, cancellationToken);
        lock (_lock)
        {
            Note($"call {number}");
            if (!_presets.TryGetValue(number, out PtzPosition place))
                return false;
            Go(place, 1);
            return true;
        }
    }

    public async ValueTask<bool> DeletePresetAsync(int number, CancellationToken cancellationToken)
    {
        await BeginAsync(false, cancellationToken);
        lock (_lock)
        {
            Note($"delete {number}");
            return _presets.Remove(number);
        }
    }

    public async ValueTask<bool> GoToAsync(PtzPosition target, float speed, CancellationToken cancellationToken)
    {
        await BeginAsync(false, cancellationToken);
        lock (_lock)
        {
            Note(string.Create(CultureInfo.InvariantCulture, $"go {target.Pan:0.#} {target.Tilt:0.#} {target.Zoom:0.#} at {speed:0.##}"));
            Go(target, speed);
        }
        return true;
    }

    public async ValueTask<bool> GoHomeAsync(CancellationToken cancellationToken)
    {
        await BeginAsync(false, cancellationToken);
        lock (_lock)
        {
            Note("home");
            Go(new PtzPosition(0, 0, 1), 1);
        }
        return true;
    }

    public async ValueTask<PtzReading?> ReadPositionAsync(CancellationToken cancellationToken)
    {
        await BeginAsync(false, cancellationToken);
        lock (_lock)
        {
            Reads++;
            return Silent || !Abilities.HasFlag(PtzAbilities.ReadPosition) ? null : new PtzReading(Position);
        }
    }

    public ValueTask<TimeSpan?> ContinueAsync(CancellationToken cancellationToken) => ValueTask.FromResult(Continuing());

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;

    private async Task BeginAsync(bool stop, CancellationToken cancellationToken)
    {
        if (!stop && Hold is { } hold)
        {
            Waits = true;
            try
            {
                await hold.Task.WaitAsync(cancellationToken);
            }
            finally
            {
                Waits = false;
            }
        }
        cancellationToken.ThrowIfCancellationRequested();
        if (Gone || OnlyStops && !stop)
            throw new DriverException("gone");
    }

    private void Note(string what)
    {
        Pass();
        _told.Add((_now, what));
    }

    private void Go(PtzPosition target, double speed)
    {
        Velocity = default;
        MovesSince = null;
        (_target, _targetSpeed) = (target, speed);
    }

    private void Pass()
    {
        TimeSpan now = Now;
        double seconds = (now - _now).TotalSeconds;
        _now = now;
        if (_target is { } target)
        {
            double step = seconds * TopSpeed * _targetSpeed;
            double pan = Toward(_position.Pan!.Value, target.Pan, step, circle: true), tilt = Toward(_position.Tilt!.Value, target.Tilt, step, circle: false);
            _position = new PtzPosition(pan, tilt, Toward(_position.Zoom!.Value, target.Zoom, step / 10, circle: false));
            if (_position == new PtzPosition(target.Pan ?? _position.Pan, target.Tilt ?? _position.Tilt, target.Zoom ?? _position.Zoom))
                _target = null;
            return;
        }
        double turned = _position.Pan!.Value + Velocity.Pan * TopSpeed * seconds;
        if (LeftStop is { } stop && Velocity.Pan < 0)
            turned = Math.Max(turned, stop);
        _position = new PtzPosition(
            (turned % 360 + 360) % 360,
            Math.Clamp(_position.Tilt!.Value + Velocity.Tilt * TopSpeed * seconds, -90, 90),
            Math.Clamp(_position.Zoom!.Value + Velocity.Zoom * TopSpeed / 10 * seconds, 1, 20));
    }

    private static double Toward(double from, double? to, double step, bool circle)
    {
        if (to is not { } target)
            return from;
        double way = target - from;
        if (circle)
            way = (way % 360 + 540) % 360 - 180;
        return Math.Abs(way) <= step ? target : ((from + Math.Sign(way) * step) % 360 + (circle ? 360 : 0)) % 360;
    }
}
