using Gb28181Edge.Drivers;

namespace Gb28181Edge.Tests.Drivers;

/// <summary>An output that writes what happens into a common list, so that the order between outputs shows.</summary>
internal sealed class FakeOutput(string name, List<string>? events = null) : IDigitalOutput
{
    public string Name => name;
    public bool IsActive { get; private set; }
    public bool IsDisposed { get; private set; }
    public bool Fails { get; set; }

    /// <summary>Told of every change.</summary>
    public Action<string, bool>? Changed { get; set; }

    public void Set(bool active)
    {
        if (Fails)
            throw new DriverException($"{name} fails");
        IsActive = active;
        Changed?.Invoke(name, active);
        events?.Add($"{name} {(active ? "on" : "off")}");
    }

    public ValueTask DisposeAsync()
    {
        IsActive = false;
        IsDisposed = true;
        return ValueTask.CompletedTask;
    }
}
