using Gb28181Edge.Configuration;
using Gb28181Edge.Drivers;
using Gb28181Edge.Drivers.Boards;
using Gb28181Edge.Drivers.Ptz;
using Gb28181Edge.Protocol.Ptz;
using Microsoft.Extensions.Logging;

namespace Gb28181Edge.Hosting;

internal static partial class Composition
{
    /// <summary>How exactly the end of the travel is known: degrees, and as a part of a lens's way.</summary>
    private const double EndDegrees = 0.3, EndOfLens = 0.01;

    /// <summary>The head with a reckoned position, where it has none and its travel is configured.</summary>
    private static IPtzDriver Reckoned(IPtzDriver head, AgentParts parts, PtzOptions ptz, TimeProvider time, ILogger log)
    {
        if (ptz.Travel is not { } travel || head.Abilities.HasFlag(PtzAbilities.ReadPosition)) return head;
        return new DeadReckoningDriver(head, Travel(ptz, travel), Limit("pan home", travel.PanHomePin), Limit("tilt home", travel.TiltHomePin), time, log);

        IDigitalInput? Limit(string use, PinName? pin) => pin is { } name
            ? parts.Boards.OpenInput(Address(name), use, travel.HomeActiveLow, travel.HomeActiveLow ? Drivers.Boards.PinPull.Up : Drivers.Boards.PinPull.Down, AxisRun.LimitDebounce)
            : null;
    }

    private static IPtzDriver Shaped(IPtzDriver head, PtzOptions ptz, TimeProvider time)
    {
        var shaping = new PtzShaping
        {
            InvertPan = ptz.InvertPan,
            InvertTilt = ptz.InvertTilt,
            IsFine = ptz.SpeedCurve == PtzSpeedCurve.Fine,
            MaxSpeed = ptz.MaxSpeedPercent / 100f,
            Pan = ptz is { PanMinDegrees: { } min, PanMaxDegrees: { } max } ? (min, max) : null,
            TiltMin = ptz.TiltMinDegrees,
            TiltMax = ptz.TiltMaxDegrees,
        };
        return shaping.IsPlain ? head : new ShapingDriver(head, shaping, time);
    }

    private static HeadTravel Travel(PtzOptions ptz, PtzTravelOptions travel)
    {
        double drift = travel.DriftPercent / 100;
        TimeSpan lag = TimeSpan.FromMilliseconds(travel.LagMs);
        return new HeadTravel(
            Axis(travel.PanDegrees, travel.PanSeconds, travel.BacklashDegrees, EndDegrees),
            Axis(travel.TiltDegrees, travel.TiltSeconds, travel.BacklashDegrees, EndDegrees),
            Axis(travel.ZoomSeconds is null ? null : 1, travel.ZoomSeconds, 0, EndOfLens), Law(ptz, travel.Speed))
        {
            PanAtLeft = travel.PanAtLeftDegrees,
            PanHomeRight = travel.PanHome == PtzPanHome.Right,
            TiltAtBottom = travel.TiltAtBottomDegrees,
            TiltHomeUp = travel.TiltHome == PtzTiltHome.Up,
            MaxZoom = travel.MaxZoom,
            HomeAtStart = travel.HomeAtStart,
            RehomeAbove = travel.HomeAgainAboveDegrees,
        };

        AxisTravel? Axis(int? range, double? seconds, double backlash, double end) =>
            range is { } degrees && seconds is { } travels ? new AxisTravel(degrees, travels, drift, backlash, lag, end) : null;
    }

    /// <summary>What of top speed a head runs at when it is told so much; Pelco knows 63 speeds and relays one.</summary>
    private static Func<float, double> Law(PtzOptions ptz, PtzTravelSpeed speed) => (ptz, speed) switch
    {
        (RelayPtzOptions, _) or (_, PtzTravelSpeed.One) => static _ => 1,
        (PelcoDPtzOptions or PelcoPPtzOptions, PtzTravelSpeed.Square) => static told => Square(PelcoD.ToSpeed(told) / 63.0),
        (PelcoDPtzOptions or PelcoPPtzOptions, _) => static told => PelcoD.ToSpeed(told) / 63.0,
        (_, PtzTravelSpeed.Square) => static told => Square(told),
        _ => static told => told,
    };

    private static double Square(double value) => value * value;

    private static RelayTimes Times(RelayPtzOptions relay) => new(
        TimeSpan.FromMilliseconds(relay.DeadTimeMs), relay.MaxRunSeconds is { } seconds ? TimeSpan.FromSeconds(seconds) : null);

    private static RelayOutputs Relays(BoardSet boards, RelayPtzOptions relay)
    {
        var auxiliaries = new Dictionary<int, IDigitalOutput>();
        Auxiliary(1, relay.Wiper);
        Auxiliary(2, relay.Auxiliary2);
        Auxiliary(3, relay.Auxiliary3);
        Auxiliary(4, relay.Auxiliary4);
        return new RelayOutputs(
            Pin("left", relay.Left), Pin("right", relay.Right), Pin("up", relay.Up), Pin("down", relay.Down),
            Pin("zoom in", relay.ZoomIn), Pin("zoom out", relay.ZoomOut), Pin("focus near", relay.FocusNear), Pin("focus far", relay.FocusFar),
            Pin("iris open", relay.IrisOpen), Pin("iris close", relay.IrisClose))
        {
            Auxiliaries = auxiliaries,
        };

        IDigitalOutput? Pin(string use, PinName? pin) =>
            pin is { } name ? boards.OpenOutput(Address(name), $"relay {use}", relay.ActiveLow) : null;

        void Auxiliary(int number, PinName? pin)
        {
            if (Pin($"auxiliary {number}", pin) is { } output) auxiliaries.Add(number, output);
        }
    }
}
