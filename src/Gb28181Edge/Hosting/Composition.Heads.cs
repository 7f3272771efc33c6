using Gb28181Edge.Configuration;
using Gb28181Edge.Devices;
using Gb28181Edge.Drivers;
using Gb28181Edge.Drivers.Boards;
using Gb28181Edge.Drivers.Ptz;
using Gb28181Edge.Drivers.Serial;
using Microsoft.Extensions.Logging;

namespace Gb28181Edge.Hosting;

internal static partial class Composition
{
    private static void OpenHeads(AgentParts parts, EdgeConfiguration configuration, ILoggerFactory loggers, TimeProvider time)
    {
        ILogger drivers = loggers.CreateLogger("Gb28181Edge.Drivers"), devices = loggers.CreateLogger("Gb28181Edge.Devices");
        foreach (BusOptions bus in configuration.Buses)
        {
            IDigitalOutput? direction = null;
            if (bus.DirectionPin is { } pin) parts.DirectionPins.Add(direction = parts.Board!.OpenOutput(pin, activeLow: false));
            parts.Lines.Add(bus.Name, new SerialLine(new Tty(bus.Port, bus.Baud, Format(bus.Format), direction, drivers), SerialLine.DefaultGap, time));
        }
        foreach (CameraOptions camera in configuration.Cameras)
        {
            if (camera.Ptz is null) continue;
            IPtzDriver driver = camera.Ptz switch
            {
                PelcoDPtzOptions pelco => new PelcoDDriver(parts.Lines[pelco.Bus], (byte)pelco.Address),
                RelayPtzOptions relay => new RelayDriver(Relays(parts.Board!, relay)),
                _ => throw new InvalidOperationException($"no driver for {camera.Ptz}"),
            };
            parts.Heads.Add(camera.Id, new PtzController(camera.Id, driver, TimeSpan.FromSeconds(camera.Ptz.MoveTimeoutSeconds), time, devices));
        }
    }

    private static Drivers.Serial.SerialFormat Format(Configuration.SerialFormat format) =>
        new(format.DataBits, (Drivers.Serial.SerialParity)format.Parity, format.StopBits);

    private static RelayOutputs Relays(Board board, RelayPtzOptions relay)
    {
        return new RelayOutputs(Pin(relay.Left), Pin(relay.Right), Pin(relay.Up), Pin(relay.Down), Pin(relay.ZoomIn), Pin(relay.ZoomOut));

        IDigitalOutput? Pin(int? pin) => pin is { } number ? board.OpenOutput(number, relay.ActiveLow) : null;
    }
}
