using System.Data.Common;
using Gb28181Edge.Devices;
using Gb28181Edge.Protocol.Manscdp;
using Microsoft.Extensions.Logging;

namespace Gb28181Edge.Gb28181;

/// <summary>HomePosition, PTZPreciseCtrl, DragZoomIn and DragZoomOut. GB/T 28181-2016 A.2.3, GB/T 28181-2022 A.2.3.1.</summary>
internal sealed class HeadCommands(DeviceContext context, ILogger log)
{
    /// <summary>What a platform that names no time means.</summary>
    private const int UsualResetSeconds = 60;

    private const int LeastResetSeconds = 1, MostResetSeconds = 86_400;

    private const double FullTurn = 360, Upright = 90;

    /// <summary>What was left out stays as it is; the head's own home where there was nothing.</summary>
    /// <returns>The Result.</returns>
    public async ValueTask<bool> SetHomeAsync(ManscdpRequest request, DeviceControl.Home home, CancellationToken cancellationToken)
    {
        if (Head(request, home.Name) is not { } head) return false;
        int seconds = Math.Clamp(home.ResetSeconds ?? head.Home?.ResetSeconds ?? UsualResetSeconds, LeastResetSeconds, MostResetSeconds);
        try
        {
            bool done = await head.SetHomeAsync(new HomePosition(home.Enabled, seconds, home.Preset ?? head.Home?.Preset ?? 0), cancellationToken);
            log.Commanded(request.Platform.Name, request.CallId, home.Name, request.DeviceId, done);
            return done;
        }
        catch (Exception e) when (e is IOException or DbException)
        {
            log.CommandFailed(request.Platform.Name, request.CallId, home.Name, request.DeviceId, e.Message);
            return false;
        }
    }

    /// <summary>A full turn is none; a tilt or zoom that no head has becomes the nearest that one has.</summary>
    public void GoTo(ManscdpRequest request, DeviceControl.Precise precise)
    {
        double? pan = precise.Pan is { } degrees ? (degrees % FullTurn + FullTurn) % FullTurn : null;
        double? tilt = precise.Tilt is { } down ? Math.Clamp(-down, -Upright, Upright) : null;
        double? zoom = precise.Zoom is { } factor ? Math.Max(1, factor) : null;
        Post(request, precise.Name, new PtzOrder.GoTo(request.Platform.Name, new(pan, tilt, zoom)));
    }

    public void DragZoom(ManscdpRequest request, DeviceControl.DragZoom box) => Post(request, box.Name, new PtzOrder.DragZoom(
        request.Platform.Name, box.In, box.CenterX, box.CenterY, box.Width, box.Height));

    private void Post(ManscdpRequest request, string command, PtzOrder order)
    {
        if (Head(request, command) is not { } head) return;
        head.Post(order);
        log.Commanded(request.Platform.Name, request.CallId, command, request.DeviceId, done: true);
    }

    private IPtzController? Head(ManscdpRequest request, string command)
    {
        IPtzController? head = context.Head(request.DeviceId);
        if (head is null) log.NoHead(request.Platform.Name, request.CallId, request.DeviceId, command);
        return head;
    }
}
