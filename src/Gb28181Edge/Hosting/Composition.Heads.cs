using Gb28181Edge.Configuration;
using Gb28181Edge.Devices;
using Gb28181Edge.Drivers;
using Gb28181Edge.Drivers.Ptz;
using Gb28181Edge.Drivers.Serial;
using Gb28181Edge.Storage;
using Microsoft.Extensions.Logging;

namespace Gb28181Edge.Hosting;

internal static partial class Composition
{
    private static void OpenHeads(AgentParts parts, EdgeConfiguration configuration, ILoggerFactory loggers, TimeProvider time)
    {
        ILogger drivers = loggers.CreateLogger("Gb28181Edge.Drivers"), devices = loggers.CreateLogger("Gb28181Edge.Devices");
        var store = new PtzStore(parts.Database, loggers.CreateLogger("Gb28181Edge.Storage"));
        foreach (BusOptions bus in configuration.Buses) OpenBus(parts, bus, time, drivers);
        foreach (CameraOptions camera in configuration.Cameras)
        {
            if (camera.Ptz is not { } ptz) continue;
            IPtzDriver head = Shaped(Reckoned(Head(parts, ptz, time, drivers), parts, ptz, time, drivers), ptz, time);
            parts.Heads.Add(camera.Id, new PtzController(camera.Id, head, TimeSpan.FromSeconds(ptz.MoveTimeoutSeconds), time, devices, Settings(ptz), store));
        }
    }

    private static PtzSettings Settings(PtzOptions ptz) =>
        new() { DwellSeconds = ptz.DwellSeconds, ScanSeconds = ptz.ScanSeconds, FieldDegrees = ptz.FieldDegrees };

    private static void OpenBus(AgentParts parts, BusOptions bus, TimeProvider time, ILogger log)
    {
        IDigitalOutput? direction = null;
        if (bus.DirectionPin is { } pin) parts.DirectionPins.Add(direction = parts.Boards.OpenOutput(Address(pin), $"direction of bus {bus.Name}", activeLow: false));
        parts.Lines.Add(bus.Name, new SerialLine(new Tty(bus.Port, bus.Baud, Format(bus.Format), direction, log), SerialLine.DefaultGap, time));
    }

    /// <summary>What moves one head, on what the parts hold already: the board and the lines.</summary>
    private static IPtzDriver Head(AgentParts parts, PtzOptions ptz, TimeProvider time, ILogger log) => ptz switch
    {
        PelcoDPtzOptions pelco => new PelcoDDriver(parts.Lines[pelco.Bus], (byte)pelco.Address),
        RelayPtzOptions relay => new RelayDriver(Relays(parts.Boards, relay), Times(relay), time, log),
        WebPtzOptions web => WebHead(web, time, log),
        _ => throw new InvalidOperationException($"no driver for {ptz}"),
    };

    private static Drivers.Serial.SerialFormat Format(Configuration.SerialFormat format) =>
        new(format.DataBits, (Drivers.Serial.SerialParity)format.Parity, format.StopBits);
}
