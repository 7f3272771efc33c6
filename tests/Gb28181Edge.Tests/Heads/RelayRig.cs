using Gb28181Edge.Configuration;
using Gb28181Edge.Tests.Support;
using Gb28181Edge.Tests.Support.Heads;

namespace Gb28181Edge.Tests.Heads;

/// <summary>Motors on relays, with a limit switch at the left and the lower end.</summary>
internal sealed class RelayRig : HeadRig
{
    private const int DeadTimeMs = 200;

    private readonly TemporaryDirectory _directory = new();
    private readonly RelayHead _head;

    public RelayRig() => _head = new RelayHead(_directory["pins"], TimeSpan.FromMilliseconds(DeadTimeMs));

    public override PtzOptions Ptz { get; } = new RelayPtzOptions
    {
        Left = RelayHead.Left,
        Right = RelayHead.Right,
        Up = RelayHead.Up,
        Down = RelayHead.Down,
        ZoomIn = RelayHead.ZoomIn,
        ZoomOut = RelayHead.ZoomOut,
        FocusNear = RelayHead.FocusNear,
        FocusFar = RelayHead.FocusFar,
        IrisOpen = RelayHead.IrisOpen,
        IrisClose = RelayHead.IrisClose,
        Wiper = RelayHead.Wiper,
        ActiveLow = false,
        DeadTimeMs = DeadTimeMs,
        FieldDegrees = 60,
        Travel = new PtzTravelOptions
        {
            PanDegrees = 90,
            PanSeconds = 2.25,
            TiltDegrees = 60,
            TiltSeconds = 3,
            TiltAtBottomDegrees = -30,
            ZoomSeconds = 1,
            MaxZoom = 20,
            PanHomePin = RelayHead.PanHome,
            TiltHomePin = RelayHead.TiltHome,
            DriftPercent = 2,
            BacklashDegrees = 0,
            LagMs = 100,
            HomeAtStart = true,
            HomeAgainAboveDegrees = 60,
        },
    };

    public override BoardOptions Board => new SimulatedBoardOptions { Directory = _directory["pins"] };
    public override HeadState State => _head.Motion.Position is var at ? new HeadState(at.Pan, at.Tilt, at.Zoom) : default;
    public override HeadState Velocity => _head.Motion.Velocity is var now ? new HeadState(now.Pan / RelayHead.Pace, now.Tilt / RelayHead.Pace, now.Zoom) : default;
    public override bool IsMoving => _head.Motion.IsMoving;
    public override int Focus => _head.Lens.Focus;
    public override int? Iris => _head.Lens.Iris;
    public override double TopPan => HeadMotion.PanSpeed * RelayHead.Pace;
    public override bool HasSpeeds => false;
    public override (double Pan, double Tilt) Middle => (40, 0);
    public override IReadOnlyList<string> Switched => [_head.IsWiping ? "on" : "off"];
    public override (string On, string Off) Wiper => ("on", "off");
    public override IReadOnlyList<string> Faults => _head.Faults;

    public override ValueTask DisposeAsync()
    {
        _head.Dispose();
        _directory.Dispose();
        return ValueTask.CompletedTask;
    }
}
