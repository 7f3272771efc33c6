using System.Collections.Immutable;
using Gb28181Edge.Drivers;
using Gb28181Edge.Storage;

namespace Gb28181Edge.Devices;

/// <summary>A cruise under way: from preset to preset of its group, round and round. GB/T 28181-2016 A.3.5.</summary>
/// <remarks>
/// Where the head tells its position the dwell begins when it stands, three minutes after the call at the latest; else with the call. The
/// group may be edited meanwhile: new points come in their turn, and a point that is deleted is left when its dwell is over.
/// </remarks>
internal sealed class CruiseRun(TimeSpan defaultDwell)
{
    /// <summary>The speeds that CruiseTrackQuery of GB/T 28181-2022 can tell; a greater value of PTZCmd 86 is the greatest of them.</summary>
    public const int TopSpeed = 15;

    /// <summary>So long after a call a head that is about to set off may still stand.</summary>
    private static readonly TimeSpan SetOff = TimeSpan.FromSeconds(1);

    /// <summary>A blind head may have to find its home first, and tells no position meanwhile.</summary>
    private static readonly TimeSpan LongestTravel = TimeSpan.FromMinutes(3);

    private ImmutableArray<int> _points = [];
    private int _at;
    private int _missed;
    private Phase _phase = Phase.Call;
    private bool _again;
    private TimeSpan _calledAt, _until, _seenAt;
    private PtzPosition? _seen;

    private enum Phase { Call, Travel, Dwell }

    /// <summary>It waits for the head to stand.</summary>
    public bool WantsReading => _phase == Phase.Travel;

    /// <summary>When it wants to be asked again; null when at once.</summary>
    public TimeSpan? Deadline => _phase == Phase.Call || _again ? null : _until;

    /// <summary>The speed of a group as a part of top speed.</summary>
    public static int SpeedOf(CruiseRecord cruise) => Math.Clamp(cruise.Speed ?? TopSpeed, 1, TopSpeed);

    /// <summary>How long a group stands at a point; 0 is as if it had never been set.</summary>
    public static TimeSpan DwellOf(CruiseRecord cruise, TimeSpan defaultDwell) =>
        cruise.DwellSeconds is { } seconds and > 0 ? TimeSpan.FromSeconds(seconds) : defaultDwell;

    /// <summary>What is due. A call is asked for until <see cref="OnCalled"/>.</summary>
    public PtzAction Next(CruiseRecord cruise, TimeSpan now)
    {
        Follow(cruise.Points);
        if (_points.IsEmpty)
            return new PtzAction(PtzActionKind.End, Reason: "its group has no points");
        if (_missed >= _points.Length)
            return new PtzAction(PtzActionKind.End, Reason: "the head can go to none of its points");
        if (_phase == Phase.Travel && now >= _until)
            Stand(_until, cruise);
        if (_phase == Phase.Dwell && now >= _until)
        {
            _at = (_at + 1) % _points.Length;
            _phase = Phase.Call;
        }
        if (_phase == Phase.Call)
            _again = false;
        return _phase == Phase.Call || _again
            ? new PtzAction(PtzActionKind.Call, _points[Math.Max(_at, 0)], SpeedOf(cruise) / (float)TopSpeed)
            : default;
    }

    /// <param name="taken">The head was told; false when it cannot go there: then the next point is tried.</param>
    /// <param name="tellsPosition">The head tells where it looks.</param>
    /// <param name="cruise">The group.</param>
    /// <param name="now">The clock.</param>
    public void OnCalled(bool taken, bool tellsPosition, CruiseRecord cruise, TimeSpan now)
    {
        if (_phase != Phase.Call)
        {
            _again = false;
            return;
        }
        if (!taken)
        {
            _missed++;
            _at = (_at + 1) % Math.Max(_points.Length, 1);
            return;
        }
        _missed = 0;
        _calledAt = now;
        _seen = null;
        if (tellsPosition)
            (_phase, _until) = (Phase.Travel, now + LongestTravel);
        else
            Stand(now, cruise);
    }

    /// <summary>Two readings that agree mean that the head stands, since the first of them.</summary>
    public void OnReading(PtzReading? reading, CruiseRecord cruise, TimeSpan now)
    {
        if (_phase != Phase.Travel || now < _calledAt + SetOff)
            return;
        if (reading is not { } told)
        {
            _seen = null;
            return;
        }
        if (_seen is { } seen && Agree(seen, told.Position))
        {
            Stand(_seenAt, cruise);
            return;
        }
        (_seen, _seenAt) = (told.Position, now);
    }

    /// <summary>The current point is called again, its dwell goes on: another order may have ended the travel.</summary>
    public void CallAgain() => _again = true;

    /// <summary>The head failed: the current point is begun anew.</summary>
    public void OnFailure() => _phase = Phase.Call;

    private void Stand(TimeSpan since, CruiseRecord cruise) => (_phase, _until) = (Phase.Dwell, since + DwellOf(cruise, defaultDwell));

    /// <summary>Keeps the place in a group that was edited.</summary>
    private void Follow(ImmutableArray<int> points)
    {
        if (_points == points)
            return;
        if (_points.Length > 0)
        {
            int kept = 0;
            for (int i = 0; i <= Math.Min(_at, _points.Length - 1); i++)
                kept += points.Contains(_points[i]) ? 1 : 0;
            _at = kept - 1;                                                // −1: the first point is next
            if (_phase == Phase.Call)
                _at = Math.Max(_at, 0);
            _at = Math.Min(_at, points.Length - 1);
        }
        _points = points;
    }

    private static bool Agree(PtzPosition a, PtzPosition b) =>
        Near(a.Pan, b.Pan, 0.5, 360) && Near(a.Tilt, b.Tilt, 0.5, 360) && Near(a.Zoom, b.Zoom, 0.02 * (a.Zoom ?? 1), double.MaxValue);

    private static bool Near(double? a, double? b, double tolerance, double circle)
    {
        if (a is not { } one || b is not { } other)
            return a is null && b is null;
        double difference = Math.Abs(one - other);
        return Math.Min(difference, circle - difference) <= tolerance;
    }
}
