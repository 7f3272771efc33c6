using Gb28181Edge.Protocol.Manscdp;
using Gb28181Edge.Streaming;
using Microsoft.Extensions.Logging;

namespace Gb28181Edge.Gb28181;

/// <summary>Control DeviceControl: takes each command to its part. GB/T 28181-2016 §9.3, A.2.3; GB/T 28181-2022 §9.3, A.2.3.1.</summary>
/// <remarks>Commands that have no Response never get one. An id that is not ours shows as 404 there, as Result ERROR elsewhere.</remarks>
internal sealed class DeviceControlHandler(DeviceContext context, ILogger log) : IManscdpHandler
{
    private readonly PtzCommands _ptz = new(context, log);
    private readonly HeadCommands _heads = new(context, log);
    private readonly AlarmCommands _alarms = new(context, log);

    /// <summary>The commands that are obeyed, as children of Control, for the table of the documentation.</summary>
    public static IReadOnlyList<string> Served { get; } =
    [
        "PTZCmd", "HomePosition", "PTZPreciseCtrl", "DragZoomIn", "DragZoomOut", "GuardCmd", "AlarmCmd", "IFameCmd", "IFrameCmd", "TeleBoot",
    ];

    public ManscdpRoot Root => ManscdpRoot.Control;

    public CmdType CmdType => CmdType.DeviceControl;

    public async ValueTask<ManscdpAnswer> HandleAsync(ManscdpRequest request, CancellationToken cancellationToken)
    {
        DeviceControl control = DeviceControl.Read(request.Message);
        string platform = request.Platform.Name;
        if (!context.Has(request.DeviceId))
        {
            log.NoSuchId(platform, request.CallId, control.Name, request.DeviceId);
            return control.NeedsResponse ? request.Error() : ManscdpAnswer.Refuse(404);
        }
        switch (control)
        {
            case DeviceControl.Ptz ptz:
                return await _ptz.HandleAsync(request, ptz, cancellationToken);
            case DeviceControl.Home home:
                return ManscdpAnswer.Reply(request.Result(await _heads.SetHomeAsync(request, home, cancellationToken)));
            case DeviceControl.Precise precise:
                _heads.GoTo(request, precise);
                return ManscdpAnswer.Accepted;
            case DeviceControl.DragZoom box:
                _heads.DragZoom(request, box);
                return ManscdpAnswer.Accepted;
            case DeviceControl.Guard guard:
                return ManscdpAnswer.Reply(request.Result(await _alarms.GuardAsync(request, guard, cancellationToken)));
            case DeviceControl.ResetAlarm reset:
                return ManscdpAnswer.Reply(request.Result(await _alarms.ResetAsync(request, reset, cancellationToken)));
            case DeviceControl.KeyFrame:
                return KeyFrame(request);
            case DeviceControl.TeleBoot when context.IsDevice(request.DeviceId):
                log.TeleBoot(platform, request.CallId);
                return ManscdpAnswer.Accepted with { Restart = true };
            case DeviceControl.Malformed:
                log.CommandMalformed(platform, request.CallId, control.Name, request.DeviceId);
                break;
            default:
                log.CommandNotSupported(platform, request.CallId, control.Name, request.DeviceId);
                break;
        }
        return control.NeedsResponse ? request.Error() : ManscdpAnswer.Accepted;
    }

    /// <summary>One camera's key frame, or every camera's for the device's id.</summary>
    private ManscdpAnswer KeyFrame(ManscdpRequest request)
    {
        if (context.IsDevice(request.DeviceId))
            foreach (ICameraStream stream in context.Streams.Values) stream.RequestKeyFrame();
        else if (context.Streams.TryGetValue(request.DeviceId, out ICameraStream? own))
            own.RequestKeyFrame();
        else
            log.CommandNotSupported(request.Platform.Name, request.CallId, "IFrameCmd", request.DeviceId);
        return ManscdpAnswer.Accepted;
    }
}
