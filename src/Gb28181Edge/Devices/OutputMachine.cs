namespace Gb28181Edge.Devices;

/// <summary>What an output does when it is asked for.</summary>
internal enum OutputMode
{
    /// <summary>On while it is asked for.</summary>
    Follow,
    /// <summary>On for a time with each alarm and each command, then off by itself.</summary>
    Pulse,
    /// <summary>On from an alarm until it is switched off or its alarms are reset.</summary>
    Latch,
    /// <summary>On and off in turn while it is asked for.</summary>
    Flash,
}

/// <summary>One output's state: who asks for it, and whether it is on at this moment.</summary>
/// <remarks>
/// Pure: time is an argument. Whether it may go on is the controller's affair: it calls <see cref="Engage"/> where nothing forbids it, and
/// <see cref="Refuse"/> otherwise.
/// </remarks>
/// <param name="mode">What it does.</param>
/// <param name="pulse">How long a pulse takes.</param>
/// <param name="flash">How long a flash is on, and then off.</param>
internal sealed class OutputMachine(OutputMode mode, TimeSpan pulse, TimeSpan flash)
{
    private bool _wanted, _held, _latched;
    private TimeSpan? _pulseEnd;
    private TimeSpan _engagedAt;

    /// <summary>It may be on: others that are never on together with it may not.</summary>
    public bool IsEngaged { get; private set; }

    /// <summary>A platform switches it.</summary>
    public void OnCommand(bool on, TimeSpan now)
    {
        if (mode == OutputMode.Pulse)
        {
            _pulseEnd = on ? now + pulse : null;
            return;
        }
        _wanted = on;
        _latched &= on;
    }

    /// <summary>One of its inputs raised an alarm.</summary>
    public void OnAlarm(TimeSpan now)
    {
        if (mode == OutputMode.Pulse)
            _pulseEnd = now + pulse;
        _latched = mode == OutputMode.Latch;
    }

    /// <summary>Whether one of its inputs is in alarm.</summary>
    public void OnHeld(bool held) => _held = held;

    /// <summary>An alarm of its inputs was reset. While another one is in alarm it stays as it is.</summary>
    public void OnReset()
    {
        if (!_held)
            (_latched, _pulseEnd) = (false, null);
    }

    /// <summary>Somebody asks for it.</summary>
    public bool IsAsked(TimeSpan now) => mode switch
    {
        OutputMode.Pulse => now < _pulseEnd,
        OutputMode.Latch => _wanted || _latched,
        _ => _wanted || _held,
    };

    /// <summary>It may go on.</summary>
    public void Engage(TimeSpan now)
    {
        if (!IsEngaged)
            (IsEngaged, _engagedAt) = (true, now);
    }

    /// <summary>Nobody asks for it any more.</summary>
    public void Disengage() => IsEngaged = false;

    /// <summary>It may not go on: a command and a pulse are forgotten, what an alarm holds goes on waiting.</summary>
    public void Refuse() => (_wanted, _pulseEnd) = (false, null);

    /// <summary>What the pin has to be.</summary>
    public bool Level(TimeSpan now) => IsEngaged && (mode != OutputMode.Flash || (now - _engagedAt).Ticks / flash.Ticks % 2 == 0);

    /// <summary>When the pin has to change by itself; null when never.</summary>
    public TimeSpan? NextDeadline(TimeSpan now) => mode switch
    {
        OutputMode.Pulse when now < _pulseEnd => _pulseEnd,
        OutputMode.Flash when IsEngaged => _engagedAt + flash * ((now - _engagedAt).Ticks / flash.Ticks + 1),
        _ => null,
    };
}
