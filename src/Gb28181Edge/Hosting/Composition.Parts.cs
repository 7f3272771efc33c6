using Gb28181Edge.Cameras;
using Gb28181Edge.Configuration;
using Gb28181Edge.Devices;
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
            OpenAlarms(parts, configuration, loggers, time);
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

    /// <summary>Where the agent keeps what survives a restart.</summary>
    public static string DatabasePath(EdgeConfiguration configuration) => Path.Combine(configuration.Device.StateDirectory, "edge.db");

    private static void OpenStorage(AgentParts parts, EdgeConfiguration configuration, ILoggerFactory loggers, TimeProvider time)
    {
        ILogger log = loggers.CreateLogger("Gb28181Edge.Storage");
        parts.Database = EdgeDatabase.Open(DatabasePath(configuration), time, log);
        parts.Outbox = new AlarmOutbox(parts.Database, [.. configuration.Platforms.Select(platform => platform.Name)], time, log);
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
        OnvifSourceOptions onvif => OnvifSource(onvif, time, log),
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
