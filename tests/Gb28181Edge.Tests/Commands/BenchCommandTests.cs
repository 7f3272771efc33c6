using System.Diagnostics;
using System.Text.Json.Nodes;
using Gb28181Edge.Tests.Interop;
using Gb28181Edge.Tests.Support;

namespace Gb28181Edge.Tests.Commands;

/// <summary><c>gb28181-edge io</c> and <c>ptz</c>, on the simulated board and a pseudo terminal.</summary>
public sealed class BenchCommandTests : IDisposable
{
    private const string Stop = "FF010000000001", Left = "FF010004200025", RelayCamera = "34020000001310000002";

    private readonly TemporaryDirectory _directory = new();
    private readonly Pty _pty = new();

    public BenchCommandTests() => File.WriteAllText(_directory["edge.json"], Configuration().ToJsonString());

    public void Dispose()
    {
        _pty.Dispose();
        _directory.Dispose();
    }

    [Fact]
    public async Task List_shows_who_uses_which_pin()
    {
        (int exitCode, string output, string error) = await IoAsync("list");
        Assert.Equal((0, ""), (exitCode, error));
        Assert.Contains($"simulated board {_directory["pins"]}\n", output, StringComparison.Ordinal);
        Assert.Contains("     17  alarm input Door (AlarmInputs[0].Pin)\n", output, StringComparison.Ordinal);
        Assert.Contains(" GPIO27  output Siren (Outputs[0].Pin)\n", output, StringComparison.Ordinal);
        Assert.Contains("      5  left of camera Yard (Cameras[1].Ptz.Left)\n", output, StringComparison.Ordinal);
        Assert.Contains("io: 16 lines, I2C bus 200, address 0x20\n   GPB2  output Lamp (Outputs[1].Pin)\n", output, StringComparison.Ordinal);
        Assert.False(Directory.Exists(_directory["pins"]), "listing opens no board");
    }

    [Theory]
    [InlineData("0", "17 alarm input Door active (low)\n")]
    [InlineData("1", "17 alarm input Door inactive (high)\n")]
    public async Task Read_tells_the_level_and_what_it_means(string level, string told)
    {
        Directory.CreateDirectory(_directory["pins"]);
        File.WriteAllText(Pin(17), level);
        Assert.Equal((0, told, ""), await IoAsync("read", "17"));
    }

    [Fact]
    public async Task Read_of_a_pin_that_nothing_uses_tells_its_level() => Assert.Equal((0, "GPIO9 low\n", ""), await IoAsync("read", "GPIO9"));

    [Fact]
    public async Task Watch_shows_the_state_and_then_every_change()
    {
        using Process watch = Start("io", "watch", "--config", _directory["edge.json"]);
        Assert.EndsWith("  17 alarm input Door inactive (high)", await LineAsync(watch), StringComparison.Ordinal);
        File.WriteAllText(Pin(17), "0\n");
        Assert.Matches(@"^\d\d:\d\d:\d\d\.\d{3}  17 alarm input Door active \(low\)$", await LineAsync(watch));
        File.WriteAllText(Pin(17), "1\n");
        Assert.EndsWith("inactive (high)", await LineAsync(watch), StringComparison.Ordinal);
        Assert.Equal(0, await EndAsync(watch, "INT"));
    }

    [Fact]
    public async Task Pulse_switches_an_output_on_and_off_again()
    {
        (int exitCode, string output, string error) = await IoAsync("set", "27", "pulse", "--for", "0.1");
        Assert.Equal((0, ""), (exitCode, error));
        Assert.Matches(@"^[\d:.]+  27 output Siren on \(low\)\n[\d:.]+  27 output Siren off \(high\)\n$", output);
        Assert.Equal("1\n", File.ReadAllText(Pin(27)));
    }

    [Theory]
    [InlineData("INT")]
    [InlineData("TERM")]
    [InlineData("HUP")]
    public async Task An_output_that_is_on_goes_off_by_any_signal(string signal)
    {
        using Process set = Start("io", "set", "GPIO27", "on", "--config", _directory["edge.json"]);
        Assert.EndsWith("on (low)", await LineAsync(set), StringComparison.Ordinal);
        Assert.Equal("0\n", File.ReadAllText(Pin(27)));
        Assert.Equal(0, await EndAsync(set, signal));
        Assert.Equal("1\n", File.ReadAllText(Pin(27)));
    }

    [Fact]
    public async Task What_would_do_harm_is_refused()
    {
        (int exitCode, string output, string error) = await IoAsync("set", "17", "on");
        Assert.Equal((2, ""), (exitCode, output));
        Assert.Equal("alarm input Door (AlarmInputs[0].Pin) is an input: driving 17 could short what is wired to it\n", error);
        (exitCode, _, error) = await IoAsync("read", "5");
        Assert.Equal((2, "left of camera Yard (Cameras[1].Ptz.Left) is an output: reading 5 would let go of it\n"), (exitCode, error));
        Assert.False(File.Exists(Pin(17)) || File.Exists(Pin(5)));
    }

    [Fact]
    public async Task A_chip_or_an_I2C_bus_that_is_not_there_is_named()
    {
        (int exitCode, _, string error) = await Repository.RunAsync(Repository.Program, "io", "read", "3", "--chip", "/dev/gpiochip99");
        Assert.Equal(3, exitCode);
        Assert.StartsWith("there is no GPIO chip /dev/gpiochip99; the machine has ", error, StringComparison.Ordinal);
        (exitCode, _, error) = await IoAsync("set", "io:GPB2", "pulse");
        Assert.Equal(3, exitCode);
        Assert.StartsWith("there is no I2C bus /dev/i2c-200; the machine has ", error, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("io", "read", "x:")]
    [InlineData("io", "set", "3", "maybe")]
    [InlineData("io", "watch", "--for", "0")]
    [InlineData("ptz", "Gate", "sideways")]
    [InlineData("ptz", "Gate", "preset")]
    [InlineData("ptz", "Gate", "preset", "256")]
    [InlineData("ptz", "Gate", "left", "3")]
    [InlineData("ptz", "Gate", "left", "--speed", "101")]
    public async Task Bad_usage_exits_2_and_touches_nothing(params string[] arguments)
    {
        (int exitCode, _, string error) = await Repository.RunAsync(Repository.Program, [.. arguments, "--config", _directory["edge.json"]]);
        Assert.Equal(2, exitCode);
        Assert.Contains("gb28181-edge --help", error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Head_moves_and_the_last_that_it_is_told_is_a_stop()
    {
        (int exitCode, string output, string error) = await PtzAsync("Gate", "left", "--for", "0.2");
        Assert.Equal((0, "the head of Gate was told to stop\n", ""), (exitCode, output, error));
        _pty.Pump();
        Assert.Equal([Left, Stop, Stop, Stop], _pty.Frames.Where(frame => frame is Left or Stop).SkipWhile(frame => frame == Stop));
        Assert.Equal(Stop, _pty.Frames[^1]);
    }

    [Theory]
    [InlineData("INT")]
    [InlineData("TERM")]
    public async Task A_signal_stops_the_head_at_once(string signal)
    {
        using Process ptz = Start("ptz", AgentFile.Camera, "left", "--for", "600", "--config", _directory["edge.json"]);
        await Eventually.TrueAsync(() => { _pty.Pump(); return _pty.Frames.Contains(Left); }, "the head moves");
        Assert.Equal(0, await EndAsync(ptz, signal));
        _pty.Pump();
        Assert.Equal(Stop, _pty.Frames[^1]);
    }

    [Fact]
    public async Task Relays_are_all_open_at_the_end()
    {
        Assert.Equal(0, (await PtzAsync("yard", "right", "--for", "0.1")).ExitCode);
        Assert.Equal(("1\n", "1\n"), (File.ReadAllText(Pin(5)), File.ReadAllText(Pin(6))));
    }

    [Fact]
    public async Task A_head_that_cannot_tell_its_position_or_is_not_there_says_so()
    {
        Assert.Equal((3, "the head of Yard does not tell where it looks\n"), Pick(await PtzAsync("Yard", "position")));
        Assert.Equal((3, "the head of Yard has no home of its own, and no platform has set one\n"), Pick(await PtzAsync("Yard", "home")));
        Assert.Equal((2, $"There is no camera Roof. With a head: {AgentFile.Camera} (Gate), {RelayCamera} (Yard)\n"), Pick(await PtzAsync("Roof", "left")));
        _pty.Dispose();
        (int exitCode, _, string error) = await PtzAsync("Gate", "left");
        Assert.Equal((3, $"there is no serial port {_pty.Path}\n"), (exitCode, error));
    }

    private static (int, string) Pick((int ExitCode, string Output, string Error) run) => (run.ExitCode, run.Error);

    private Task<(int ExitCode, string Output, string Error)> IoAsync(params string[] arguments) =>
        Repository.RunAsync(Repository.Program, ["io", .. arguments, "--config", _directory["edge.json"]]);

    private Task<(int ExitCode, string Output, string Error)> PtzAsync(params string[] arguments) =>
        Repository.RunAsync(Repository.Program, ["ptz", .. arguments, "--config", _directory["edge.json"]]);

    /// <summary>With the signals as a terminal has them: who runs the tests in the background may have had them ignored.</summary>
    private static Process Start(params string[] arguments) =>
        Process.Start(new ProcessStartInfo("env", ["--default-signal=INT,HUP,TERM", Repository.Program, .. arguments]) { RedirectStandardOutput = true })!;

    private static async Task<string> LineAsync(Process process) =>
        await Eventually.ResultAsync(process.StandardOutput.ReadLineAsync(TestContext.Current.CancellationToken).AsTask(), "a line") ?? Fail();

    private static string Fail()
    {
        Assert.Fail("it ended");
        return "";
    }

    private static async Task<int> EndAsync(Process process, string signal)
    {
        try
        {
            await Repository.RunAsync("kill", $"-{signal}", $"{process.Id}");
            await Eventually.TrueAsync(() => process.HasExited, "it ends");
            return process.ExitCode;
        }
        finally
        {
            if (!process.HasExited) process.Kill();
        }
    }

    private string Pin(int number) => Path.Combine(_directory["pins"], $"{number}");

    private JsonObject Configuration() => new()
    {
        ["Device"] = new JsonObject { ["Id"] = AgentFile.Device, ["StateDirectory"] = _directory["state"] },
        ["Platforms"] = new JsonArray(new JsonObject { ["Id"] = AgentFile.Platform, ["Host"] = "127.0.0.1" }),
        ["Cameras"] = new JsonArray(
            Camera(AgentFile.Camera, "Gate", new JsonObject { ["Driver"] = "pelco-d", ["Bus"] = "rs485", ["Address"] = 1 }),
            Camera(RelayCamera, "Yard", new JsonObject { ["Driver"] = "relay", ["Left"] = 5, ["Right"] = 6 })),
        ["Board"] = new JsonObject { ["Driver"] = "simulated", ["Directory"] = _directory["pins"] },
        ["Boards"] = new JsonArray(new JsonObject { ["Name"] = "io", ["Driver"] = "mcp23017", ["Bus"] = 200 }),
        ["Buses"] = new JsonArray(new JsonObject { ["Name"] = "rs485", ["Port"] = _pty.Path, ["Baud"] = 9600 }),
        ["AlarmInputs"] = new JsonArray(new JsonObject { ["Id"] = "34020000001340000001", ["Name"] = "Door", ["Pin"] = 17, ["DebounceMs"] = 0 }),
        ["Outputs"] = new JsonArray(
            new JsonObject { ["Id"] = "34020000001350000001", ["Name"] = "Siren", ["Pin"] = "GPIO27", ["ActiveLow"] = true },
            new JsonObject { ["Id"] = "34020000001350000002", ["Name"] = "Lamp", ["Pin"] = "io:GPB2" }),
    };

    private static JsonObject Camera(string id, string name, JsonObject ptz) =>
        new() { ["Id"] = id, ["Name"] = name, ["Source"] = new JsonObject { ["Type"] = "test" }, ["Ptz"] = ptz };
}
