using Gb28181Edge.Devices;
using Gb28181Edge.Protocol.Manscdp;

namespace Gb28181Edge.Gb28181;

/// <summary>Query DeviceInfo: who made this. GB/T 28181-2016 A.2.6 h), GB/T 28181-2022 A.2.6.5.</summary>
internal sealed class DeviceInfoHandler(DeviceContext context) : IManscdpHandler
{
    public ManscdpRoot Root => ManscdpRoot.Query;

    public CmdType CmdType => CmdType.DeviceInfo;

    public ValueTask<ManscdpAnswer> HandleAsync(ManscdpRequest request, CancellationToken cancellationToken)
    {
        DeviceModel device = context.Device;
        CameraChannel? camera = context.Camera(request.DeviceId);
        if (camera is null && !context.IsDevice(request.DeviceId)) return ValueTask.FromResult(request.Error());
        return ValueTask.FromResult(ManscdpAnswer.Reply(Responses.DeviceInfo(
            request.Platform.Charset, request.Message.Sn, request.EchoedId(), new DeviceInfoAnswer
            {
                DeviceName = camera?.Name ?? device.Name,
                Manufacturer = device.Manufacturer,
                Model = device.Model,
                Firmware = device.Firmware,
                Channel = camera is null ? device.Cameras.Count : 1,
            })));
    }
}
