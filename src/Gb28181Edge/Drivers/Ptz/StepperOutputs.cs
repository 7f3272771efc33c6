namespace Gb28181Edge.Drivers.Ptz;

/// <summary>What turns a motor by one step. Owns its pins.</summary>
internal interface IStepperOutput : IAsyncDisposable
{
    /// <param name="direction">−1 or 1.</param>
    /// <exception cref="DriverException">A pin did not take it.</exception>
    void Step(int direction);

    /// <summary>Takes the current away, where the driver board lets us.</summary>
    /// <exception cref="DriverException">A pin did not take it.</exception>
    void Release();
}

/// <summary>Four transistors on the four coils of a unipolar motor: a ULN2003 with a 28BYJ-48, say.</summary>
/// <param name="coils">Four, in the order in which they follow each other: IN1 … IN4.</param>
/// <param name="isHalfStep">True: eight states a turn of the field, smoother; false: four, with two coils on in each.</param>
internal sealed class StepperCoils(IDigitalOutput[] coils, bool isHalfStep) : IStepperOutput
{
    private static readonly byte[] Half = [0b0001, 0b0011, 0b0010, 0b0110, 0b0100, 0b1100, 0b1000, 0b1001], Full = [0b0011, 0b0110, 0b1100, 0b1001];

    private int _state;

    public void Step(int direction)
    {
        byte[] states = isHalfStep ? Half : Full;
        _state = (_state + direction + states.Length) % states.Length;
        Set(states[_state]);
    }

    public void Release() => Set(0);

    public async ValueTask DisposeAsync()
    {
        foreach (IDigitalOutput coil in coils) await coil.DisposeAsync();
    }

    private void Set(byte state)
    {
        for (int i = 0; i < coils.Length; i++)
        {
            bool on = (state >> i & 1) != 0;
            if (coils[i].IsActive != on) coils[i].Set(on);
        }
    }
}

/// <summary>A driver board with a step and a direction input: A4988, DRV8825, TMC2209.</summary>
internal sealed class StepDirection(IDigitalOutput step, IDigitalOutput direction) : IStepperOutput
{
    public void Step(int sign)
    {
        if (direction.IsActive != sign > 0) direction.Set(sign > 0);
        step.Set(true);                                                    // one call of the kernel takes longer than the pulse has to be
        step.Set(false);
    }

    public void Release()
    {
    }

    public async ValueTask DisposeAsync()
    {
        await step.DisposeAsync();
        await direction.DisposeAsync();
    }
}
