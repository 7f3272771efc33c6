using Gb28181Edge.Drivers;
using Gb28181Edge.Storage;

namespace Gb28181Edge.Devices;

/// <summary>What a head does by itself: one cruise or scan at a time, and the way home. GB/T 28181-2016 A.3.5, A.3.6, A.2.3 HomePosition.</summary>
/// <remarks>
/// Reads no clock and moves nothing: it is told what happened and asked what is due. Nobody has to steer for a program to go on, so that it
/// outlives the platform that began it; it ends with the next motion or stop, and never runs while no agent does.
/// </remarks>
internal sealed class PtzPrograms(PtzSettings settings)
{
    private readonly TimeSpan _dwell = TimeSpan.FromSeconds(settings.DwellSeconds), _scanLeg = TimeSpan.FromSeconds(settings.ScanSeconds);
    private CruiseRun? _cruise;
    private ScanRun? _scan;
    private TimeSpan _idleSince;
    private bool _returned;

    /// <summary>Null when none does.</summary>
    public ProgramRecord? Running { get; private set; }

    /// <summary>How often somebody steered.</summary>
    public long Activities { get; private set; }

    /// <summary>It waits for <see cref="OnReading"/>.</summary>
    public bool WantsReading => _cruise?.WantsReading ?? _scan?.WantsReading ?? false;

    /// <summary>Begins a program, in the place of what runs.</summary>
    public void Begin(ProgramRecord program, TimeSpan now)
    {
        End(now);
        Running = program;
        if (program.Kind == ProgramKind.Cruise)
            _cruise = new CruiseRun(_dwell);
        else
            _scan = new ScanRun(_scanLeg);
    }

    /// <summary>Ends what runs.</summary>
    public void End(TimeSpan now)
    {
        (Running, _cruise, _scan) = (null, null, null);
        OnActivity(now);
    }

    /// <summary>Somebody steered: the time until the return home begins anew.</summary>
    public void OnActivity(TimeSpan now)
    {
        (_idleSince, _returned) = (now, false);
        Activities++;
    }

    /// <summary>The lens rests again, after its motion has ended the travel to a point.</summary>
    public void OnLensRest() => _cruise?.CallAgain();

    /// <summary>The head failed; when it takes commands again the program goes on.</summary>
    public void OnFailure(TimeSpan now)
    {
        _cruise?.OnFailure();
        _scan?.OnFailure();
        if (!_returned)
            _idleSince = now;
    }

    /// <summary>What is due.</summary>
    /// <param name="record">Points, limits, speeds.</param>
    /// <param name="home">Null when there is none.</param>
    /// <param name="steered">Somebody moves the head or the lens right now.</param>
    /// <param name="tellsPosition">The head tells where it looks.</param>
    /// <param name="now">The clock.</param>
    public PtzAction Next(PtzRecord record, HomePosition? home, bool steered, bool tellsPosition, TimeSpan now)
    {
        if (_cruise is not null)
            return _cruise.Next(record.Cruise(Running!.Group), now);
        if (_scan is not null)
            return _scan.Next(record.Scan(Running!.Group), tellsPosition, now);
        return HomeDue(home, steered) <= now ? new PtzAction(PtzActionKind.Home, home!.Preset, 1) : default;
    }

    /// <summary>When to ask <see cref="Next"/> again; null when only after the next order.</summary>
    public TimeSpan? Deadline(HomePosition? home, bool steered, TimeSpan now)
    {
        if (_cruise is not null)
            return _cruise.Deadline ?? now;
        return _scan is not null ? _scan.Deadline ?? now : HomeDue(home, steered);
    }

    /// <summary>A call was made.</summary>
    public void OnCalled(PtzRecord record, bool taken, bool tellsPosition, TimeSpan now) =>
        _cruise?.OnCalled(taken, tellsPosition, record.Cruise(Running!.Group), now);

    /// <summary>The head is on its way home, or has no such place; either way the next return follows the next activity.</summary>
    public void OnReturned() => _returned = true;

    public void OnReading(PtzRecord record, PtzReading? reading, TimeSpan now)
    {
        _cruise?.OnReading(reading, record.Cruise(Running!.Group), now);
        _scan?.OnReading(reading, now);
    }

    private TimeSpan? HomeDue(HomePosition? home, bool steered) =>
        home is { Enabled: true } && !_returned && !steered ? _idleSince + TimeSpan.FromSeconds(Math.Max(home.ResetSeconds, 1)) : null;
}
