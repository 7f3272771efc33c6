using Gb28181Edge.Devices;
using Gb28181Edge.Protocol.Manscdp;
using Gb28181Edge.Streaming;

namespace Gb28181Edge.Gb28181;

/// <summary>What a DeviceID of a platform means on this device, and the answers that all families share.</summary>
internal static class DeviceLookup
{
    /// <summary>The device itself: by its id, or without any, as some platforms leave it out.</summary>
    public static bool IsDevice(this DeviceContext context, string id) => id.Length == 0 || id == context.Device.Id;

    /// <summary>Null when there is no such camera.</summary>
    public static CameraChannel? Camera(this DeviceContext context, string id) => context.Device.Cameras.FirstOrDefault(camera => camera.Id == id);

    /// <summary>Null when there is no such input.</summary>
    public static AlarmInputItem? AlarmInput(this DeviceContext context, string id) => context.Device.AlarmInputs.FirstOrDefault(input => input.Id == id);

    /// <summary>Null when there is no such output.</summary>
    public static OutputItem? Output(this DeviceContext context, string id) => context.Device.Outputs.FirstOrDefault(output => output.Id == id);

    /// <summary>The device, or anything that it has.</summary>
    public static bool Has(this DeviceContext context, string id) =>
        context.IsDevice(id) || context.Camera(id) is not null || context.AlarmInput(id) is not null || context.Output(id) is not null;

    /// <summary>Wanted, failing, and it says why. A camera that nobody watches counts as working.</summary>
    public static bool IsFaulty(this DeviceContext context, string cameraId) =>
        context.Streams.TryGetValue(cameraId, out ICameraStream? stream) && stream.Status is { IsOpen: true, IsDelivering: false, Fault: not null };

    /// <summary>The DeviceID that an answer carries: the one asked for, and for a Broadcast its target.</summary>
    public static string EchoedId(this ManscdpRequest request) =>
        request.DeviceId.Length > 0 ? request.DeviceId : request.Message.Value("TargetID") ?? "";

    public static byte[] Result(this ManscdpRequest request, bool ok) =>
        Responses.Result(request.Platform.Charset, request.Message.CmdType, request.Message.Sn, request.EchoedId(), ok);

    /// <summary>200, then Result ERROR.</summary>
    public static ManscdpAnswer Error(this ManscdpRequest request) => ManscdpAnswer.Reply(request.Result(ok: false));
}
