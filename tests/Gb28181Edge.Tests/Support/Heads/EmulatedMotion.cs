namespace Gb28181Edge.Tests.Support.Heads;

/// <summary>Integrates an emulated head's position from what it was told: degrees, and seconds of a clock.</summary>
/// <remarks>Pan turns without end, 0 … 360; tilt stops at −90 and +90; zoom runs from 1 to 20. Thread-safe.</remarks>
internal sealed class EmulatedMotion(TimeProvider time)
{
    public const double PanSpeed = 60, TiltSpeed = 30, ZoomSpeed = 5;

    private readonly Lock _gate = new();
    private long _since = time.GetTimestamp();
    private (double Pan, double Tilt, double Zoom) _position = (0, 0, 1);
    private (double Pan, double Tilt, double Zoom) _velocity;
    private TimeSpan? _left;

    /// <summary>Where it looks now.</summary>
    public (double Pan, double Tilt, double Zoom) Position
    {
        get
        {
            lock (_gate)
            {
                Advance();
                return _position;
            }
        }
    }

    /// <summary>What it does now, −1 … +1 of top speed.</summary>
    public (double Pan, double Tilt, double Zoom) Velocity
    {
        get
        {
            lock (_gate)
            {
                Advance();
                return (_velocity.Pan / PanSpeed, _velocity.Tilt / TiltSpeed, _velocity.Zoom / ZoomSpeed);
            }
        }
    }

    public bool IsMoving
    {
        get
        {
            lock (_gate)
            {
                Advance();
                return _velocity != default;
            }
        }
    }

    /// <param name="pan">−1 … +1 of its top speed, + is right.</param>
    /// <param name="tilt">+ is up.</param>
    /// <param name="zoom">+ is in.</param>
    /// <param name="timeout">When it stops by itself; null: never.</param>
    public void Move(double pan, double tilt, double zoom, TimeSpan? timeout = null)
    {
        lock (_gate)
        {
            Advance();
            _velocity = (pan * PanSpeed, tilt * TiltSpeed, zoom * ZoomSpeed);
            _left = timeout;
        }
    }

    public void GoTo(double? pan, double? tilt, double? zoom)
    {
        lock (_gate)
        {
            Advance();
            _velocity = default;
            _position = (pan is { } p ? Circle(p) : _position.Pan, Math.Clamp(tilt ?? _position.Tilt, -90, 90), Math.Clamp(zoom ?? _position.Zoom, 1, 20));
        }
    }

    private void Advance()
    {
        TimeSpan passed = time.GetElapsedTime(_since);
        _since = time.GetTimestamp();
        TimeSpan moving = _left is { } left && left < passed ? left : passed;
        double s = moving.TotalSeconds;
        _position = (
            Circle(_position.Pan + _velocity.Pan * s), Math.Clamp(_position.Tilt + _velocity.Tilt * s, -90, 90),
            Math.Clamp(_position.Zoom + _velocity.Zoom * s, 1, 20));
        if (_left is null) return;
        _left -= moving;
        if (_left > TimeSpan.Zero) return;
        _left = null;
        _velocity = default;
    }

    private static double Circle(double degrees) => degrees is >= 0 and < 360 ? degrees : (degrees % 360 + 360) % 360;
}
