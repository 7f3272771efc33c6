using Gb28181Edge.Configuration;

namespace Gb28181Edge.Tests.Heads;

/// <summary>Where an emulated head looks.</summary>
/// <param name="Pan">Degrees, 0 … 360, grows to the right.</param>
/// <param name="Tilt">Degrees, + is up.</param>
/// <param name="Zoom">0 the widest … 1 the narrowest.</param>
internal readonly record struct HeadState(double Pan, double Tilt, double Zoom);

/// <summary>One emulated head as it hangs on an agent: how it is configured, what it does, and what it cannot.</summary>
internal abstract class HeadRig : IAsyncDisposable
{
    public abstract PtzOptions Ptz { get; }

    public virtual IReadOnlyList<BusOptions> Buses => [];

    public virtual BoardOptions Board => new GpiodBoardOptions();

    /// <summary>Where it really looks, by what it was told.</summary>
    public abstract HeadState State { get; }

    /// <summary>What it does by speed, −1 … +1 of its top speed.</summary>
    public abstract HeadState Velocity { get; }

    /// <summary>By speed, or on its way to a place.</summary>
    public abstract bool IsMoving { get; }

    /// <summary>+1 far, −1 near, 0 stands.</summary>
    public abstract int Focus { get; }

    /// <summary>+1 opens, −1 closes, 0 stands; null where it moves by steps.</summary>
    public virtual int? Iris => null;

    /// <summary>Steps opened less steps closed, where it moves by steps.</summary>
    public virtual int IrisSteps => 0;

    /// <summary>How often it was told to stand still.</summary>
    public virtual int? Stops => null;

    /// <summary>How often it is told so for one stop of a platform.</summary>
    public virtual int StopRepeats => 1;

    /// <summary>Top speed of pan, degrees a second.</summary>
    public abstract double TopPan { get; }

    /// <summary>False: one speed.</summary>
    public virtual bool HasSpeeds => true;

    /// <summary>The exactness of what it tells and of where it goes, degrees; a blind head states its own.</summary>
    public virtual double Exactness => 0.2;

    /// <summary>Where rows begin: pan and tilt with room on all sides.</summary>
    public virtual (double Pan, double Tilt) Middle => (40, 10);

    /// <summary>All that was switched: an entry a command.</summary>
    public virtual IReadOnlyList<string> Switched => [];

    /// <summary>What <see cref="Switched"/> gets for switch 1 on, and off.</summary>
    public virtual (string On, string Off) Wiper => default;

    /// <summary>It keeps a preset of this number itself; null when that cannot be seen.</summary>
    public virtual bool? Keeps(int preset) => null;

    /// <summary>What of the table it cannot do.</summary>
    public virtual IReadOnlySet<HeadRow> Cannot { get; } = new HashSet<HeadRow>();

    /// <summary>What was wrong about the timing or the form of what came.</summary>
    public virtual IReadOnlyList<string> Faults => [];

    public abstract ValueTask DisposeAsync();

    public bool Can(HeadRow row) => !Cannot.Contains(row);
}
