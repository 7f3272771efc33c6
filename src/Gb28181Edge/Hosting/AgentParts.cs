using System.Collections.Concurrent;
using Gb28181Edge.Devices;
using Gb28181Edge.Drivers;
using Gb28181Edge.Drivers.Boards;
using Gb28181Edge.Drivers.I2c;
using Gb28181Edge.Drivers.Ptz;
using Gb28181Edge.Gb28181;
using Gb28181Edge.Sip;
using Gb28181Edge.Storage;
using Gb28181Edge.Streaming;

namespace Gb28181Edge.Hosting;

/// <summary>Everything that one agent is made of, opened and not yet running. Whoever holds it disposes it.</summary>
internal sealed class AgentParts : IAsyncDisposable
{
    public SipTraceFile? Trace { get; set; }

    public EdgeDatabase Database { get; set; } = null!;

    public AlarmOutbox Outbox { get; set; } = null!;

    /// <summary>Each is opened when the first of its pins is.</summary>
    public BoardSet Boards { get; set; } = null!;

    /// <summary>For whatever hangs on I2C.</summary>
    public II2cBuses I2c { get; set; } = new I2cBuses();

    public OutputController Outputs { get; set; } = null!;

    public AlarmController Alarms { get; set; } = null!;

    /// <summary>Null when every alarm input is a contact.</summary>
    public ConditionWatch? Conditions { get; set; }

    /// <summary>Those of the conditions' thermometers that hold a bus open.</summary>
    public List<IDisposable> Thermometers { get; } = [];

    /// <summary>Serial lines by bus name, and the pins that turn them round.</summary>
    public Dictionary<string, ISerialLine> Lines { get; } = new(StringComparer.OrdinalIgnoreCase);

    /// <summary>The lines that VISCA heads share, by bus name.</summary>
    public ConcurrentDictionary<string, ViscaChain> Chains { get; } = new(StringComparer.OrdinalIgnoreCase);

    public List<IDigitalOutput> DirectionPins { get; } = [];

    /// <summary>Heads by camera id.</summary>
    public Dictionary<string, PtzController> Heads { get; } = new(StringComparer.Ordinal);

    /// <summary>Streams by camera id.</summary>
    public Dictionary<string, CameraStream> Streams { get; } = new(StringComparer.Ordinal);

    public SipEndpoint Endpoint { get; set; } = null!;

    public List<PlatformLink> Links { get; } = [];

    /// <summary>Heads stand still, inputs are closed, outputs have their safe value, everything is on the disk. From the top down, each once.</summary>
    public async ValueTask DisposeAsync()
    {
        await Task.WhenAll(Heads.Values.Select(head => head.DisposeAsync().AsTask()));
        // a sensor or a disk that hangs must not keep outputs from their safe values
        Task conditions = Conditions?.DisposeAsync().AsTask() ?? Task.CompletedTask;
        if (Alarms is not null) await Alarms.DisposeAsync();
        if (Outputs is not null) await Outputs.DisposeAsync();
        await conditions;
        foreach (IDisposable thermometer in Thermometers) thermometer.Dispose();
        foreach (ISerialLine line in Lines.Values) await line.DisposeAsync();
        foreach (IDigitalOutput pin in DirectionPins) await pin.DisposeAsync();
        Boards?.Dispose();
        Endpoint?.Dispose();
        Outbox?.Flush();
        Database?.Dispose();
        if (Trace is not null) await Trace.DisposeAsync();
    }
}
