using Gb28181Edge.Configuration;
using Gb28181Edge.Drivers;
using Gb28181Edge.Drivers.Ptz;
using Gb28181Edge.Protocol.Ptz;

namespace Gb28181Edge.Hosting;

internal static partial class Composition
{
    private static PelcoDDriver PelcoDHead(ISerialLine line, PelcoDPtzOptions options, TimeProvider time)
    {
        var common = new PelcoSettings { Presets = PelcoSettings.CommonPresets(options.Presets), AutoAfter = Seconds(options.AutoAfterSeconds) };
        PelcoSettings settings = options.Profile switch
        {
            PelcoProfile.Pelco => common with { LensSpeeds = true, Turbo = true },
            PelcoProfile.PtzOptics => common with { FocusSelectors = new PelcoFocusSelectors(Auto: 1, Manual: 2) },
            PelcoProfile.Hikvision => common with { Presets = PelcoSettings.HikvisionPresets(options.Presets) },
            _ => common,
        };
        return new PelcoDDriver(line, (byte)options.Address, settings, options.Feedback ? Positions(options) : null, time);
    }

    private static PelcoPositions Positions(PelcoDPtzOptions options) => new()
    {
        PanZeroCentidegrees = (int)Math.Round(options.PanZeroDegrees * 100),
        PanCountsLeft = options.PanCounts == PanCount.Left,
        TiltZeroCentidegrees = (int)Math.Round(options.TiltZeroDegrees * 100),
        TiltCountsUp = options.TiltCounts == TiltCount.Up,
        Zoom = options.MaxZoom is { } times ? new ZoomScale(times, options.ZoomTelePosition) : null,
        Turnaround = TimeSpan.FromMilliseconds(options.ReplyMs),
    };

    private static PelcoPDriver PelcoPHead(ISerialLine line, PelcoPPtzOptions options, TimeProvider time) => new(
        line, (byte)(options.Address - 1 + options.AddressBase), options.Layout == PelcoPBits.Classic ? PelcoPLayout.Classic : PelcoPLayout.LikeD,
        new PelcoSettings { Presets = PelcoSettings.CommonPresets(options.Presets), LensSpeeds = options.LensSpeeds }, time);

    private static ViscaChain Chain(AgentParts parts, ViscaPtzOptions options, TimeProvider time) => parts.Chains.GetOrAdd(
        options.Bus, bus => new ViscaChain(parts.Lines[bus], options.AssignAddresses, options.Feedback, time));

    private static ViscaSettings HeadSettings(ViscaPtzBaseOptions options) => new()
    {
        Presets = ViscaSettings.MemoriesFrom(options.FirstPreset, options.Presets),
        PanStepsPerDegree = options.PanStepsPerDegree,
        TiltStepsPerDegree = options.TiltStepsPerDegree,
        PanLeft = -options.PanLeftDegrees,
        PanRight = options.PanRightDegrees,
        TiltDown = -options.TiltDownDegrees,
        TiltUp = options.TiltUpDegrees,
        WidePosition = options.WidePosition,
        TopTiltSpeed = options.TopTiltSpeed,
        Zoom = new ZoomScale(options.MaxZoom, options.ZoomTelePosition),
        IrisMode = options.IrisMode == ViscaIris.Priority ? Visca.ExposureIrisPriority : Visca.ExposureManual,
        AutoAfter = Seconds(options.AutoAfterSeconds),
    };

    private static TimeSpan? Seconds(int? seconds) => seconds is { } value ? TimeSpan.FromSeconds(value) : null;
}
