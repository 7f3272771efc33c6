using Gb28181Edge.Drivers;
using Gb28181Edge.Storage;

namespace Gb28181Edge.Devices;

/// <summary>A scan under way: to the left limit, to the right one, and so on. GB/T 28181-2016 A.3.6.</summary>
/// <remarks>
/// With both limits set and a head that tells where it looks, it turns round at the limits; a leg that does not get there ends the scan. Otherwise
/// each leg takes a configured time, so that the sweep may wander. A scan that begins outside of its limits goes to the nearer one first.
/// </remarks>
internal sealed class ScanRun(TimeSpan legTime)
{
    /// <summary>The slowest a scan turns, of top speed; many heads do not move at less.</summary>
    private const float Slowest = 0.02f;

    /// <summary>The speed of a group that has none, of top speed.</summary>
    private const float Usual = 0.25f;

    /// <summary>The greatest value of PTZCmd 8A.</summary>
    private const float TopValue = 4095;

    /// <summary>So near to a limit is on it, degrees.</summary>
    private const double OnLimit = 0.2;

    private static readonly TimeSpan LongestLeg = TimeSpan.FromMinutes(10), LongestStall = TimeSpan.FromSeconds(15), LongestSilence = TimeSpan.FromSeconds(5);

    private int _direction = -1;
    private float _told;
    private bool _begun, _byPosition, _looked, _turn;
    private TimeSpan _legEnd, _readBy, _movedAt;
    private double _movedFrom;
    private double? _before;
    private double _left, _arc;

    /// <summary>It turns round by what the head tells.</summary>
    public bool WantsReading => _begun && _byPosition;

    /// <summary>When it wants to be asked again; null when at once.</summary>
    public TimeSpan? Deadline =>
        !_begun || _turn ? null : !_byPosition ? _legEnd : Least(_readBy, _looked ? Least(_legEnd, _movedAt + LongestStall) : _readBy);

    /// <summary>The speed of a group, above 0 up to 1 of top speed: its value of PTZCmd 8A by the greatest that there is.</summary>
    public static float SpeedOf(ScanRecord scan) => scan.Speed is { } value ? Math.Clamp(value / TopValue, Slowest, 1) : Usual;

    /// <summary>What is due. A pan is asked for once.</summary>
    public PtzAction Next(ScanRecord scan, bool tellsPosition, TimeSpan now)
    {
        if (!_begun)
            Begin(scan, tellsPosition, now);
        else if (_byPosition && scan is { Left: { } left, Right: { } right })
            SetLimits(left, right);
        if (_byPosition && Fault(now) is { } reason)
            return new PtzAction(PtzActionKind.End, Reason: reason);
        if (_turn || !_byPosition && now >= _legEnd)
            TurnRound(now);
        if (_byPosition && !_looked)
            return default;                                                // where it looks decides which way to go
        float pan = _direction * SpeedOf(scan);
        if (pan == _told)
            return default;
        _told = pan;
        return new PtzAction(PtzActionKind.Pan, Speed: pan);
    }

    public void OnReading(PtzReading? reading, TimeSpan now)
    {
        if (!WantsReading || reading is not { Position.Pan: { } pan })
            return;
        _readBy = now + LongestSilence;
        double at = Circle(pan - _left);
        if (!_looked)
        {
            _looked = true;
            _direction = at <= _arc || at - _arc <= 360 - at ? -1 : 1;
            StartLeg(now);
            (_before, _movedFrom) = (at, pan);
            return;
        }
        if (Math.Min(Circle(pan - _movedFrom), Circle(_movedFrom - pan)) >= OnLimit)
            (_movedFrom, _movedAt) = (pan, now);
        _turn |= _before is { } before && IsAtLimit(before, at);
        _before = at;
    }

    /// <summary>The head failed, and was stopped: the leg is begun anew.</summary>
    public void OnFailure() => (_begun, _looked, _turn, _told, _before) = (false, false, false, 0, null);

    private void Begin(ScanRecord scan, bool tellsPosition, TimeSpan now)
    {
        _begun = true;
        _byPosition = false;
        if (tellsPosition && scan is { Left: { } left, Right: { } right } && Circle(right - left) > 2 * OnLimit)
        {
            _byPosition = true;
            SetLimits(left, right);
        }
        _readBy = now + LongestSilence;
        StartLeg(now);
    }

    private void SetLimits(double left, double right) => (_left, _arc) = (left, Circle(right - left));

    private void StartLeg(TimeSpan now)
    {
        _legEnd = now + (_byPosition ? LongestLeg : legTime);
        _movedAt = now;
    }

    private void TurnRound(TimeSpan now)
    {
        _direction = -_direction;
        _turn = false;
        StartLeg(now);
    }

    private string? Fault(TimeSpan now)
    {
        if (now >= _readBy)
            return "the head does not tell where it looks";
        if (!_looked || _turn)
            return null;
        if (now >= _movedAt + LongestStall)
            return "the head does not move";
        return now >= _legEnd ? "a limit was not reached" : null;
    }

    /// <summary>Both angles are from the left limit clockwise; above the arc is outside.</summary>
    private bool IsAtLimit(double before, double at)
    {
        if (before > _arc)
            return false;                                                  // on its way in, or it has just turned round
        if (at > _arc)
            return true;
        // a fast head can pass the whole gap between two readings
        return _direction < 0 ? at <= OnLimit || at > before + 180 : at >= _arc - OnLimit || at < before - 180;
    }

    private static double Circle(double degrees) => (degrees % 360 + 360) % 360;

    private static TimeSpan Least(TimeSpan a, TimeSpan b) => a < b ? a : b;
}
