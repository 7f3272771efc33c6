namespace Gb28181Edge.Drivers;

/// <summary>Moves one pan/tilt/zoom head. Called by one PtzController loop, so implementations need no locks.</summary>
/// <remarks>A binding of another library (Iot.Device.Bindings, say) joins the agent by implementing this and a case in Composition.</remarks>
internal interface IPtzDriver : IAsyncDisposable
{
    /// <summary>Moves until told otherwise; <c>default</c> stops. Returns when the bytes have left, not when the head has moved.</summary>
    /// <exception cref="DriverException">The line or chip did not take the command.</exception>
    ValueTask MoveAsync(PtzVelocity velocity, CancellationToken cancellationToken);

    /// <summary>Moves focus and iris alone, until told otherwise, and leaves the head on the way to a preset, a position or its home that it is on.</summary>
    /// <param name="focus">As of <see cref="PtzVelocity"/>.</param>
    /// <param name="iris">As of <see cref="PtzVelocity"/>.</param>
    /// <param name="cancellationToken">Ends the attempt.</param>
    /// <returns>False when the head cannot do both: then <see cref="MoveAsync"/> does it, and ends the way.</returns>
    /// <exception cref="DriverException">The line or chip did not take the command.</exception>
    ValueTask<bool> MoveLensAsync(float focus, float iris, CancellationToken cancellationToken) => ValueTask.FromResult(false);

    /// <summary>Switches the head's own auxiliary output. False when the head has none of that number.</summary>
    /// <param name="number">1 … 255; 1 is the wiper in GB/T 28181-2016 A.3.6.</param>
    /// <param name="on">True closes the switch.</param>
    /// <param name="cancellationToken">Ends the attempt.</param>
    /// <exception cref="DriverException">The line or chip did not take the command.</exception>
    ValueTask<bool> SetAuxiliaryAsync(int number, bool on, CancellationToken cancellationToken);

    /// <summary>What the head does itself. May change after the first contact with it; read it before each use.</summary>
    PtzAbilities Abilities => PtzAbilities.None;

    /// <summary>Stores where the head looks now under a number. False when the head has no such place, so that the agent keeps the position instead.</summary>
    /// <param name="number">1 … 255.</param>
    /// <param name="cancellationToken">Ends the attempt.</param>
    /// <exception cref="DriverException">The line or chip did not take the command.</exception>
    ValueTask<bool> SetPresetAsync(int number, CancellationToken cancellationToken) => ValueTask.FromResult(false);

    /// <summary>Sends the head to a preset of its own; returns when it was told. False when it has no such place.</summary>
    /// <inheritdoc cref="SetPresetAsync"/>
    ValueTask<bool> CallPresetAsync(int number, CancellationToken cancellationToken) => ValueTask.FromResult(false);

    /// <summary>Forgets a preset of the head's own. False when it has no such place.</summary>
    /// <inheritdoc cref="SetPresetAsync"/>
    ValueTask<bool> DeletePresetAsync(int number, CancellationToken cancellationToken) => ValueTask.FromResult(false);

    /// <summary>Goes to a position and stands there; a target outside of the head's travel means its limit. Returns when the head was told.</summary>
    /// <param name="target">An axis that is null stays as it is.</param>
    /// <param name="speed">Above 0 up to 1, of top speed.</param>
    /// <param name="cancellationToken">Ends the attempt.</param>
    /// <returns>False when the head cannot.</returns>
    /// <exception cref="DriverException">The line or chip did not take the command.</exception>
    ValueTask<bool> GoToAsync(PtzPosition target, float speed, CancellationToken cancellationToken) => ValueTask.FromResult(false);

    /// <summary>Asks where the head looks now. Null when it cannot tell, or did not answer in time.</summary>
    /// <exception cref="DriverException">The line or chip did not take the question.</exception>
    ValueTask<PtzReading?> ReadPositionAsync(CancellationToken cancellationToken) => ValueTask.FromResult<PtzReading?>(null);

    /// <summary>Sends the head to its own home. False when it has none.</summary>
    /// <exception cref="DriverException">The line or chip did not take the command.</exception>
    ValueTask<bool> GoHomeAsync(CancellationToken cancellationToken) => ValueTask.FromResult(false);

    /// <summary>Goes on with what takes time: the end of a timed run, the next step of a servo, a dead time between two relays.</summary>
    /// <remarks>The controller's loop calls it after each command and then as often as it asked to be called; it must not wait for time itself.</remarks>
    /// <returns>After how long it wants to be called again; null when nothing is under way.</returns>
    /// <exception cref="DriverException">The line or chip did not take what was due.</exception>
    ValueTask<TimeSpan?> ContinueAsync(CancellationToken cancellationToken) => ValueTask.FromResult<TimeSpan?>(null);
}
