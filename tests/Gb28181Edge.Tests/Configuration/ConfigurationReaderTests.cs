using System.Net;
using System.Text;
using Gb28181Edge.Configuration;
using Gb28181Edge.Tests.Support;
using static Gb28181Edge.Tests.Configuration.ConfigurationSamples;

namespace Gb28181Edge.Tests.Configuration;

public class ConfigurationReaderTests
{
    private const string Input = "\"AlarmInputs\": [ { \"Id\": \"34020000001340000001\", \"Pin\": 17 ";

    // ¤ stands where the fault is
    public static TheoryData<string, string, string> OneFault => new()
    {
        { "unknown key", With(platform: ", ¤\"ExpireSeconds\": 60"),
            "Platforms[0].ExpireSeconds: is an unknown key, the nearest is \"ExpiresSeconds\"; allowed: Name, Id, Domain, Host, Port, Transport, Username, Password, PasswordFile, Version, Charset, ExpiresSeconds, KeepaliveSeconds, KeepaliveMisses, RetrySeconds" },
        { "unknown section", With(rest: ",\n¤\"Bord\": {}"),
            "Bord: is an unknown key, the nearest is \"Board\"; allowed: $schema, Device, Platforms, Cameras, Board, Boards, Buses, AlarmInputs, Outputs" },
        { "key of another type", With(source: "\"Type\": \"test\", ¤\"Url\": \"rtsp://a/b\""),
            "Cameras[0].Source.Url: is an unknown key, the nearest is \"Type\"; allowed: Type" },
        { "duplicate key", With(device: ",\n\"Name\": \"a\",\n¤\"name\": \"b\""),
            "Device.Name: is given twice, first in line 3; allowed: each key once" },
        { "missing key", "{\n\"Device\": ¤{ },\n" + With()[(With().IndexOf('\n', 2) + 1)..],
            "Device.Id: is missing; allowed: 20 digits, digits 11 to 13 from 111 to 132" },
        { "text for a number", With(platform: ", \"Port\": ¤\"5060\""),
            "Platforms[0].Port: is text, not a number; allowed: 1 … 65535" },
        { "number for a text", With(device: ", \"Name\": ¤7"), "Device.Name: is a number, not text; allowed: 1 … 255 characters, no control characters" },
        { "text for a flag", With(camera: ", \"AlwaysOn\": ¤\"yes\""), "Cameras[0].AlwaysOn: is text, not true or false; allowed: true, false" },
        { "object for a list", With(rest: ", \"Buses\": ¤{}"), "Buses: is an object, not a list; allowed: a list of objects" },
        { "null where there has to be a value", With(device: ", \"SipPort\": ¤null"), "Device.SipPort: is null, not a number; allowed: 0 … 65535" },
        { "out of range", With(platform: ", \"KeepaliveMisses\": ¤11"), "Platforms[0].KeepaliveMisses: 11 is out of range; allowed: 1 … 10" },
        { "far out of range", With(platform: ", \"Port\": ¤99999999999999999999999999999999"),
            "Platforms[0].Port: 999999999999999999999999… is out of range; allowed: 1 … 65535" },
        { "no whole number", With(platform: ", \"Port\": ¤5060.0"), "Platforms[0].Port: 5060.0 is not a whole number; allowed: 1 … 65535" },
        { "unknown word", With(platform: ", \"Transport\": ¤\"tpc\""), "Platforms[0].Transport: \"tpc\" is unknown, the nearest is \"tcp\"; allowed: \"udp\", \"tcp\"" },
        { "number for a word", With(platform: ", \"Version\": ¤2016"), "Platforms[0].Version: is a number, not text; allowed: \"2016\", \"2022\"" },
        { "unknown source", With(source: "\"Type\": ¤\"rstp\""),
            "Cameras[0].Source.Type: \"rstp\" is unknown, the nearest is \"rtsp\"; allowed: \"test\", \"rtsp\", \"onvif\", \"process\", \"file\"" },
        { "source without a type", With().Replace("{ \"Type\": \"test\" }", "¤{ }", StringComparison.Ordinal), "Cameras[0].Source.Type: is missing; allowed: \"test\", \"rtsp\", \"onvif\", \"process\", \"file\"" },
        { "unknown driver", With(camera: ", \"Ptz\": { \"Driver\": ¤\"pelco_d\" }"),
            "Cameras[0].Ptz.Driver: \"pelco_d\" is unknown, the nearest is \"pelco-d\"; allowed: \"pelco-d\", \"pelco-p\", \"visca\", \"relay\", \"servo\", \"stepper\", \"onvif\", \"isapi\", \"dahua\", \"visca-ip\"" },
        { "id of the wrong type", With(rest: ", \"Outputs\": [ { \"Id\": ¤\"34020000001340000001\", \"Pin\": 1 } ]"),
            "Outputs[0].Id: \"34020000001340000001\" is not allowed; allowed: 20 digits, digits 11 to 13 are 135 or 140" },
        { "short id", With(rest: ", \"AlarmInputs\": [ { \"Id\": ¤\"3402\", \"Pin\": 1 } ]"),
            "AlarmInputs[0].Id: \"3402\" is not allowed; allowed: 20 digits, digits 11 to 13 are 134" },
        { "no such bus", With(camera: ", \"Ptz\": { \"Driver\": \"pelco-d\", \"Bus\": ¤\"rs484\" }", rest: ", \"Buses\": [ { \"Name\": \"rs485\" } ]"),
            "Cameras[0].Ptz.Bus: there is no bus \"rs484\", the nearest is \"rs485\"; allowed: \"rs485\"" },
        { "a bus by default, and none there", With(camera: ", \"Ptz\": ¤{ \"Driver\": \"pelco-d\" }"),
            "Cameras[0].Ptz.Bus: there is no bus \"rs485\", Buses is empty" },
        { "no such camera", With(rest: $", {Input}, \"Camera\": ¤\"34020000001320000009\" }} ]"),
            "AlarmInputs[0].Camera: there is no camera \"34020000001320000009\", the nearest is \"34020000001310000001\"; allowed: \"34020000001310000001\"" },
        { "id given twice", With(rest: $", {Input}}}, {{ \"Id\": ¤\"34020000001340000001\", \"Pin\": 18 }} ]"),
            "AlarmInputs[1].Id: the id 34020000001340000001 belongs to AlarmInputs[0].Id already; allowed: each id once" },
        { "pin given twice", With(rest: $", {Input}}} ], \"Outputs\": [ {{ \"Id\": \"34020000001350000001\", \"Pin\": ¤17 }} ]"),
            "Outputs[0].Pin: the pin 17 belongs to AlarmInputs[0].Pin already; allowed: each pin once" },
        { "auxiliary given twice", With(rest: ", \"Outputs\": [ { \"Id\": \"34020000001350000001\", \"Pin\": 1, \"Auxiliary\": 2 }, { \"Id\": \"34020000001350000002\", \"Pin\": 2, \"Auxiliary\": ¤2 } ]"),
            "Outputs[1].Auxiliary: the auxiliary switch 2 belongs to Outputs[0].Auxiliary already; allowed: each auxiliary switch once" },
        { "bus name given twice", With(rest: ", \"Buses\": [ { \"Port\": \"/dev/a\" }, { \"Name\": ¤\"RS485\", \"Port\": \"/dev/b\" } ]"),
            "Buses[1].Name: the name RS485 belongs to Buses[0].Name already; allowed: each name once" },
        { "a relay head without pins", With(camera: ", \"Ptz\": ¤{ \"Driver\": \"relay\" }"),
            "Cameras[0].Ptz: moves nothing; allowed: at least one of Left, Right, Up, Down, ZoomIn, ZoomOut, FocusNear, FocusFar, IrisOpen, IrisClose, Wiper, Auxiliary2, Auxiliary3, Auxiliary4" },
        { "two passwords", With(platform: ", \"Password\": \"a\", \"PasswordFile\": ¤\"b\""),
            "Platforms[0].PasswordFile: is given beside Password; allowed: one of the two" },
        { "ports without a pair", With(device: ", \"MediaPorts\": ¤\"5001-5002\""),
            "Device.MediaPorts: \"5001-5002\" is not allowed; allowed: FIRST-LAST, 1024 ≤ FIRST < LAST ≤ 65535, with an even port and the odd one above it" },
        { "SIP among the media ports", With(device: ", \"SipPort\": ¤30100"),
            "Device.SipPort: 30100 lies within MediaPorts 30000-30199; allowed: a port outside of them" },
        { "type of alarm without its method", With(rest: $", {Input}, \"Method\": 3, \"Type\": ¤1 }} ]"),
            "AlarmInputs[0].Type: method 3 has no types; allowed: null, or methods 2, 5 and 6" },
        { "unusual baud rate", With(rest: ", \"Buses\": [ { \"Baud\": ¤2401 } ]"),
            "Buses[0].Baud: 2401 is not one of the values; allowed: 300, 600, 1200, 1800, 2400, 4800, 9600, 19200, 38400, 57600, 115200, 230400" },
        { "empty list", "{\n\"Platforms\": ¤[],\n" + With()[2..].Replace("\"Platforms\": [ { \"Id\": \"34020000002000000001\", \"Host\": \"192.0.2.10\" } ],\n", "", StringComparison.Ordinal),
            "Platforms: is empty; allowed: a list of one or more objects" },
        { "command without a program", With(source: "\"Type\": \"process\", \"Command\": ¤[]"), "Cameras[0].Source.Command: names no program; allowed: a list of texts, the first not empty" },
        { "relative clip", With(source: "\"Type\": \"file\", \"Path\": ¤\"clip.ps\""),
            "Cameras[0].Source.Path: \"clip.ps\" is not allowed; allowed: a path that begins with / and ends in .h264, .h265, .ts or .ps" },
        { "a column after wide characters", With(device: ", \"Name\": \"北门\", \"SipPort\": ¤-1"), "Device.SipPort: -1 is out of range; allowed: 0 … 65535" },
        { "syntax", "{\n  \"Device\": {\n    \"Id\" ¤\"x\"\n", "'\"' is invalid after a property name. Expected a ':'; allowed: JSON, with // comments and trailing commas" },
        { "half a surrogate pair", "{\n\"Device\": ¤\"\\ud800\" }", "an escape in this text is half a surrogate pair; allowed: whole characters" },
        { "something behind the end", With() + "¤x", "'x' is invalid after a single JSON value. Expected end of data; allowed: JSON, with // comments and trailing commas" },
        { "a list at the top", "¤[]", "is a list, not an object; allowed: $schema, Device, Platforms, Cameras, Board, Boards, Buses, AlarmInputs, Outputs" },
    };

    [Theory, MemberData(nameof(OneFault))]
    public void Fault_is_the_only_one_and_names_line_path_and_what_is_allowed(string name, string text, string fault)
    {
        Assert.NotEmpty(name);
        string[] before = text[..text.IndexOf('¤', StringComparison.Ordinal)].Split('\n');
        Assert.Equal([$"edge.json:{before.Length}:{before[^1].Length + 1}: {fault}"], Faults(text.Replace("¤", "", StringComparison.Ordinal)));
    }

    [Fact]
    public void All_faults_come_at_once_in_the_order_of_the_file()
    {
        string[] faults = Faults(With(device: ", \"Nam\": 1, \"SipPort\": 70000", platform: ", \"Port\": 0", source: "\"Type\": \"x\"", rest: ", \"Board\": 3"));
        Assert.Equal(["Device.Nam", "Device.SipPort", "Platforms[0].Port", "Cameras[0].Source.Type", "Board"], faults.Select(fault => fault.Split(": ")[1]));
    }

    [Fact]
    public void A_faulty_item_does_not_shift_the_numbers_of_those_behind_it()
    {
        string[] faults = Faults(With(rest: ", \"Outputs\": [ 5, { \"Id\": \"34020000001350000001\", \"Pin\": 1 }, { \"Id\": \"34020000001350000002\", \"Pin\": 1 } ]"));
        Assert.Equal(["Outputs[0]", "Outputs[2].Pin"], faults.Select(fault => fault.Split(": ")[1]));
    }

    [Theory]
    [InlineData("\"Password\": 5")]
    [InlineData("\"Password\": \"\\u0007hunter2\"")]
    [InlineData("\"Passwort\": \"hunter2\"")]
    public void A_faulty_password_is_never_repeated(string member)
    {
        string fault = Assert.Single(Faults(With(platform: ", " + member)));
        Assert.DoesNotContain("hunter2", fault, StringComparison.Ordinal);
    }

    [Fact]
    public void Control_characters_of_the_file_are_escaped_in_the_fault()
    {
        string fault = Assert.Single(Faults(With(device: ", \"a\\u001b[31m\\nb\": 1")));
        Assert.Contains("Device.a\\u001b[31m\\u000ab: is an unknown key", fault, StringComparison.Ordinal);
    }

    [Fact]
    public void Comments_trailing_commas_a_byte_order_mark_and_any_case_of_keys_are_read()
    {
        string text = "\uFEFF// first\n" + With(platform: ", \"PORT\": 5062,", rest: ", // last\n").Replace("Device", "dEVICE", StringComparison.Ordinal) + "// end";
        EdgeConfiguration configuration = Good(text);
        Assert.Equal(5062, configuration.Platforms[0].Port);
    }

    [Fact]
    public void What_is_left_out_has_the_default_of_the_contract()
    {
        EdgeConfiguration configuration = Good(With(rest: $", \"Buses\": [ {{ }} ], {Input}}} ], \"Outputs\": [ {{ \"Id\": \"34020000001350000001\", \"Pin\": 27 }} ]"));
        DeviceOptions device = configuration.Device;
        Assert.Equal(("Gb28181Edge", "Edge", "340200", 5060), (device.Manufacturer, device.Model, device.CivilCode, device.SipPort));
        Assert.Equal((IPAddress.Any, (IPAddress?)null, new PortRange(30_000, 30_199)), (device.SipAddress, device.MediaAddress, device.MediaPorts));
        Assert.Equal((DeviceOptions.ProgramVersion, "/var/lib/gb28181-edge"), (device.Firmware, device.StateDirectory));
        PlatformOptions platform = configuration.Platforms[0];
        Assert.Equal(("34020000002000000001", "3402000000", 5060, PlatformTransport.Udp), (platform.Name, platform.Domain, platform.Port, platform.Transport));
        Assert.Equal(((string?)null, (string?)null, StandardEdition.Edition2016, PlatformCharset.Gb2312), (platform.Username, platform.Password, platform.Version, platform.Charset));
        Assert.Equal((3600, 60, 3, 60), (platform.ExpiresSeconds, platform.KeepaliveSeconds, platform.KeepaliveMisses, platform.RetrySeconds));
        CameraOptions camera = configuration.Cameras[0];
        Assert.Equal(("34020000001310000001", false, (PtzOptions?)null), (camera.Name, camera.AlwaysOn, camera.Ptz));
        Assert.Equal(new GpiodBoardOptions { Chip = "/dev/gpiochip0" }, configuration.Board);
        Assert.Equal(new BusOptions { Name = "rs485", Port = "/dev/ttyAMA0", Baud = 2400, Format = new(8, SerialParity.None, 1) }, configuration.Buses[0]);
        Assert.Equal(
            new AlarmInputOptions { Id = "34020000001340000001", Pin = 17, ActiveLow = true, Pull = PinPull.Up, DebounceMs = 50, Priority = 1, Guarded = true, RearmSeconds = 10 },
            configuration.AlarmInputs[0]);
        Assert.Equal((2, (int?)null), (configuration.AlarmInputs[0].Method, configuration.AlarmInputs[0].Type));
        Assert.Equal(new OutputOptions { Id = "34020000001350000001", Pin = 27, ActiveLow = false, OnAlarm = false }, configuration.Outputs[0]);
    }

    [Fact]
    public void What_is_given_arrives()
    {
        EdgeConfiguration configuration = Good(With(
            device: ", \"MediaAddress\": \"192.0.2.1\", \"MediaPorts\": \"4000-4001\"",
            platform: ", \"Charset\": \"utf-8\", \"Version\": \"2022\", \"Password\": \"p\", \"Username\": \"u\"",
            source: "\"type\": \"RTSP\", \"Url\": \"rtsp://u:p@h/x\", \"Transport\": \"udp\"",
            camera: ", \"Ptz\": { \"Driver\": \"relay\", \"Left\": 5, \"ActiveLow\": false, \"MoveTimeoutSeconds\": 5 }",
            rest: ", \"Board\": { \"Driver\": \"simulated\", \"Directory\": \"/x\" }, \"Buses\": [ { \"Format\": \"7e2\", \"DirectionPin\": 4 } ]"));
        Assert.Equal((IPAddress.Parse("192.0.2.1"), 2), (configuration.Device.MediaAddress, configuration.Device.MediaPorts.Count));
        Assert.Equal((PlatformCharset.Utf8, StandardEdition.Edition2022), (configuration.Platforms[0].Charset, configuration.Platforms[0].Version));
        Assert.Equal(new RtspSourceOptions { Url = "rtsp://u:p@h/x", Transport = RtspTransport.Udp }, configuration.Cameras[0].Source);
        Assert.Equal(new RelayPtzOptions { Left = 5, ActiveLow = false, MoveTimeoutSeconds = 5 }, configuration.Cameras[0].Ptz);
        Assert.Equal(new SimulatedBoardOptions { Directory = "/x" }, configuration.Board);
        Assert.Equal((new SerialFormat(7, SerialParity.Even, 2), (PinName?)4), (configuration.Buses[0].Format, configuration.Buses[0].DirectionPin));
        Assert.Equal(["Buses[0].DirectionPin", "Cameras[0].Ptz.Left"], configuration.Pins.Select(use => use.Path));
    }

    [Fact]
    public void Bytes_that_are_no_UTF8_are_a_fault_with_their_place()
    {
        ConfigurationResult result = ConfigurationFile.Read("{\n \"é"u8.ToArray().Concat<byte>([0xFF, 0x00]).ToArray());
        Assert.Equal("edge.json:2:4: this is not UTF-8 text; allowed: UTF-8, with or without a byte order mark", Assert.Single(result.Faults).Describe("edge.json"));
    }

    [Fact]
    public void More_than_a_mebibyte_is_a_fault()
    {
        string padded = With() + new string(' ', ConfigurationFile.MostBytes);
        Assert.Equal(["edge.json: has more than 1048576 bytes; allowed: 1 MiB at most"], Faults(padded));
    }

    [Fact]
    public void Any_bytes_give_a_configuration_or_faults_and_never_an_exception()
    {
        byte[] example = File.ReadAllBytes(Repository.PathOf("systemd", "edge.example.json"));
        const int Seed = 20_161;
        var random = new Random(Seed);
        int good = 0;
        for (int run = 0; run < 10_000; run++)
        {
            byte[] bytes = Mutate(example, random);
            ConfigurationResult result = ConfigurationFile.Read(bytes);
            bool isGood = result.Configuration is not null;
            Assert.True(isGood == (result.Faults.Count == 0), $"seed {Seed}, run {run}: {Encoding.Latin1.GetString(bytes)}");
            Assert.All(result.Faults, fault => Assert.NotEmpty(fault.Describe("f")));
            if (isGood) good++;
        }
        Assert.InRange(good, 1, 9_999);
    }

    private static byte[] Mutate(byte[] original, Random random)
    {
        List<byte> bytes = [.. original];
        for (int change = random.Next(1, 4); change > 0; change--)
        {
            int at = random.Next(bytes.Count);
            switch (random.Next(5))
            {
                case 0: bytes[at] = (byte)random.Next(256); break;
                case 1: bytes.RemoveRange(at, Math.Min(random.Next(1, 40), bytes.Count - at)); break;
                case 2: bytes.Insert(at, "{}[]\",:0-\\"u8[random.Next(10)]); break;
                case 3: bytes.InsertRange(at, bytes.GetRange(at, Math.Min(random.Next(1, 200), bytes.Count - at))); break;
                default: bytes.RemoveRange(at, bytes.Count - at); break;
            }
            if (bytes.Count == 0) return [];
        }
        return [.. bytes];
    }
}
