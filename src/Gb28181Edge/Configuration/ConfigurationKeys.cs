using System.Net;

namespace Gb28181Edge.Configuration;

/// <summary>Every key of the configuration file: the one table that reader, schema, printed configuration and README are made from.</summary>
/// <remarks>A key is added here and to its record, nowhere else; the tests then ask for its row in the README.</remarks>
internal static class ConfigurationKeys
{
    private static RecordShape<DeviceOptions> Device { get; } = new(
        new DeviceOptions { Id = "" },
        new TextKey<DeviceOptions>("Id", TextFormats.MainDeviceId, "The device's own id, given out by the platform's operator.", o => o.Id, (o, v) => o with { Id = v! }) { IsRequired = true },
        new TextKey<DeviceOptions>("Name", TextFormats.Name, "Its name in the catalogue.", o => o.Name, (o, v) => o with { Name = v! }),
        new TextKey<DeviceOptions>("Manufacturer", TextFormats.Name, "As DeviceInfo tells it.", o => o.Manufacturer, (o, v) => o with { Manufacturer = v! }),
        new TextKey<DeviceOptions>("Model", TextFormats.Name, "As DeviceInfo tells it.", o => o.Model, (o, v) => o with { Model = v! }),
        new TextKey<DeviceOptions>("Firmware", TextFormats.Name, "As DeviceInfo tells it.", o => o.Firmware, (o, v) => o with { Firmware = v }) { DefaultNote = "the program's version" },
        new TextKey<DeviceOptions>("CivilCode", TextFormats.CivilCode, "The administrative region.", o => o.CivilCode, (o, v) => o with { CivilCode = v }) { DefaultNote = "the id's first 6 digits" },
        new TextKey<DeviceOptions>("SipAddress", TextFormats.Address, "The local address that SIP listens on, 0.0.0.0 is all.", o => o.SipAddress.ToString(), (o, v) => TextFormats.TryAddress(v!, out IPAddress? a) ? o with { SipAddress = a } : o),
        new NumberKey<DeviceOptions>("SipPort", 0, 65_535, "The UDP and TCP port of SIP, 0 is any free port.", o => o.SipPort, (o, v) => o with { SipPort = v!.Value }),
        new TextKey<DeviceOptions>("MediaAddress", TextFormats.Address, "The address that platforms are told to expect media from, null is the local address that routes to the platform.", o => o.MediaAddress?.ToString(), (o, v) => v is null ? o with { MediaAddress = null } : TextFormats.TryAddress(v, out IPAddress? a) ? o with { MediaAddress = a } : o) { IsNullable = true },
        new TextKey<DeviceOptions>("MediaPorts", TextFormats.Ports, "The local ports of media sessions, first to last; each viewer takes two.", o => o.MediaPorts.ToString(), (o, v) => PortRange.TryParse(v!, out PortRange r) ? o with { MediaPorts = r } : o),
        new TextKey<DeviceOptions>("StateDirectory", TextFormats.AbsolutePath, "Where alarms and other state are kept.", o => o.StateDirectory, (o, v) => o with { StateDirectory = v! }));

    private static RecordShape<PlatformOptions> Platform { get; } = new(
        new PlatformOptions { Id = "", Host = "" },
        new TextKey<PlatformOptions>("Name", TextFormats.Name, "Its name in logs, unique; the alarms that are still to be sent are kept under it.", o => o.Name, (o, v) => o with { Name = v }) { DefaultNote = "the platform's id" },
        new TextKey<PlatformOptions>("Id", TextFormats.PlatformId, "The platform's SIP server id.", o => o.Id, (o, v) => o with { Id = v! }) { IsRequired = true },
        new TextKey<PlatformOptions>("Domain", TextFormats.Domain, "The platform's SIP domain.", o => o.Domain, (o, v) => o with { Domain = v }) { DefaultNote = "the id's first 10 digits" },
        new TextKey<PlatformOptions>("Host", TextFormats.Host, "Where the platform is.", o => o.Host, (o, v) => o with { Host = v! }) { IsRequired = true },
        new NumberKey<PlatformOptions>("Port", 1, 65_535, "Its SIP port.", o => o.Port, (o, v) => o with { Port = v!.Value }),
        new ChoiceKey<PlatformOptions, PlatformTransport>("Transport", [("udp", PlatformTransport.Udp), ("tcp", PlatformTransport.Tcp)], "How SIP travels.", o => o.Transport, (o, v) => o with { Transport = v }),
        new TextKey<PlatformOptions>("Username", TextFormats.Name, "The user name of the digest, null is the device's id.", o => o.Username, (o, v) => o with { Username = v }) { IsNullable = true },
        new TextKey<PlatformOptions>("Password", TextFormats.Password, "The password of the digest, null where the platform asks for none.", o => o.Password, (o, v) => o with { Password = v }) { IsNullable = true, IsSecret = true },
        new TextKey<PlatformOptions>("PasswordFile", TextFormats.Path, "A file that holds the password instead; a relative path begins in $CREDENTIALS_DIRECTORY, or beside the configuration file where that is not set.", o => o.PasswordFile, (o, v) => o with { PasswordFile = v }) { IsNullable = true },
        new ChoiceKey<PlatformOptions, StandardEdition>("Version", [("2016", StandardEdition.Edition2016), ("2022", StandardEdition.Edition2022)], "The edition of GB/T 28181 that the platform speaks.", o => o.Version, (o, v) => o with { Version = v }),
        new ChoiceKey<PlatformOptions, PlatformCharset>("Charset", [("GB2312", PlatformCharset.Gb2312), ("UTF-8", PlatformCharset.Utf8)], "The character set of message bodies; GB2312 is written as its superset GB18030.", o => o.Charset, (o, v) => o with { Charset = v }),
        new NumberKey<PlatformOptions>("ExpiresSeconds", 60, 86_400, "How long a registration is asked to hold.", o => o.ExpiresSeconds, (o, v) => o with { ExpiresSeconds = v!.Value }),
        new NumberKey<PlatformOptions>("KeepaliveSeconds", 1, 3600, "Time between keepalives.", o => o.KeepaliveSeconds, (o, v) => o with { KeepaliveSeconds = v!.Value }),
        new NumberKey<PlatformOptions>("KeepaliveMisses", 1, 10, "Keepalives in a row without an answer until the platform counts as lost.", o => o.KeepaliveMisses, (o, v) => o with { KeepaliveMisses = v!.Value }),
        new NumberKey<PlatformOptions>("RetrySeconds", 1, 3600, "The longest pause between tries to register.", o => o.RetrySeconds, (o, v) => o with { RetrySeconds = v!.Value }));

    private static UnionShape<SourceOptions> Source { get; } = new(
        "Type", "Where the pictures come from.", null,
        new ShapeCase<SourceOptions, TestSourceOptions>("test", new(new TestSourceOptions())),
        new ShapeCase<SourceOptions, RtspSourceOptions>("rtsp", new(
            new RtspSourceOptions { Url = "" },
            new TextKey<RtspSourceOptions>("Url", TextFormats.RtspUrl, "The stream's address, with user and password where the camera asks for them.", o => o.Url, (o, v) => o with { Url = v! }) { IsRequired = true },
            new ChoiceKey<RtspSourceOptions, RtspTransport>("Transport", [("tcp", RtspTransport.Tcp), ("udp", RtspTransport.Udp)], "How RTP comes from the camera.", o => o.Transport, (o, v) => o with { Transport = v }))),
        WebKeys.OnvifSource,
        new ShapeCase<SourceOptions, ProcessSourceOptions>("process", new(
            new ProcessSourceOptions { Command = [] },
            new TextListKey<ProcessSourceOptions>("Command", "The program and its arguments, without a shell; it writes to its standard output.", o => o.Command, (o, v) => o with { Command = v }) { IsRequired = true },
            new ChoiceKey<ProcessSourceOptions, ProcessFormat>("Format", [("h264", ProcessFormat.H264), ("h265", ProcessFormat.H265), ("mpegts", ProcessFormat.MpegTs)], "What it writes.", o => o.Format, (o, v) => o with { Format = v }))),
        new ShapeCase<SourceOptions, FileSourceOptions>("file", new(
            new FileSourceOptions { Path = "" },
            new TextKey<FileSourceOptions>("Path", TextFormats.ClipPath, "The recording.", o => o.Path, (o, v) => o with { Path = v! }) { IsRequired = true },
            new FlagKey<FileSourceOptions>("Loop", "Begin again at its end.", o => o.Loop, (o, v) => o with { Loop = v }))));

    private static RecordShape<CameraOptions> Camera { get; } = new(
        new CameraOptions { Id = "", Source = new TestSourceOptions() },
        new TextKey<CameraOptions>("Id", TextFormats.CameraId, "The channel's id.", o => o.Id, (o, v) => o with { Id = v! }) { IsRequired = true },
        new TextKey<CameraOptions>("Name", TextFormats.Name, "Its name in the catalogue.", o => o.Name, (o, v) => o with { Name = v }) { DefaultNote = "the camera's id" },
        new FlagKey<CameraOptions>("AlwaysOn", "The source stays open without a viewer.", o => o.AlwaysOn, (o, v) => o with { AlwaysOn = v }),
        new ObjectKey<CameraOptions, SourceOptions>("Source", Source, "Where its pictures come from.", o => o.Source, (o, v) => o with { Source = v! }) { IsRequired = true },
        new ObjectKey<CameraOptions, PtzOptions>("Ptz", PtzKeys.Ptz, "How it is steered, null when it has no head.", o => o.Ptz, (o, v) => o with { Ptz = v }) { IsNullable = true });

    /// <summary>The whole file.</summary>
    public static RecordShape<EdgeConfiguration> File { get; } = new(
        new EdgeConfiguration { Device = new DeviceOptions { Id = "" } },
        new SchemaLinkKey<EdgeConfiguration>("For editors: the file that `gb28181-edge schema` printed.") { DefaultNote = "none" },
        new ObjectKey<EdgeConfiguration, DeviceOptions>("Device", Device, "The box itself.", o => o.Device, (o, v) => o with { Device = v! }) { IsRequired = true },
        new ObjectListKey<EdgeConfiguration, PlatformOptions>("Platforms", Platform, "Whom it serves, all at once.", o => o.Platforms, (o, v) => o with { Platforms = v }) { IsRequired = true },
        new ObjectListKey<EdgeConfiguration, CameraOptions>("Cameras", Camera, "Each is a channel of the catalogue.", o => o.Cameras, (o, v) => o with { Cameras = v }) { IsRequired = true },
        new ObjectKey<EdgeConfiguration, BoardOptions>("Board", BoardKeys.Board, "Where the pins are; opened only when something uses a pin.", o => o.Board, (o, v) => o with { Board = v! }),
        new ObjectListKey<EdgeConfiguration, BoardOptions>("Boards", BoardKeys.Further, "Further boards, whose pins are written as \"NAME:LINE\"; each is opened only when something uses a pin of it.", o => o.Boards, (o, v) => o with { Boards = v }),
        new ObjectListKey<EdgeConfiguration, BusOptions>("Buses", BoardKeys.Bus, "Serial ports that heads hang on.", o => o.Buses, (o, v) => o with { Buses = v }),
        new ObjectListKey<EdgeConfiguration, AlarmInputOptions>("AlarmInputs", AlarmKeys.Input, "What raises alarms: contacts, temperatures, file systems, cameras.", o => o.AlarmInputs, (o, v) => o with { AlarmInputs = v }),
        new ObjectListKey<EdgeConfiguration, OutputOptions>("Outputs", AlarmKeys.Output, "Switched outputs.", o => o.Outputs, (o, v) => o with { Outputs = v }));

    /// <summary>The table of all keys, with their paths.</summary>
    public static IEnumerable<KeyRow> Rows => File.Rows("");
}
