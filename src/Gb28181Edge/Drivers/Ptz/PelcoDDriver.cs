using Gb28181Edge.Protocol.Ptz;

namespace Gb28181Edge.Drivers.Ptz;

/// <summary>A head that speaks Pelco-D and never answers: FF, address, two command bytes, two speeds, sum.</summary>
/// <remarks>
/// Every frame carries the whole motion, so that frames may be lost but never add up. A group that comes to a stand (pan, tilt
/// and zoom, or focus and iris) is told so three times, for nobody hears whether the first arrived. The line is shared: its
/// opener disposes it.
/// </remarks>
/// <param name="line">The line that the head hangs on.</param>
/// <param name="address">1 … 255, as set on the head's switches.</param>
/// <param name="sendZoomSpeed">Sends the zoom speed command before a zoom; off by default, for many heads do not know it.</param>
internal sealed class PelcoDDriver(ISerialLine line, byte address, bool sendZoomSpeed = false) : IPtzDriver
{
    /// <summary>How often a stop is sent.</summary>
    public const int StopRepeats = 3;

    private const int Auxiliaries = 8;

    private readonly byte[] _frame = new byte[PelcoD.FrameSize];           // one order at a time: the controller's loop is the only caller
    private PtzVelocity _last;
    private byte? _zoomSpeed;

    public async ValueTask MoveAsync(PtzVelocity velocity, CancellationToken cancellationToken)
    {
        bool stops = velocity.IsStop || ComesToStand(_last, velocity);
        byte speed = PelcoD.ToLensSpeed(velocity.Zoom);
        if (sendZoomSpeed && velocity.Zoom != 0 && speed != _zoomSpeed)
        {
            _zoomSpeed = null;
            PelcoD.WriteCommand(_frame, address, PelcoDCommand.ZoomSpeed, 0, speed);
            await line.WriteAsync(_frame, urgent: false, cancellationToken);
            _zoomSpeed = speed;
        }
        PelcoD.WriteMotion(_frame, address, ToMotion(velocity));
        for (int sent = 0; sent < (stops ? StopRepeats : 1); sent++)
        {
            await line.WriteAsync(_frame, urgent: stops, cancellationToken);
            _last = velocity;
        }
    }

    public async ValueTask<bool> SetAuxiliaryAsync(int number, bool on, CancellationToken cancellationToken)
    {
        if (number is < 1 or > Auxiliaries)
            return false;
        PelcoD.WriteCommand(_frame, address, on ? PelcoDCommand.SetAuxiliary : PelcoDCommand.ClearAuxiliary, 0, (byte)number);
        await line.WriteAsync(_frame, urgent: false, cancellationToken);
        return true;
    }

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;

    private static PelcoDMotion ToMotion(PtzVelocity velocity) => new(
        PelcoD.ToSpeed(velocity.Pan), PelcoD.ToSpeed(velocity.Tilt),
        Math.Sign(velocity.Zoom), Math.Sign(velocity.Focus), Math.Sign(velocity.Iris));

    private static bool ComesToStand(PtzVelocity from, PtzVelocity to) =>
        to is { Pan: 0, Tilt: 0, Zoom: 0 } && from is not { Pan: 0, Tilt: 0, Zoom: 0 }
        || to is { Focus: 0, Iris: 0 } && from is not { Focus: 0, Iris: 0 };
}
