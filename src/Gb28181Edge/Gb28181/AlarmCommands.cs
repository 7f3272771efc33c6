using System.Data.Common;
using Gb28181Edge.Devices;
using Gb28181Edge.Protocol.Manscdp;
using Microsoft.Extensions.Logging;

namespace Gb28181Edge.Gb28181;

/// <summary>GuardCmd and AlarmCmd. GB/T 28181-2016 A.2.3, §9.4; GB/T 28181-2022 A.2.3.1.5, A.2.3.1.6.</summary>
/// <remarks>The device's id means all inputs, an input's that one, a camera's those that it looks at, an output's the output itself.</remarks>
internal sealed class AlarmCommands(DeviceContext context, ILogger log)
{
    /// <returns>The Result.</returns>
    public ValueTask<bool> GuardAsync(ManscdpRequest request, DeviceControl.Guard guard, CancellationToken cancellationToken) =>
        DoAsync(request, guard.Set ? "SetGuard" : "ResetGuard",
            input => context.Alarms.SetGuardAsync(input, guard.Set, cancellationToken),
            // an output is not guarded, but taking the guard off puts it to rest
            output => guard.Set ? ValueTask.FromResult(false) : context.Outputs.SetAsync(output, false, cancellationToken));

    /// <returns>The Result.</returns>
    public ValueTask<bool> ResetAsync(ManscdpRequest request, DeviceControl.ResetAlarm reset, CancellationToken cancellationToken) =>
        DoAsync(request, "ResetAlarm",
            input => context.Alarms.ResetAsync(input, reset.Methods, reset.Type, cancellationToken),
            output => context.Outputs.SetAsync(output, false, cancellationToken));

    private async ValueTask<bool> DoAsync(
        ManscdpRequest request, string command, Func<string?, ValueTask<bool>> onInput, Func<string, ValueTask<bool>> onOutput)
    {
        string id = request.DeviceId;
        try
        {
            bool done = context.IsDevice(id) ? await onInput(null)
                : context.AlarmInput(id) is not null ? await onInput(id)
                : context.Output(id) is not null ? await onOutput(id)
                : await OnCameraAsync(id, onInput);
            log.Commanded(request.Platform.Name, request.CallId, command, id, done);
            return done;
        }
        catch (Exception e) when (e is IOException or DbException)
        {
            log.CommandFailed(request.Platform.Name, request.CallId, command, id, e.Message);
            return false;
        }
    }

    /// <summary>All inputs that the camera looks at; false when it looks at none.</summary>
    private async ValueTask<bool> OnCameraAsync(string cameraId, Func<string?, ValueTask<bool>> onInput)
    {
        bool any = false, all = true;
        foreach (AlarmInputItem input in context.Device.AlarmInputs.Where(input => input.CameraId == cameraId))
        {
            any = true;
            all &= await onInput(input.Id);
        }
        return any && all;
    }
}
