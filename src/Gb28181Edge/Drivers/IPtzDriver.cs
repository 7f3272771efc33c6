namespace Gb28181Edge.Drivers;

/// <summary>Moves one pan/tilt/zoom head. Called by one PtzController loop, so implementations need no locks.</summary>
/// <remarks>A binding of another library (Iot.Device.Bindings, say) joins the agent by implementing this and a case in Composition.</remarks>
internal interface IPtzDriver : IAsyncDisposable
{
    /// <summary>Moves until told otherwise; <c>default</c> stops. Returns when the bytes have left, not when the head has moved.</summary>
    /// <exception cref="DriverException">The line or chip did not take the command.</exception>
    ValueTask MoveAsync(PtzVelocity velocity, CancellationToken cancellationToken);

    /// <summary>Switches the head's own auxiliary output. False when the head has none of that number.</summary>
    /// <param name="number">1 … 255; 1 is the wiper in GB/T 28181-2016 A.3.6.</param>
    /// <param name="on">True closes the switch.</param>
    /// <param name="cancellationToken">Ends the attempt.</param>
    /// <exception cref="DriverException">The line or chip did not take the command.</exception>
    ValueTask<bool> SetAuxiliaryAsync(int number, bool on, CancellationToken cancellationToken);
}
