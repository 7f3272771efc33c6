using Gb28181Edge.Devices;
using Gb28181Edge.Protocol.Manscdp;
using Gb28181Edge.Streaming;

namespace Gb28181Edge.Gb28181;

/// <summary>Query DeviceStatus: is it there, does it work, what are its alarm inputs doing. GB/T 28181-2016 A.2.6 g), GB/T 28181-2022 A.2.6.3.</summary>
internal sealed class DeviceStatusHandler(DeviceContext context) : IManscdpHandler
{
    public ManscdpRoot Root => ManscdpRoot.Query;

    public CmdType CmdType => CmdType.DeviceStatus;

    public ValueTask<ManscdpAnswer> HandleAsync(ManscdpRequest request, CancellationToken cancellationToken)
    {
        if (!context.Has(request.DeviceId)) return ValueTask.FromResult(request.Error());
        return ValueTask.FromResult(ManscdpAnswer.Reply(Responses.DeviceStatus(
            request.Platform.Charset, request.Message.Sn, request.EchoedId(), Status(request.DeviceId))));
    }

    private DeviceStatusAnswer Status(string id)
    {
        bool isDevice = context.IsDevice(id);
        bool isFaulty = context.IsFaulty(id);
        List<(string, DutyWord)> alarms = Alarms(id, isDevice);
        return new DeviceStatusAnswer
        {
            Online = !isFaulty,
            Works = !isFaulty,
            // the cause is for the log: it may name a path or an address
            Reason = isFaulty ? "no video" : null,
            Encode = isDevice ? context.Streams.Values.Any(stream => stream.Status.IsDelivering)
                : context.Streams.TryGetValue(id, out ICameraStream? own) ? own.Status.IsDelivering : null,
            Record = isDevice || context.Camera(id) is not null ? false : null,
            DeviceTime = context.Time.GetUtcNow(),
            Alarms = isDevice || alarms.Count > 0 ? alarms : null,
        };
    }

    /// <summary>All inputs for the device, one for its own id, those that a camera looks at for the camera's.</summary>
    private List<(string, DutyWord)> Alarms(string id, bool isDevice)
    {
        var alarms = new List<(string, DutyWord)>();
        foreach ((string inputId, DutyStatus status) in context.Alarms.Status)
            if (isDevice || inputId == id || context.AlarmInput(inputId)?.CameraId == id) alarms.Add((inputId, Word(status)));
        return alarms;
    }

    private static DutyWord Word(DutyStatus status) => status switch
    {
        DutyStatus.OnDuty => DutyWord.OnDuty,
        DutyStatus.Alarm => DutyWord.Alarm,
        _ => DutyWord.OffDuty,
    };
}
