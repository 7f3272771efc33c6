using Gb28181Edge.Configuration;
using Gb28181Edge.Tests.Support.Heads;

namespace Gb28181Edge.Tests.Heads;

/// <summary>A head on a pseudo-terminal.</summary>
internal abstract class SerialRig(ISerialHead head, HeadMotion motion) : HeadRig
{
    private const int Baud = 9600, BitsOfCharacter = 10, GapMs = 10;

    protected SerialWire Wire { get; } = new(head);

    public override IReadOnlyList<BusOptions> Buses => [new BusOptions { Name = "line", Port = Wire.Path, Baud = Baud, GapMs = GapMs }];

    public override HeadState State => motion.Position is var at ? new HeadState(at.Pan, at.Tilt, at.Zoom) : default;

    public override HeadState Velocity => motion.Velocity is var now ? new HeadState(now.Pan, now.Tilt, now.Zoom) : default;

    public override bool IsMoving => motion.IsMoving;

    public override double TopPan => HeadMotion.PanSpeed;

    /// <summary>The length of its frames where all are alike.</summary>
    protected virtual int? FrameBytes => null;

    /// <summary>A stop waits less than the gap, but never sets out before the frame ahead of it is over.</summary>
    public override IReadOnlyList<string> Faults
    {
        get
        {
            if (FrameBytes is not { } bytes) return [];
            var least = TimeSpan.FromSeconds((double)bytes * BitsOfCharacter / Baud);
            return Wire.TooNear(bytes, least) is var near and > 0 ? [$"{near} frames came within {least.TotalMilliseconds:0.0} ms of the one before"] : [];
        }
    }

    public override ValueTask DisposeAsync()
    {
        Wire.Dispose();
        return ValueTask.CompletedTask;
    }
}

internal abstract class PelcoRig(EmulatedPelco head, int frameBytes) : SerialRig(head, head.Motion)
{
    public override int Focus => head.Focus;
    public override int? Iris => head.Iris;
    public override int? Stops => head.Stops;
    public override int StopRepeats => 3;
    public override IReadOnlyList<string> Switched => [.. head.Told.Where(told => told.StartsWith("aux ", StringComparison.Ordinal))];
    public override (string On, string Off) Wiper => ("aux 1 on", "aux 1 off");
    public override IReadOnlyList<string> Faults => head.Noise == 0 ? base.Faults : [.. base.Faults, $"{head.Noise} bytes of no frame"];
    protected override int? FrameBytes => frameBytes;

    public override bool? Keeps(int preset) =>
        head.Told.LastOrDefault(told => told == $"set {preset}" || told == $"clear {preset}") is { } last ? last == $"set {preset}" : false;
}

/// <summary>Takes and tells positions.</summary>
internal sealed class PelcoDRig() : PelcoRig(new EmulatedPelcoD(7) { Answers = true, PanZero = 12_000, TiltZero = 34_000 }, 7)
{
    public override PtzOptions Ptz { get; } = new PelcoDPtzOptions
    {
        Bus = "line",
        Address = 7,
        Feedback = true,
        PanZeroDegrees = 120,
        TiltZeroDegrees = 340,
        MaxZoom = 20,
        ReplyMs = 250,
        FieldDegrees = 60,
    };
}

/// <summary>Has presets and says nothing.</summary>
internal sealed class PelcoDMuteRig() : PelcoRig(new EmulatedPelcoD(1), 7)
{
    public override PtzOptions Ptz { get; } = new PelcoDPtzOptions { Bus = "line", DwellSeconds = 1, ScanSeconds = 1, FieldDegrees = 60 };
    public override IReadOnlySet<HeadRow> Cannot { get; } = new HashSet<HeadRow> { HeadRow.Position, HeadRow.Precise, HeadRow.DragZoom };
}

/// <summary>Has nothing but motors: its position is reckoned, its presets are the agent's.</summary>
internal sealed class PelcoDBlindRig() : PelcoRig(new EmulatedPelcoD(1) { Motion = new HeadMotion { Stops = (180, -30, 60) } }, 7)
{
    public override PtzOptions Ptz { get; } = new PelcoDPtzOptions
    {
        Bus = "line",
        Presets = 0,
        FieldDegrees = 60,
        MaxSpeedPercent = 50,
        Travel = new PtzTravelOptions
        {
            PanDegrees = 180,
            PanSeconds = 1.5,
            TiltDegrees = 90,
            TiltSeconds = 1.5,
            TiltAtBottomDegrees = -30,
            ZoomSeconds = 1,
            MaxZoom = 20,
            DriftPercent = 2,
            BacklashDegrees = 0,
            LagMs = 100,
            HomeAtStart = true,
            HomeAgainAboveDegrees = 60,
        },
    };

    public override HeadState Velocity => base.Velocity is var now ? now with { Pan = now.Pan * 2, Tilt = now.Tilt * 2 } : default;
    public override double TopPan => base.TopPan / 2;
    public override (double Pan, double Tilt) Middle => (80, 10);
}

internal sealed class PelcoPRig() : PelcoRig(new EmulatedPelcoP(4, likeD: false), 8)
{
    public override PtzOptions Ptz { get; } = new PelcoPPtzOptions { Bus = "line", Address = 5, DwellSeconds = 1, ScanSeconds = 1, FieldDegrees = 60 };
    public override IReadOnlySet<HeadRow> Cannot { get; } = new HashSet<HeadRow> { HeadRow.Position, HeadRow.Precise, HeadRow.DragZoom };
}

/// <summary>The only one of a chain.</summary>
internal sealed class ViscaRig : SerialRig
{
    private readonly EmulatedVisca _head;

    public ViscaRig() : this(new EmulatedVisca())
    {
    }

    private ViscaRig(EmulatedVisca head) : base(new EmulatedViscaChain(head), head.Motion) => _head = head;

    public override PtzOptions Ptz { get; } = new ViscaPtzOptions { Bus = "line", FieldDegrees = 60 };
    public override int Focus => Math.Sign(_head.Motion.Velocity.Focus);
    public override int IrisSteps => _head.Iris;
    public override int? Stops => _head.Stops;
    public override IReadOnlyList<string> Faults => _head.Faults;
    public override IReadOnlySet<HeadRow> Cannot { get; } = new HashSet<HeadRow> { HeadRow.Auxiliary };
}
