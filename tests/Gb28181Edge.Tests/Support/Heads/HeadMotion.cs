using System.Diagnostics;

namespace Gb28181Edge.Tests.Support.Heads;

/// <summary>The mechanics of an emulated head: speeds in, position out. Thread-safe.</summary>
/// <remarks>
/// Degrees and seconds of the machine's clock. Pan turns without end, 0 … 360, unless it has stops; tilt ends at −90 and +90, or at its
/// stops; zoom and focus run 0 … 1.
/// </remarks>
internal sealed class HeadMotion
{
    /// <summary>Top speeds: degrees a second, and whole ranges a second. Fast, so that tests are short.</summary>
    public const double PanSpeed = 120, TiltSpeed = 60, LensSpeed = 1;

    /// <summary>Where it runs into its stops: pan 0 … PanEnd, and tilt; null: it turns without end.</summary>
    public (double PanEnd, double TiltLow, double TiltHigh)? Stops { get; init; }

    private readonly Lock _gate = new();
    private long _since = Stopwatch.GetTimestamp();
    private (double Pan, double Tilt, double Zoom, double Focus) _at, _velocity;
    private (double? Pan, double? Tilt, double? Zoom) _target;

    public (double Pan, double Tilt, double Zoom, double Focus) Position
    {
        get
        {
            lock (_gate)
            {
                Advance();
                return _at;
            }
        }
        set
        {
            lock (_gate)
            {
                Advance();
                _at = value;
            }
        }
    }

    /// <summary>What it does by what it was told last, −1 … +1 of top speed; a travel to a target is none.</summary>
    public (double Pan, double Tilt, double Zoom, double Focus) Velocity
    {
        get
        {
            lock (_gate) return (_velocity.Pan / PanSpeed, _velocity.Tilt / TiltSpeed, _velocity.Zoom / LensSpeed, _velocity.Focus / LensSpeed);
        }
    }

    /// <summary>Something turns, tilts or zooms, by speed or to a target.</summary>
    public bool IsMoving
    {
        get
        {
            lock (_gate)
            {
                Advance();
                return _velocity != default || HasTarget;
            }
        }
    }

    /// <summary>It is on its way to a target.</summary>
    public bool Travels
    {
        get
        {
            lock (_gate)
            {
                Advance();
                return HasTarget;
            }
        }
    }

    /// <summary>Sets one or more velocities, −1 … +1 of top speed; null keeps. Pan, tilt and zoom end a travel.</summary>
    public void Drive(double? pan = null, double? tilt = null, double? zoom = null, double? focus = null)
    {
        lock (_gate)
        {
            Advance();
            if (pan is not null || tilt is not null || zoom is not null) _target = default;
            _velocity = (pan * PanSpeed ?? _velocity.Pan, tilt * TiltSpeed ?? _velocity.Tilt, zoom * LensSpeed ?? _velocity.Zoom, focus * LensSpeed ?? _velocity.Focus);
        }
    }

    /// <summary>Travels to a target at top speed; null axes stay.</summary>
    public void GoTo(double? pan, double? tilt, double? zoom)
    {
        lock (_gate)
        {
            Advance();
            _velocity = (0, 0, 0, _velocity.Focus);
            _target = (pan is { } p ? Circle(p) : _target.Pan, tilt ?? _target.Tilt, zoom ?? _target.Zoom);
        }
    }

    /// <summary>Ends a travel where it is.</summary>
    public void Abandon()
    {
        lock (_gate)
        {
            Advance();
            _target = default;
        }
    }

    private bool HasTarget => _target is not { Pan: null, Tilt: null, Zoom: null };

    private void Advance()
    {
        double s = Stopwatch.GetElapsedTime(_since).TotalSeconds;
        _since = Stopwatch.GetTimestamp();
        _at = (
            Stops is { } ends ? Math.Clamp(_at.Pan + (_velocity.Pan * s), 0, ends.PanEnd) : Circle(_at.Pan + (_velocity.Pan * s)),
            Math.Clamp(_at.Tilt + (_velocity.Tilt * s), Stops?.TiltLow ?? -90, Stops?.TiltHigh ?? 90),
            Math.Clamp(_at.Zoom + (_velocity.Zoom * s), 0, 1), Math.Clamp(_at.Focus + (_velocity.Focus * s), 0, 1));
        if (_target.Pan is { } pan)
        {
            double way = Circle(pan - _at.Pan) is var right && right > 180 ? right - 360 : right;
            double step = Math.Clamp(way, -PanSpeed * s, PanSpeed * s);
            _at.Pan = Circle(_at.Pan + step);
            if (step == way) _target.Pan = null;
        }
        if (_target.Tilt is { } tilt) (_at.Tilt, _target.Tilt) = Step(_at.Tilt, tilt, TiltSpeed * s);
        if (_target.Zoom is { } zoom) (_at.Zoom, _target.Zoom) = Step(_at.Zoom, zoom, LensSpeed * s);
    }

    private static (double At, double? Target) Step(double at, double target, double most) =>
        Math.Abs(target - at) <= most ? (target, null) : (at + (Math.Sign(target - at) * most), target);

    private static double Circle(double degrees) => ((degrees % 360) + 360) % 360;
}
