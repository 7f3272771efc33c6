using System.Data.Common;
using Gb28181Edge.Devices;
using Gb28181Edge.Protocol.Manscdp;
using Microsoft.Extensions.Logging;

namespace Gb28181Edge.Gb28181;

/// <summary>PTZCmd: motion, lens, presets, cruise and scan to the camera's head, auxiliaries to outputs or the head. GB/T 28181-2016 A.3, GB/T 28181-2022 A.3.</summary>
internal sealed class PtzCommands(DeviceContext context, ILogger log)
{
    /// <summary>Obeys one command. It has no Response: what cannot be done is logged.</summary>
    public async ValueTask<ManscdpAnswer> HandleAsync(ManscdpRequest request, DeviceControl.Ptz control, CancellationToken cancellationToken)
    {
        (string platform, string callId) = (request.Platform.Name, request.CallId);
        string camera = context.HeadId(request.DeviceId);
        if (!PtzCommand.TryParse(control.Hex, lenient: true, out PtzCommand command, out PtzFault fault))
        {
            log.PtzRefused(platform, callId, camera, fault);
            return ManscdpAnswer.Accepted;
        }
        if (fault != PtzFault.None) log.PtzFaultTolerated(platform, callId, camera, fault);
        if (command.Kind is PtzCommandKind.AuxiliaryOn or PtzCommandKind.AuxiliaryOff)
            await SwitchAsync(request, camera, command.Auxiliary, command.Kind == PtzCommandKind.AuxiliaryOn, cancellationToken);
        else if (command.Kind == PtzCommandKind.Undefined)
            log.PtzUndefined(platform, callId, camera, command.Code);
        else if (IsReserved(command))
            log.PresetReserved(platform, callId, camera, command.Kind);
        else
            Post(request, camera, command.Kind, Order(platform, command, control));
        return ManscdpAnswer.Accepted;
    }

    /// <summary>Preset 0 is reserved; only to delete a cruise group it means something: all of it.</summary>
    private static bool IsReserved(PtzCommand command) => command.Preset == 0
        && command.Kind is PtzCommandKind.PresetSet or PtzCommandKind.PresetCall or PtzCommandKind.PresetDelete or PtzCommandKind.CruiseAdd;

    private static PtzOrder Order(string platform, PtzCommand command, DeviceControl.Ptz control) => command.Kind switch
    {
        PtzCommandKind.Move => new PtzOrder.Move(platform, command.Move.PanVelocity, command.Move.TiltVelocity, command.Move.ZoomVelocity),
        PtzCommandKind.Lens => new PtzOrder.Lens(platform, command.Lens.FocusVelocity, command.Lens.IrisVelocity),
        PtzCommandKind.PresetSet => new PtzOrder.PresetSet(platform, command.Preset, control.PresetName),
        PtzCommandKind.PresetCall => new PtzOrder.PresetCall(platform, command.Preset),
        PtzCommandKind.PresetDelete => new PtzOrder.PresetDelete(platform, command.Preset),
        PtzCommandKind.CruiseAdd => new PtzOrder.CruiseAdd(platform, command.Group, command.Preset, control.CruiseTrackName),
        PtzCommandKind.CruiseDelete => new PtzOrder.CruiseDelete(platform, command.Group, command.Preset),
        PtzCommandKind.CruiseSpeed => new PtzOrder.CruiseSpeed(platform, command.Group, command.Value),
        PtzCommandKind.CruiseDwell => new PtzOrder.CruiseDwell(platform, command.Group, command.Value),
        PtzCommandKind.CruiseStart => new PtzOrder.CruiseStart(platform, command.Group),
        PtzCommandKind.ScanStart => new PtzOrder.ScanStart(platform, command.Group),
        PtzCommandKind.ScanLeftLimit => new PtzOrder.ScanLimit(platform, command.Group, Left: true),
        PtzCommandKind.ScanRightLimit => new PtzOrder.ScanLimit(platform, command.Group, Left: false),
        PtzCommandKind.ScanSpeed => new PtzOrder.ScanSpeed(platform, command.Group, command.Value),
        _ => throw new InvalidOperationException($"no order for {command.Kind}"),
    };

    private void Post(ManscdpRequest request, string camera, PtzCommandKind kind, PtzOrder order)
    {
        if (!context.Heads.TryGetValue(camera, out IPtzController? head))
        {
            log.NoHead(request.Platform.Name, request.CallId, camera, $"PTZCmd {kind}");
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
