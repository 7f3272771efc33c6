using Gb28181Edge.Cameras;
using Gb28181Edge.Configuration;
using Gb28181Edge.Devices;
using Gb28181Edge.Drivers;
using Gb28181Edge.Drivers.Boards;
using Gb28181Edge.Drivers.Ptz;
using Gb28181Edge.Drivers.Serial;
using Gb28181Edge.Gb28181;
using Gb28181Edge.Protocol.Manscdp;
using Gb28181Edge.Protocol.Rtsp;
using Gb28181Edge.Storage;
using Gb28181Edge.Streaming;
using Microsoft.Extensions.Logging;

namespace Gb28181Edge.Hosting;

internal static partial class Composition
{
    private static AgentParts Open(
        EdgeConfiguration configuration, RunOptions options, ILoggerFactory loggers, TimeProvider time, Action restart, IPlatformObserver? observer)
    {
        var parts = new AgentParts();
        try
        {
            if (options.SipTracePath is { } path) parts.Trace = SipTraceFile.Open(path, loggers.CreateLogger("Gb28181Edge.Hosting"));
            OpenStorage(parts, configuration, loggers, time);
            OpenBoard(parts, configuration, loggers, time);
            OpenHeads(parts, configuration, loggers, time);
            OpenStreams(parts, configuration, loggers, time);
            OpenLinks(parts, configuration, loggers, time, restart, observer);
            return parts;
        }
        catch
        {
            // what was opened before the fault is closed again; a disposal that waits has nothing to wait for yet
            parts.DisposeAsync().AsTask().GetAwaiter().GetResult();
            throw;
        }
    }

    private static void OpenStorage(AgentParts parts, EdgeConfiguration configuration, ILoggerFactory loggers, TimeProvider time)
    {
        ILogger log = loggers.CreateLogger("Gb28181Edge.Storage");
        parts.Database = EdgeDatabase.Open(Path.Combine(configuration.Device.StateDirectory, "edge.db"), time, log);
        parts.Outbox = new AlarmOutbox(parts.Database, [.. configuration.Platforms.Select(platform => platform.Name)], time, log);
    }

    private static void OpenBoard(AgentParts parts, EdgeConfiguration configuration, ILoggerFactory loggers, TimeProvider time)
    {
        ILogger drivers = loggers.CreateLogger("Gb28181Edge.Drivers"), devices = loggers.CreateLogger("Gb28181Edge.Devices");
        if (configuration.UsesPins)
        {
            parts.Board = configuration.Board switch
            {
                GpiodBoardOptions gpiod => Board.OpenCharacterDevice(gpiod.Chip, time, drivers),
                SimulatedBoardOptions simulated => Board.OpenSimulated(simulated.Directory, time, drivers),
                _ => throw new InvalidOperationException($"no board for {configuration.Board}"),
            };
        }
        parts.Outputs = new OutputController([.. configuration.Outputs.Select(output => new Output(
            output.Id, output.Name, parts.Board!.OpenOutput(output.Pin, output.ActiveLow), output.Auxiliary, output.OnAlarm))], devices);
        parts.Alarms = new AlarmController(
            [.. configuration.AlarmInputs.Select(input => Input(parts.Board!, input))],
            parts.Outputs, parts.Outbox, new GuardStore(parts.Database, loggers.CreateLogger("Gb28181Edge.Storage")), time, devices);
    }

    private static AlarmInput Input(Board board, AlarmInputOptions input)
    {
        Drivers.Boards.PinPull pull = input.Pull switch
        {
            Configuration.PinPull.Up => Drivers.Boards.PinPull.Up,
            Configuration.PinPull.Down => Drivers.Boards.PinPull.Down,
            _ => Drivers.Boards.PinPull.None,
        };
        return new AlarmInput(
            input.Id, input.Name, board.OpenInput(input.Pin, input.ActiveLow, pull, TimeSpan.FromMilliseconds(input.DebounceMs)),
            input.Priority, input.Method, input.Type, input.Guarded,
            input.RearmSeconds is { } seconds ? TimeSpan.FromSeconds(seconds) : null);
    }

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

    private static void OpenStreams(AgentParts parts, EdgeConfiguration configuration, ILoggerFactory loggers, TimeProvider time)
    {
        ILogger cameras = loggers.CreateLogger("Gb28181Edge.Cameras"), streaming = loggers.CreateLogger("Gb28181Edge.Streaming");
        var ports = new PortPool(configuration.Device.MediaPorts.First, configuration.Device.MediaPorts.Last);
        foreach (CameraOptions camera in configuration.Cameras)
        {
            ICameraSource source = Source(camera, cameras, time);
            parts.Streams.Add(camera.Id, new CameraStream(new CameraStreamOptions(camera.Id) { AlwaysOn = camera.AlwaysOn }, source, ports, time, streaming));
        }
    }

    private static ICameraSource Source(CameraOptions camera, ILogger log, TimeProvider time) => camera.Source switch
    {
        TestSourceOptions => new TestCamera(time),
        RtspSourceOptions rtsp => new RtspCamera(
            RtspUrl.TryParse(rtsp.Url, out RtspUrl? url, out RtspUrlFault fault) ? url! : throw new CameraException($"camera {camera.Id}: no RTSP address: {fault}"),
            rtsp.Transport == RtspTransport.Udp ? RtspLowerTransport.Udp : RtspLowerTransport.Tcp, time, log),
        ProcessSourceOptions process => new ProcessCamera(process.Command, process.Format switch
        {
            ProcessFormat.H264 => ProcessOutput.H264,
            ProcessFormat.H265 => ProcessOutput.H265,
            ProcessFormat.MpegTs => ProcessOutput.MpegTs,
            _ => throw new InvalidOperationException($"no reader for {process.Format}"),
        }, time, log),
        FileSourceOptions file => new FileCamera(file.Path, file.Loop, time),
        _ => throw new InvalidOperationException($"no source for {camera.Source}"),
    };

    private static DeviceModel Model(EdgeConfiguration configuration) => new()
    {
        Id = configuration.Device.Id,
        Name = configuration.Device.Name,
        Manufacturer = configuration.Device.Manufacturer,
        Model = configuration.Device.Model,
        Firmware = configuration.Device.Firmware,
        CivilCode = configuration.Device.CivilCode,
        Cameras = [.. configuration.Cameras.Select(camera => new CameraChannel(camera.Id, camera.Name, camera.Ptz is not null))],
        AlarmInputs = [.. configuration.AlarmInputs.Select(input => new AlarmInputItem(input.Id, input.Name, input.Camera))],
        Outputs = [.. configuration.Outputs.Select(output => new OutputItem(output.Id, output.Name, output.Auxiliary))],
    };

    private static PlatformProfile Profile(PlatformOptions platform) => new()
    {
        Name = platform.Name,
        Id = platform.Id,
        Version = platform.Version == StandardEdition.Edition2022 ? GbVersion.Gb2022 : GbVersion.Gb2016,
        Charset = platform.Charset == PlatformCharset.Utf8 ? ManscdpCharset.Utf8 : ManscdpCharset.Gb2312,
        ExpiresSeconds = platform.ExpiresSeconds,
        KeepaliveSeconds = platform.KeepaliveSeconds,
        KeepaliveMisses = platform.KeepaliveMisses,
        MaxBodyBytes = platform.Transport == PlatformTransport.Tcp ? PlatformProfile.TcpBodyBytes : PlatformProfile.UdpBodyBytes,
    };
}
