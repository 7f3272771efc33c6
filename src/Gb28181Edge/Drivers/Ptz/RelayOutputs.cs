namespace Gb28181Edge.Drivers.Ptz;

/// <summary>The outputs of a relay head; null where the head has no such direction.</summary>
internal sealed record RelayOutputs(
    IDigitalOutput? Left = null, IDigitalOutput? Right = null, IDigitalOutput? Up = null, IDigitalOutput? Down = null,
    IDigitalOutput? ZoomIn = null, IDigitalOutput? ZoomOut = null, IDigitalOutput? FocusNear = null, IDigitalOutput? FocusFar = null,
    IDigitalOutput? IrisOpen = null, IDigitalOutput? IrisClose = null)
{
    /// <summary>What is switched by an auxiliary number; 1 is the wiper in GB/T 28181-2016 A.3.6.</summary>
    public IReadOnlyDictionary<int, IDigitalOutput> Auxiliaries { get; init; } = new Dictionary<int, IDigitalOutput>();
}
