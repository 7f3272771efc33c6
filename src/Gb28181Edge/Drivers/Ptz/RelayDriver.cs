namespace Gb28181Edge.Drivers.Ptz;

/// <summary>The outputs of a relay head; null where the head has no such direction.</summary>
internal sealed record RelayOutputs(
    IDigitalOutput? Left, IDigitalOutput? Right, IDigitalOutput? Up, IDigitalOutput? Down, IDigitalOutput? ZoomIn, IDigitalOutput? ZoomOut);

/// <summary>A head whose motors hang on relays: one for each direction, one speed, never two opposite ones at once.</summary>
/// <remarks>Owns its outputs. Everything is off after a stop, after a failure and after disposal.</remarks>
internal sealed class RelayDriver(RelayOutputs outputs) : IPtzDriver
{
    private readonly (IDigitalOutput? Minus, IDigitalOutput? Plus)[] _axes =
        [(outputs.Left, outputs.Right), (outputs.Down, outputs.Up), (outputs.ZoomOut, outputs.ZoomIn)];

    public ValueTask MoveAsync(PtzVelocity velocity, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        ReadOnlySpan<int> signs = [Math.Sign(velocity.Pan), Math.Sign(velocity.Tilt), Math.Sign(velocity.Zoom)];
        try
        {
            for (int pass = 0; pass < 2; pass++)                           // opens every relay that must open before it closes one
            {
                for (int axis = 0; axis < _axes.Length; axis++)
                {
                    Switch(_axes[axis].Minus, signs[axis] < 0, pass);
                    Switch(_axes[axis].Plus, signs[axis] > 0, pass);
                }
            }
        }
        catch (DriverException)
        {
            AllOff();
            throw;
        }
        return ValueTask.CompletedTask;
    }

    /// <summary>A relay head has no auxiliary of its own; the board's outputs are OutputController's.</summary>
    public ValueTask<bool> SetAuxiliaryAsync(int number, bool on, CancellationToken cancellationToken) => ValueTask.FromResult(false);

    public async ValueTask DisposeAsync()
    {
        foreach (IDigitalOutput output in Outputs())
            await output.DisposeAsync();                                   // which leaves it at its safe value: off
    }

    private static void Switch(IDigitalOutput? output, bool on, int pass)
    {
        if (output is not null && on == (pass == 1) && (output.IsActive != on || !on))
            output.Set(on);
    }

    /// <summary>Switches off what can still be switched off; the failure that led here is what the caller hears.</summary>
    private void AllOff()
    {
        foreach (IDigitalOutput output in Outputs())
        {
            try
            {
                output.Set(false);
            }
            catch (DriverException)
            {
                continue;                                                  // the others matter as much
            }
        }
    }

    private IEnumerable<IDigitalOutput> Outputs() =>
        _axes.SelectMany(axis => new[] { axis.Minus, axis.Plus }).OfType<IDigitalOutput>();
}
