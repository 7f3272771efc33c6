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
            IPtzDriver head = WholeHead(parts, ptz, time, drivers);
            parts.Heads.Add(camera.Id, new PtzController(camera.Id, head, TimeSpan.FromSeconds(ptz.MoveTimeoutSeconds), time, devices, Settings(ptz), store));
        }
    }

    private static PtzSettings Settings(PtzOptions ptz) =>
        new() { DwellSeconds = ptz.DwellSeconds, ScanSeconds = ptz.ScanSeconds, FieldDegrees = ptz.FieldDegrees };

    /// <summary>Opens one camera's head alone, with what it hangs on, as the agent has it.</summary>
    /// <param name="parts">Gets the boards and lines; disposed by the caller after the head.</param>
    /// <param name="configuration">What is attached.</param>
    /// <param name="camera">One with a head.</param>
    /// <param name="loggers">Where the drivers log.</param>
    /// <param name="time">The clock.</param>
    /// <exception cref="DriverException">A board or a pin that the head needs is not there or in use.</exception>
    public static IPtzDriver OpenHead(AgentParts parts, EdgeConfiguration configuration, CameraOptions camera, ILoggerFactory loggers, TimeProvider time)
    {
        ILogger log = loggers.CreateLogger("Gb28181Edge.Drivers");
        parts.Boards = OpenBoards(configuration, parts.I2c, log, time);
        foreach (BusOptions bus in configuration.Buses) TryOpenBus(parts, bus, time, log);
        return WholeHead(parts, camera.Ptz!, time, log);
    }

    /// <summary>A head with its position reckoned where it cannot tell it, and shaped as its camera's keys say.</summary>
    private static IPtzDriver WholeHead(AgentParts parts, PtzOptions ptz, TimeProvider time, ILogger log) =>
        Shaped(Reckoned(Head(parts, ptz, time, log), parts, ptz, time, log), ptz, time);

    /// <summary>Opens a bus; where its direction pin cannot be had, each head on it says why.</summary>
    private static void TryOpenBus(AgentParts parts, BusOptions bus, TimeProvider time, ILogger log)
    {
        try
        {
            OpenBus(parts, bus, time, log);
        }
        catch (DriverException e)
        {
            parts.Lines.Add(bus.Name, new MissingLine(bus.Port, e));
        }
    }

    private static void OpenBus(AgentParts parts, BusOptions bus, TimeProvider time, ILogger log)
    {
        IDigitalOutput? direction = null;
        if (bus.DirectionPin is { } pin) parts.DirectionPins.Add(direction = parts.Boards.OpenOutput(Address(pin), $"direction of bus {bus.Name}", activeLow: false));
        parts.Lines.Add(bus.Name, new SerialLine(
            new Tty(bus.Port, bus.Baud, Format(bus.Format), direction, log, (Rs485Mode)bus.Rs485), TimeSpan.FromMilliseconds(bus.GapMs), time));
    }

    /// <summary>What moves one head, on what the parts hold already: the board and the lines.</summary>
    private static IPtzDriver Head(AgentParts parts, PtzOptions ptz, TimeProvider time, ILogger log) => ptz switch
    {
        PelcoDPtzOptions pelco => PelcoDHead(parts.Lines[pelco.Bus], pelco, time),
        PelcoPPtzOptions pelco => PelcoPHead(parts.Lines[pelco.Bus], pelco, time),
        ViscaPtzOptions visca => new ViscaHead(Chain(parts, visca, time).Open(visca.Address), HeadSettings(visca), time),
        RelayPtzOptions relay => new RelayDriver(Relays(parts.Boards, relay), Times(relay), time, log),
        ServoPtzOptions servo => Servo(parts.I2c, servo, time),
        StepperPtzOptions stepper => new StepperDriver(
            Stepper(parts.Boards, "pan", stepper.Pan), Stepper(parts.Boards, "tilt", stepper.Tilt)),
        ViscaIpPtzOptions visca => ViscaIp(visca, time),
        WebPtzOptions web => WebHead(web, time, log),
        _ => throw new InvalidOperationException($"no driver for {ptz}"),
    };

    private static Drivers.Serial.SerialFormat Format(Configuration.SerialFormat format) =>
        new(format.DataBits, (Drivers.Serial.SerialParity)format.Parity, format.StopBits);
}
