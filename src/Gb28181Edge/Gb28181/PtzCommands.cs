using System.Data.Common;
using Gb28181Edge.Devices;
using Gb28181Edge.Protocol.Manscdp;
using Microsoft.Extensions.Logging;

namespace Gb28181Edge.Gb28181;

/// <summary>PTZCmd: motion and lens to the camera's head, auxiliaries to outputs or the head. GB/T 28181-2016 A.3, GB/T 28181-2022 A.3.</summary>
internal sealed class PtzCommands(DeviceContext context, ILogger log)
{
    /// <summary>Obeys one command. It has no Response: what cannot be done is logged.</summary>
    public async ValueTask<ManscdpAnswer> HandleAsync(ManscdpRequest request, DeviceControl.Ptz control, CancellationToken cancellationToken)
    {
        (string platform, string callId) = (request.Platform.Name, request.CallId);
        string camera = CameraId(request.DeviceId);
        if (!PtzCommand.TryParse(control.Hex, lenient: true, out PtzCommand command, out PtzFault fault))
        {
            log.PtzRefused(platform, callId, camera, fault);
            return ManscdpAnswer.Accepted;
        }
        if (fault != PtzFault.None) log.PtzFaultTolerated(platform, callId, camera, fault);
        switch (command.Kind)
        {
            case PtzCommandKind.Move:
                PtzMove move = command.Move;
                Post(request, camera, command.Kind, new PtzOrder.Move(platform, move.PanVelocity, move.TiltVelocity, move.ZoomVelocity));
                break;
            case PtzCommandKind.Lens:
                PtzLens lens = command.Lens;
                Post(request, camera, command.Kind, new PtzOrder.Lens(platform, lens.FocusVelocity, lens.IrisVelocity));
                break;
            case PtzCommandKind.AuxiliaryOn or PtzCommandKind.AuxiliaryOff:
                await SwitchAsync(request, camera, command.Auxiliary, command.Kind == PtzCommandKind.AuxiliaryOn, cancellationToken);
                break;
            default:
                log.PtzNotSupported(platform, callId, camera, command.Kind);
                break;
        }
        return ManscdpAnswer.Accepted;
    }

    /// <summary>The device's own id means its only head: some platforms know a device and no channels.</summary>
    private string CameraId(string id) => context.IsDevice(id) && context.Heads.Count == 1 ? context.Heads.Keys.First() : id;

    private void Post(ManscdpRequest request, string camera, PtzCommandKind kind, PtzOrder order)
    {
        if (!context.Heads.TryGetValue(camera, out IPtzController? head))
        {
            log.NoHead(request.Platform.Name, request.CallId, camera, kind);
            return;
        }
        head.Post(order);
        log.PtzObeyed(request.Platform.Name, request.CallId, camera, kind);
    }

    /// <summary>An output with that number wins over the head's own switch.</summary>
    private async ValueTask SwitchAsync(ManscdpRequest request, string camera, int number, bool on, CancellationToken cancellationToken)
    {
        (string platform, string callId) = (request.Platform.Name, request.CallId);
        try
        {
            if (await context.Outputs.SetAuxiliaryAsync(number, on, cancellationToken))
            {
                log.Commanded(platform, callId, on ? "auxiliary on" : "auxiliary off", camera, done: true);
                return;
            }
        }
        catch (Exception e) when (e is IOException or DbException)
        {
            log.CommandFailed(platform, callId, "auxiliary", camera, e.Message);
            return;
        }
        if (context.Heads.TryGetValue(camera, out IPtzController? head)) head.Post(new PtzOrder.Auxiliary(platform, number, on));
        else log.NoAuxiliary(platform, callId, camera, number);
    }
}
