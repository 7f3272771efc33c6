using System.Net;

namespace Gb28181Edge.Configuration;

/// <summary>Every key of the configuration file: the one table that reader, schema, printed configuration and README are made from.</summary>
/// <remarks>A key is added here and to its record, nowhere else; the tests then ask for its row in the README.</remarks>
internal static class ConfigurationKeys
{
    private const int HighestPin = 1023;
    private const int NoPin = -1;

    private static readonly int[] Bauds = [300, 600, 1200, 1800, 2400, 4800, 9600, 19_200, 38_400, 57_600, 115_200, 230_400];

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
        new ShapeCase<SourceOptions, ProcessSourceOptions>("process", new(
            new ProcessSourceOptions { Command = [] },
            new TextListKey<ProcessSourceOptions>("Command", "The program and its arguments, without a shell; it writes to its standard output.", o => o.Command, (o, v) => o with { Command = v }) { IsRequired = true },
            new ChoiceKey<ProcessSourceOptions, ProcessFormat>("Format", [("h264", ProcessFormat.H264), ("h265", ProcessFormat.H265), ("mpegts", ProcessFormat.MpegTs)], "What it writes.", o => o.Format, (o, v) => o with { Format = v }))),
        new ShapeCase<SourceOptions, FileSourceOptions>("file", new(
            new FileSourceOptions { Path = "" },
            new TextKey<FileSourceOptions>("Path", TextFormats.ClipPath, "The recording.", o => o.Path, (o, v) => o with { Path = v! }) { IsRequired = true },
            new FlagKey<FileSourceOptions>("Loop", "Begin again at its end.", o => o.Loop, (o, v) => o with { Loop = v }))));

    private static UnionShape<PtzOptions> Ptz { get; } = new(
        "Driver", "What steers the camera.", null,
        new ShapeCase<PtzOptions, PelcoDPtzOptions>("pelco-d", new(
            new PelcoDPtzOptions(),
            new TextKey<PelcoDPtzOptions>("Bus", TextFormats.Name, "The name of one of Buses.", o => o.Bus, (o, v) => o with { Bus = v! }),
            new NumberKey<PelcoDPtzOptions>("Address", 1, 255, "The head's address.", o => o.Address, (o, v) => o with { Address = v!.Value }),
            MoveTimeout<PelcoDPtzOptions>((o, v) => o with { MoveTimeoutSeconds = v }))),
        new ShapeCase<PtzOptions, RelayPtzOptions>("relay", new(
            new RelayPtzOptions(),
            OptionalPin<RelayPtzOptions>("Left", "The pin that turns left.", o => o.Left, (o, v) => o with { Left = v }),
            OptionalPin<RelayPtzOptions>("Right", "The pin that turns right.", o => o.Right, (o, v) => o with { Right = v }),
            OptionalPin<RelayPtzOptions>("Up", "The pin that tilts up.", o => o.Up, (o, v) => o with { Up = v }),
            OptionalPin<RelayPtzOptions>("Down", "The pin that tilts down.", o => o.Down, (o, v) => o with { Down = v }),
            OptionalPin<RelayPtzOptions>("ZoomIn", "The pin that zooms in.", o => o.ZoomIn, (o, v) => o with { ZoomIn = v }),
            OptionalPin<RelayPtzOptions>("ZoomOut", "The pin that zooms out.", o => o.ZoomOut, (o, v) => o with { ZoomOut = v }),
            new FlagKey<RelayPtzOptions>("ActiveLow", "A low level closes the relay.", o => o.ActiveLow, (o, v) => o with { ActiveLow = v }),
            MoveTimeout<RelayPtzOptions>((o, v) => o with { MoveTimeoutSeconds = v }))));

    private static RecordShape<CameraOptions> Camera { get; } = new(
        new CameraOptions { Id = "", Source = new TestSourceOptions() },
        new TextKey<CameraOptions>("Id", TextFormats.CameraId, "The channel's id.", o => o.Id, (o, v) => o with { Id = v! }) { IsRequired = true },
        new TextKey<CameraOptions>("Name", TextFormats.Name, "Its name in the catalogue.", o => o.Name, (o, v) => o with { Name = v }) { DefaultNote = "the camera's id" },
        new FlagKey<CameraOptions>("AlwaysOn", "The source stays open without a viewer.", o => o.AlwaysOn, (o, v) => o with { AlwaysOn = v }),
        new ObjectKey<CameraOptions, SourceOptions>("Source", Source, "Where its pictures come from.", o => o.Source, (o, v) => o with { Source = v! }) { IsRequired = true },
        new ObjectKey<CameraOptions, PtzOptions>("Ptz", Ptz, "How it is steered, null when it has no head.", o => o.Ptz, (o, v) => o with { Ptz = v }) { IsNullable = true });

    private static UnionShape<BoardOptions> Board { get; } = new(
        "Driver", "What the pins belong to.", "gpiod",
        new ShapeCase<BoardOptions, GpiodBoardOptions>("gpiod", new(
            new GpiodBoardOptions(),
            new TextKey<GpiodBoardOptions>("Chip", TextFormats.AbsolutePath, "The GPIO chip's device.", o => o.Chip, (o, v) => o with { Chip = v! }))),
        new ShapeCase<BoardOptions, SimulatedBoardOptions>("simulated", new(
            new SimulatedBoardOptions(),
            new TextKey<SimulatedBoardOptions>("Directory", TextFormats.AbsolutePath, "Holds one file a pin, named by its number, with 0 or 1 in it.", o => o.Directory, (o, v) => o with { Directory = v! }))));

    private static RecordShape<BusOptions> Bus { get; } = new(
        new BusOptions(),
        new TextKey<BusOptions>("Name", TextFormats.Name, "What Ptz.Bus refers to, unique.", o => o.Name, (o, v) => o with { Name = v! }),
        new TextKey<BusOptions>("Port", TextFormats.AbsolutePath, "The serial port, any tty.", o => o.Port, (o, v) => o with { Port = v! }),
        new NumberKey<BusOptions>("Baud", Bauds[0], Bauds[^1], "Bits a second.", o => o.Baud, (o, v) => o with { Baud = v!.Value }) { Values = Bauds },
        new TextKey<BusOptions>("Format", TextFormats.Serial, "Data bits, parity, stop bits.", o => o.Format.ToString(), (o, v) => SerialFormat.TryParse(v!, out SerialFormat f) ? o with { Format = f } : o),
        OptionalPin<BusOptions>("DirectionPin", "The pin that is high while the agent sends, null for an adapter that turns round by itself.", o => o.DirectionPin, (o, v) => o with { DirectionPin = v }));

    private static RecordShape<AlarmInputOptions> AlarmInput { get; } = new(
        new AlarmInputOptions { Id = "", Pin = NoPin },
        new TextKey<AlarmInputOptions>("Id", TextFormats.AlarmInputId, "The input's id.", o => o.Id, (o, v) => o with { Id = v! }) { IsRequired = true },
        new TextKey<AlarmInputOptions>("Name", TextFormats.Name, "Its name in the catalogue.", o => o.Name, (o, v) => o with { Name = v }) { DefaultNote = "the input's id" },
        new NumberKey<AlarmInputOptions>("Pin", 0, HighestPin, "The board's line.", o => o.Pin, (o, v) => o with { Pin = v!.Value }) { IsRequired = true },
        new FlagKey<AlarmInputOptions>("ActiveLow", "Low is alarm.", o => o.ActiveLow, (o, v) => o with { ActiveLow = v }),
        new ChoiceKey<AlarmInputOptions, PinPull>("Pull", [("up", PinPull.Up), ("down", PinPull.Down), ("none", PinPull.None)], "The resistor that holds an open input.", o => o.Pull, (o, v) => o with { Pull = v }),
        new NumberKey<AlarmInputOptions>("DebounceMs", 0, 10_000, "A level counts once it has been steady for so long, milliseconds.", o => o.DebounceMs, (o, v) => o with { DebounceMs = v!.Value }),
        new NumberKey<AlarmInputOptions>("Priority", 1, 4, "AlarmPriority, 1 is the most severe.", o => o.Priority, (o, v) => o with { Priority = v!.Value }),
        new NumberKey<AlarmInputOptions>("Method", 1, 7, "AlarmMethod: 1 telephone, 2 device, 3 short message, 4 GPS, 5 video, 6 device fault, 7 other.", o => o.Method, (o, v) => o with { Method = v!.Value }),
        new NumberKey<AlarmInputOptions>("Type", 1, 99, "AlarmType, for methods 2, 5 and 6; null for a plain contact.", o => o.Type, (o, v) => o with { Type = v }) { IsNullable = true },
        new FlagKey<AlarmInputOptions>("Guarded", "Raises alarms until a platform says otherwise; what a platform says is kept.", o => o.Guarded, (o, v) => o with { Guarded = v }),
        new NumberKey<AlarmInputOptions>("RearmSeconds", 0, 86_400, "Ready for the next alarm after so long, 0 at once, null only by the platform's reset.", o => o.RearmSeconds, (o, v) => o with { RearmSeconds = v }) { IsNullable = true },
        new TextKey<AlarmInputOptions>("Camera", TextFormats.CameraId, "The id of the camera that looks at it, null for none.", o => o.Camera, (o, v) => o with { Camera = v }) { IsNullable = true });

    private static RecordShape<OutputOptions> Output { get; } = new(
        new OutputOptions { Id = "", Pin = NoPin },
        new TextKey<OutputOptions>("Id", TextFormats.OutputId, "The output's id.", o => o.Id, (o, v) => o with { Id = v! }) { IsRequired = true },
        new TextKey<OutputOptions>("Name", TextFormats.Name, "Its name in the catalogue.", o => o.Name, (o, v) => o with { Name = v }) { DefaultNote = "the output's id" },
        new NumberKey<OutputOptions>("Pin", 0, HighestPin, "The board's line.", o => o.Pin, (o, v) => o with { Pin = v!.Value }) { IsRequired = true },
        new FlagKey<OutputOptions>("ActiveLow", "Low switches it on.", o => o.ActiveLow, (o, v) => o with { ActiveLow = v }),
        new NumberKey<OutputOptions>("Auxiliary", 1, 255, "The auxiliary switch number that works it, null for none.", o => o.Auxiliary, (o, v) => o with { Auxiliary = v }) { IsNullable = true },
        new FlagKey<OutputOptions>("OnAlarm", "On while a guarded input is in alarm, until the platform resets it.", o => o.OnAlarm, (o, v) => o with { OnAlarm = v }));

    /// <summary>The whole file.</summary>
    public static RecordShape<EdgeConfiguration> File { get; } = new(
        new EdgeConfiguration { Device = new DeviceOptions { Id = "" } },
        new SchemaLinkKey<EdgeConfiguration>("For editors: the file that `gb28181-edge schema` printed.") { DefaultNote = "none" },
        new ObjectKey<EdgeConfiguration, DeviceOptions>("Device", Device, "The box itself.", o => o.Device, (o, v) => o with { Device = v! }) { IsRequired = true },
        new ObjectListKey<EdgeConfiguration, PlatformOptions>("Platforms", Platform, "Whom it serves, all at once.", o => o.Platforms, (o, v) => o with { Platforms = v }) { IsRequired = true },
        new ObjectListKey<EdgeConfiguration, CameraOptions>("Cameras", Camera, "Each is a channel of the catalogue.", o => o.Cameras, (o, v) => o with { Cameras = v }) { IsRequired = true },
        new ObjectKey<EdgeConfiguration, BoardOptions>("Board", Board, "Where the pins are; opened only when something uses a pin.", o => o.Board, (o, v) => o with { Board = v! }),
        new ObjectListKey<EdgeConfiguration, BusOptions>("Buses", Bus, "Serial ports that heads hang on.", o => o.Buses, (o, v) => o with { Buses = v }),
        new ObjectListKey<EdgeConfiguration, AlarmInputOptions>("AlarmInputs", AlarmInput, "Contacts that raise alarms.", o => o.AlarmInputs, (o, v) => o with { AlarmInputs = v }),
        new ObjectListKey<EdgeConfiguration, OutputOptions>("Outputs", Output, "Switched outputs.", o => o.Outputs, (o, v) => o with { Outputs = v }));

    /// <summary>The table of all keys, with their paths.</summary>
    public static IEnumerable<KeyRow> Rows => File.Rows("");

    private static NumberKey<T> OptionalPin<T>(string name, string summary, Func<T, int?> get, Func<T, int?, T> set) =>
        new(name, 0, HighestPin, summary, get, set) { IsNullable = true };

    private static NumberKey<T> MoveTimeout<T>(Func<T, int, T> set) where T : PtzOptions =>
        new("MoveTimeoutSeconds", 1, 600, "The head is stopped when no command came for so long.", o => o.MoveTimeoutSeconds, (o, v) => set(o, v!.Value));
}
