using Gb28181Edge.Drivers;
using Microsoft.Extensions.Logging;

namespace Gb28181Edge.Devices;

/// <summary>One switched output.</summary>
/// <param name="Id">20 digits.</param>
/// <param name="Name">For a person.</param>
/// <param name="Pin">Owned by the controller.</param>
/// <param name="Auxiliary">The auxiliary switch number that works it, or null.</param>
/// <param name="OnAlarm">Held while an input is in alarm.</param>
internal sealed record Output(string Id, string Name, IDigitalOutput Pin, int? Auxiliary, bool OnAlarm);

/// <summary>The switched outputs: on while a platform wants them on, or an alarm holds them.</summary>
/// <remarks>Thread-safe; a pin is switched under the lock, which takes microseconds. Disposing leaves all at their safe values.</remarks>
internal sealed class OutputController(IReadOnlyList<Output> outputs, ILogger log) : IOutputController, IAsyncDisposable
{
    private readonly Lock _gate = new();
    private readonly bool[] _wanted = new bool[outputs.Count];
    private bool _held, _disposed;

    /// <summary>What each output is now, in the configuration's order.</summary>
    public IReadOnlyList<(string OutputId, bool On)> Status
    {
        get
        {
            lock (_gate)
                return [.. outputs.Select(output => (output.Id, output.Pin.IsActive))];
        }
    }

    /// <summary>Switches every output with the number. False when there is none, or a pin failed, which is logged.</summary>
    public ValueTask<bool> SetAuxiliaryAsync(int number, bool on, CancellationToken cancellationToken) =>
        ValueTask.FromResult(Set(output => output.Auxiliary == number, on));

    /// <summary>Switches one output. False when there is none, or its pin failed, which is logged.</summary>
    public ValueTask<bool> SetAsync(string outputId, bool on, CancellationToken cancellationToken) =>
        ValueTask.FromResult(Set(output => output.Id == outputId, on));

    /// <summary>An input is in alarm, or none is any more: outputs with OnAlarm follow, the others do not.</summary>
    /// <returns>False when a pin failed, which is logged: to be called again.</returns>
    public bool HoldByAlarm(bool held)
    {
        lock (_gate)
        {
            _held = held;
            bool all = true;
            for (int i = 0; i < outputs.Count; i++)
            {
                if (outputs[i].OnAlarm)
                    all &= Apply(i);
            }
            return all;
        }
    }

    public async ValueTask DisposeAsync()
    {
        lock (_gate)
        {
            if (_disposed)
                return;
            _disposed = true;
        }
        foreach (Output output in outputs)
            await output.Pin.DisposeAsync();
    }

    private bool Set(Func<Output, bool> chosen, bool on)
    {
        lock (_gate)
        {
            bool found = false, all = true;
            for (int i = 0; i < outputs.Count; i++)
            {
                if (!chosen(outputs[i]))
                    continue;
                found = true;
                _wanted[i] = on;
                all &= Apply(i);
            }
            return found && all;
        }
    }

    private bool Apply(int index)
    {
        Output output = outputs[index];
        bool on = _wanted[index] || _held && output.OnAlarm;
        if (_disposed || output.Pin.IsActive == on)
            return !_disposed;
        try
        {
            output.Pin.Set(on);
        }
        catch (DriverException e)
        {
            log.OutputFailed(output.Id, e.Message);
            return false;
        }
        log.OutputSwitched(output.Id, on ? "on" : "off");
        return true;
    }
}
