using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Text.Json.Nodes;
using Gb28181Edge.Tests.Interop;
using Gb28181Edge.Tests.Support;

namespace Gb28181Edge.Tests.Commands;

/// <summary><c>gb28181-edge stop</c>: what reaches the heads and the pins, and what it says.</summary>
public sealed class StopCommandTests : IDisposable
{
    private const string Stop = "FF010000000001";
    private const string RelayCamera = "34020000001310000002", Siren = "34020000001350000001";

    private readonly TemporaryDirectory _directory = new();
    private readonly Pty _pty = new();

    public void Dispose()
    {
        _pty.Dispose();
        _directory.Dispose();
    }

    [Fact]
    public async Task Heads_are_stopped_and_outputs_are_safe_without_an_agent()
    {
        SetPins();
        (int exitCode, string output, string error) = await StopAsync(Configuration());
        Assert.Equal((0, ""), (exitCode, error));
        _pty.Pump();
        Assert.Equal([Stop, Stop, Stop], _pty.Frames);
        Assert.Equal(("1", "1", "0"), (Pin(5), Pin(6), Pin(27)));          // the relays close at a low level
        Assert.Matches($@"^Head of {AgentFile.Camera}: stopped after \d+ ms$", Line(output, AgentFile.Camera));
        Assert.Matches($@"^Head of {RelayCamera}: stopped after \d+ ms$", Line(output, RelayCamera));
        Assert.Matches($@"^Output {Siren}: safe after \d+ ms$", Line(output, Siren));
        Assert.Matches(@"^3 of 3 heads and outputs stopped in \d+ ms$", output.TrimEnd().Split('\n')[^1]);
        Assert.False(Directory.Exists(_directory["state"]), "the database is none of its business");
    }

    [Fact]
    public async Task Head_whose_port_is_missing_is_named_and_holds_up_no_other()
    {
        SetPins();
        JsonObject configuration = Configuration();
        configuration["Buses"]![0]!["Port"] = _directory["no-such-port"];
        (int exitCode, string output, _) = await StopAsync(configuration);
        Assert.Equal(3, exitCode);
        Assert.Equal($"Head of {AgentFile.Camera}: NOT stopped: there is no serial port {_directory["no-such-port"]}", Line(output, AgentFile.Camera));
        Assert.Equal(("1", "1", "0"), (Pin(5), Pin(6), Pin(27)));
        Assert.StartsWith("2 of 3 ", output.TrimEnd().Split('\n')[^1], StringComparison.Ordinal);
    }

    [Fact]
    public async Task Head_that_never_answers_is_given_up_and_holds_up_no_other()
    {
        using var silent = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        silent.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        silent.Listen();                                                   // the kernel takes the connection, and nobody reads
        JsonObject configuration = Configuration();
        configuration["Cameras"]![1]!["Ptz"] = new JsonObject
        {
            ["Driver"] = "onvif",
            ["Url"] = string.Create(CultureInfo.InvariantCulture, $"http://127.0.0.1:{((IPEndPoint)silent.LocalEndPoint!).Port}/onvif/device_service"),
        };
        (int exitCode, string output, _) = await StopAsync(configuration);
        Assert.Equal(3, exitCode);
        Assert.Equal($"Head of {RelayCamera}: NOT stopped: not within 1.2 s", Line(output, RelayCamera));
        _pty.Pump();
        Assert.Equal([Stop, Stop, Stop], _pty.Frames);
        Assert.Contains("stopped after", Line(output, AgentFile.Camera), StringComparison.Ordinal);
        Assert.Contains("safe after", Line(output, Siren), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Board_that_is_missing_is_told_for_each_pin_and_the_serial_head_is_stopped()
    {
        JsonObject configuration = Configuration();
        configuration["Board"] = new JsonObject { ["Driver"] = "gpiod", ["Chip"] = _directory["no-such-chip"] };
        (int exitCode, string output, _) = await StopAsync(configuration);
        Assert.Equal(3, exitCode);
        _pty.Pump();
        Assert.Equal([Stop, Stop, Stop], _pty.Frames);
        Assert.Contains("NOT stopped: ", Line(output, RelayCamera), StringComparison.Ordinal);
        Assert.Contains(_directory["no-such-chip"], Line(output, RelayCamera), StringComparison.Ordinal);
        Assert.Contains("NOT safe: ", Line(output, Siren), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Direction_pin_without_a_board_keeps_the_heads_of_its_bus_alone_from_being_stopped()
    {
        JsonObject configuration = Configuration();
        configuration["Board"] = new JsonObject { ["Driver"] = "gpiod", ["Chip"] = _directory["no-such-chip"] };
        configuration["Buses"]![0]!["DirectionPin"] = 4;
        (int exitCode, string output, _) = await StopAsync(configuration);
        Assert.Equal(3, exitCode);
        Assert.Equal(0, _pty.Pump());
        Assert.Contains(_directory["no-such-chip"], Line(output, AgentFile.Camera), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Box_without_heads_and_outputs_has_nothing_to_stop()
    {
        JsonObject configuration = Configuration();
        configuration["Cameras"] = new JsonArray(new JsonObject { ["Id"] = AgentFile.Camera, ["Source"] = new JsonObject { ["Type"] = "test" } });
        configuration.Remove("Outputs");
        configuration.Remove("Buses");
        Assert.Equal((0, "There is nothing to stop\n", ""), await StopAsync(configuration));
    }

    [Fact]
    public async Task Password_that_cannot_be_read_keeps_no_head_from_being_stopped()
    {
        SetPins();
        JsonObject configuration = Configuration();
        configuration["Platforms"]![0]!["PasswordFile"] = "no-such-credential";
        (int exitCode, _, string error) = await StopAsync(configuration);
        Assert.Equal((0, ""), (exitCode, error));
        _pty.Pump();
        Assert.Equal([Stop, Stop, Stop], _pty.Frames);
        Assert.Equal(1, (await Repository.RunAsync(Repository.Program, "check", "--config", _directory["edge.json"])).ExitCode);
    }

    [Fact]
    public async Task Wrong_configuration_is_told_on_standard_error_and_exits_1()
    {
        (int exitCode, string output, string error) = await StopAsync([]);
        Assert.Equal((1, ""), (exitCode, output));
        Assert.Contains("Device: is missing", error, StringComparison.Ordinal);
    }

    private Task<(int ExitCode, string Output, string Error)> StopAsync(JsonObject configuration)
    {
        File.WriteAllText(_directory["edge.json"], configuration.ToJsonString());
        return Repository.RunAsync(Repository.Program, "stop", "--config", _directory["edge.json"]);
    }

    /// <summary>As an agent leaves them that was killed while two relays and the siren were on.</summary>
    private void SetPins()
    {
        Directory.CreateDirectory(_directory["pins"]);
        foreach ((int pin, string level) in ((int, string)[])[(5, "0"), (6, "0"), (27, "1")]) File.WriteAllText(Path.Combine(_directory["pins"], $"{pin}"), $"{level}\n");
    }

    private string Pin(int number) => File.ReadAllText(Path.Combine(_directory["pins"], $"{number}")).TrimEnd();

    private static string Line(string output, string id) => Assert.Single(output.Split('\n'), line => line.Contains(id, StringComparison.Ordinal));

    private JsonObject Configuration() => new()
    {
        ["Device"] = new JsonObject { ["Id"] = AgentFile.Device, ["StateDirectory"] = _directory["state"] },
        ["Platforms"] = new JsonArray(new JsonObject { ["Id"] = AgentFile.Platform, ["Host"] = "127.0.0.1" }),
        ["Cameras"] = new JsonArray(
            Camera(AgentFile.Camera, new JsonObject { ["Driver"] = "pelco-d", ["Bus"] = "rs485", ["Address"] = 1 }),
            Camera(RelayCamera, new JsonObject { ["Driver"] = "relay", ["Left"] = 5, ["Right"] = 6 })),
        ["Board"] = new JsonObject { ["Driver"] = "simulated", ["Directory"] = _directory["pins"] },
        ["Buses"] = new JsonArray(new JsonObject { ["Name"] = "rs485", ["Port"] = _pty.Path, ["Baud"] = 9600 }),
        ["Outputs"] = new JsonArray(new JsonObject { ["Id"] = Siren, ["Pin"] = 27 }),
    };

    private static JsonObject Camera(string id, JsonObject ptz) =>
        new() { ["Id"] = id, ["Source"] = new JsonObject { ["Type"] = "test" }, ["Ptz"] = ptz };
}
