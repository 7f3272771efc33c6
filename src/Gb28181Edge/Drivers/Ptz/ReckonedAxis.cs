namespace Gb28181Edge.Drivers.Ptz;

/// <summary>How one axis of a blind head moves.</summary>
/// <param name="Range">From one end of its travel to the other: degrees, or 1 for a lens.</param>
/// <param name="Seconds">How long that takes at top speed.</param>
/// <param name="Drift">How much the speed may differ from that, as a fraction.</param>
/// <param name="Backlash">The play of its gears at most, in the unit of <paramref name="Range"/>.</param>
/// <param name="Lag">How long the motor takes at most to start and to come to a stand.</param>
/// <param name="EndError">How exactly the end of the travel is known.</param>
internal sealed record AxisTravel(double Range, double Seconds, double Drift, double Backlash, TimeSpan Lag, double EndError)
{
    /// <summary>In the unit of <see cref="Range"/>, each second.</summary>
    public double TopSpeed => Range / Seconds;

    /// <summary>How long it runs from anywhere to be at the end for certain.</summary>
    public TimeSpan HomingTime => TimeSpan.FromSeconds(Seconds * Math.Max(1.1, 1 / (1 - Drift)) + 1) + 2 * Lag;
}

/// <summary>Where one axis must be after what it was told, and how far off that may be. 0 is the end where it homes; + leads away from it.</summary>
/// <remarks>
/// What is reckoned is the motor, counted from home; the view follows it with the play of the gears. Home is left with the play on the
/// home side, so after a motion towards home the view is where the motor is, and after one away from home it lags by the play at most.
/// The bound of the error grows with the way (drift), with each start (lag) and with what the way of a command leaves open (its time on
/// the line); it shrinks while the axis presses against an end, for there the truth cannot go on.
/// </remarks>
internal sealed class ReckonedAxis(AxisTravel travel)
{
    private double _motor, _error, _play, _slack, _speed, _doubt;
    private TimeSpan _at;

    public AxisTravel Travel => travel;

    /// <summary>False until it was at home, and after a command of which nobody knows whether it arrived.</summary>
    public bool IsKnown { get; private set; }

    /// <summary>0 … <see cref="AxisTravel.Range"/>; only while it is known.</summary>
    public double Position => Math.Clamp(_motor - _play / 2, 0, travel.Range);

    /// <summary>The most that <see cref="Position"/> may be off.</summary>
    public double Error => _error + _play / 2;

    /// <summary>What the motor was counted to; the position, once the play is taken up.</summary>
    public double Motor => _motor;

    /// <summary>The farthest that the motor can be counted: the far end with half the play.</summary>
    public double Farthest => travel.Range + travel.Backlash / 2;

    /// <summary>All of the play is known to lie on the home side.</summary>
    public bool IsTakenUp => _play <= 0;

    /// <summary>Now, in the unit of the range, each second.</summary>
    public double Speed => _speed;

    /// <summary>At home, as exactly as an end can be known, plus what the way of finding it left open.</summary>
    public void SetHome(double error) => (IsKnown, _motor, _play, _slack, _error) = (true, 0, 0, 0, travel.EndError + error);

    /// <summary>Nothing is known any more.</summary>
    public void Lose() => IsKnown = false;

    /// <summary>Counts the motion up to a time.</summary>
    public void Advance(TimeSpan now)
    {
        double seconds = (now - _at).TotalSeconds;
        if (seconds <= 0) return;
        _at = now;
        _error += Math.Abs(_doubt) * seconds;
        if (_speed > 0) Away(_speed * seconds);
        else if (_speed < 0) Home(-_speed * seconds);
    }

    /// <summary>A new speed was told between two times.</summary>
    /// <param name="speed">In the unit of the range, each second; + leads away from home.</param>
    /// <param name="sent">When the command set out.</param>
    /// <param name="arrived">When it had left the line at the latest.</param>
    public void Tell(double speed, TimeSpan sent, TimeSpan arrived)
    {
        Advance(sent + (arrived - sent) / 2);
        double change = Math.Abs(speed - _speed), fastest = 1 + travel.Drift;
        double lag = travel.Lag.TotalSeconds * fastest, transit = (arrived - sent).TotalSeconds * fastest;
        _error += (change + _doubt) * transit / 2;
        bool turns = Math.Sign(speed) != Math.Sign(_speed);
        // starting late loses way and stopping late adds it: the first pays for the second
        double faster = Math.Max(0, Math.Abs(speed) - (turns ? 0 : Math.Abs(_speed)));
        _error += lag * faster;
        if (turns && _speed > 0) _play = Math.Min(travel.Backlash, _play + _speed * (lag + transit));
        if (speed < 0) _slack = (turns ? 0 : _slack) + faster * (lag + transit);
        (_speed, _doubt) = (speed, 0);
        Advance(arrived);
    }

    /// <summary>A command was withdrawn, and may have arrived all the same; until the next one either speed holds.</summary>
    public void Doubt(double speed, TimeSpan now)
    {
        Advance(now);
        double change = Math.Abs(speed - _speed) * (1 + travel.Drift);
        _doubt = Math.Max(_doubt, change);
        _error += change * 2 * travel.Lag.TotalSeconds;
        _play = change > 0 ? travel.Backlash : _play;
    }

    private void Away(double way)
    {
        _play = Math.Min(travel.Backlash, _play + way * (1 + travel.Drift));
        double free = Math.Min(way, Math.Max(0, Farthest - _motor));
        _motor += free;
        _error += free * travel.Drift;
        Press(way - free, travel.EndError + travel.Backlash / 2);
    }

    private void Home(double way)
    {
        double least = way * (1 - travel.Drift), lost = Math.Min(_slack, least);
        _slack -= lost;
        if (_doubt <= 0) _play = Math.Max(0, _play - (least - lost));
        double free = Math.Min(way, Math.Max(0, _motor));
        _motor -= free;
        _error += free * travel.Drift;
        Press(way - free, travel.EndError);
    }

    /// <summary>The count has reached an end; whatever the truth lags behind it comes up now.</summary>
    private void Press(double way, double least)
    {
        if (way > 0) _error = Math.Max(least, _error - way * (1 - travel.Drift));
    }
}
