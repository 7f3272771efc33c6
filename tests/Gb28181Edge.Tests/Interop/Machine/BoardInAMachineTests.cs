using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using Gb28181Edge.Bench;
using Gb28181Edge.Protocol.Manscdp;
using Gb28181Edge.Tests.Support;
using Microsoft.Extensions.Logging.Abstractions;

namespace Gb28181Edge.Tests.Interop.Machine;

/// <summary>The published arm64 program and the shipped unit, installed as systemd/README.md says, on a board with real devices of the kernel.</summary>
[Trait("Needs", "packages")]
[Trait("Needs", "machine")]
public sealed partial class BoardInAMachineTests : IAsyncLifetime
{
    private const string Unit = "gb28181-edge";
    private const string FirstContact = "34020000001340000001", SecondContact = "34020000001340000002";
    private const int FirstContactLine = 1, SecondContactLine = 2, SirenLine = 5, SirenSwitch = 2;
    private const string Stop = "FF010000000001", Right = "FF0100023F0042";
    private const int HeadSamples = 500, ContactSamples = 200;
    private const double WorstExposure = 2.0;

    /// <summary>From the death of the agent to the stop on the wire where each instruction is emulated, on processors that others use too. The promise of 2 s is held natively (CrashTests).</summary>
    private static readonly TimeSpan EmulatedStopBound = TimeSpan.FromSeconds(8);

    private readonly TemporaryDirectory _files = new();
    private readonly BenchPlatform _platform = BenchPlatform.Start(
        new BenchOptions { MediaAddress = IPAddress.Parse(Qemu.HostAddress) }, TimeProvider.System, NullLogger.Instance);
    private readonly StepTable _table = new();
    private Qemu _machine = null!;

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public ValueTask InitializeAsync() => ValueTask.CompletedTask;

    public async ValueTask DisposeAsync()
    {
        await _platform.DisposeAsync();
        _files.Dispose();
    }

    [Fact]
    public async Task Agent_does_its_work_and_leaves_nothing_moving_however_it_ends()
    {
        try
        {
            await using Qemu machine = _machine = await Qemu.StartAsync(Payload(), _files.Path);
            _table.Add("the machine starts", await _machine.DoAsync("uname -srm"));
            try
            {
                await InstallAsync();
                await StartAsync();
                await ShowVideoAsync();
                await RaiseAlarmAsync();
                await SwitchOutputAsync();
                await MoveHeadAsync();
                await MeasureAsync();
                await FreezeAsync();
                await KillAsync();
                await StopInOrderAsync();
                await JudgeAsync();
            }
            catch
            {
                TestContext.Current.TestOutputHelper?.WriteLine((await _machine.RunAsync($"journalctl -u {Unit} -o short-monotonic --no-pager | tail -n 200")).Output);
                throw;
            }
        }
        finally
        {
            string table = _table.ToString();
            TestContext.Current.TestOutputHelper?.WriteLine(table);
            Directory.CreateDirectory(Repository.PathOf("artifacts", "vm"));
            await File.WriteAllTextAsync(Repository.PathOf("artifacts", "vm", "steps.txt"), table, CancellationToken.None);
            if (File.Exists(_files["console.log"])) File.Copy(_files["console.log"], Repository.PathOf("artifacts", "vm", "console.log"), overwrite: true);
        }
    }

    /// <summary>Steps 2 to 4 of systemd/README.md, word for word where it has words.</summary>
    private async Task InstallAsync()
    {
        string[] commands = [.. Installation().Where(line => !line.Contains("apt-get", StringComparison.Ordinal))];
        Assert.Contains(commands, line => line.EndsWith("/usr/lib/systemd/system/", StringComparison.Ordinal));
        foreach (string command in commands) await _machine.DoAsync($"cd /upload && {command}");
        await _machine.DoAsync("udevadm settle");
        await _machine.DoAsync("install -m 644 /upload/machine.json /etc/gb28181-edge/edge.json");
        await _machine.DoAsync("printf '%s\\n' 12345678 | install -m 600 /dev/stdin /etc/gb28181-edge/city.password");
        await _machine.DoAsync($"mkdir -p /etc/systemd/system/{Unit}.service.d && cp /upload/override.conf /etc/systemd/system/{Unit}.service.d/");
        await _machine.DoAsync("systemctl daemon-reload");
        string devices = await _machine.DoAsync("stat -c '%n %G' /dev/gpiochip0 /dev/ttyS0 /dev/video0");
        Assert.Equal("/dev/gpiochip0 gpio\n/dev/ttyS0 dialout\n/dev/video0 video", devices.ReplaceLineEndings("\n"));
        _table.Add("installed as systemd/README.md says", devices.ReplaceLineEndings(", "));
    }

    private async Task StartAsync()
    {
        await _machine.DoAsync($"systemctl start {Unit}");                  // returns when READY=1 came
        Assert.Equal("active", await ShowAsync("ActiveState"));
        Assert.Equal("notify", await ShowAsync("Type"));
        _table.Add("the shipped unit starts", $"READY by notify, process {await ShowAsync("MainPID")}");
        BenchEvent.Registered registered = await _platform.Events.WaitAsync<BenchEvent.Registered>(null, 0, Limit());
        Assert.Equal(AgentFile.Device, registered.DeviceId);
        _table.Add("it registers with the platform on the host", $"digest, password by LoadCredential, for {registered.Expires} s");
        await WireAsync(0, Stop, Stop, Stop);                               // what may have moved before
        string watchdog = await _machine.DoAsync("cat /sys/class/watchdog/watchdog0/state /sys/class/watchdog/watchdog0/identity");
        Assert.Equal("active Software Watchdog", watchdog.ReplaceLineEndings(" "));
        Assert.Contains("/dev/watchdog0", await _machine.DoAsync("ls -l /proc/1/fd"), StringComparison.Ordinal);
        _table.Add("the board's watchdog", $"softdog is active, systemd has it open, {await _machine.DoAsync("systemctl show -p RuntimeWatchdogUSec --value")}");
    }

    private async Task ShowVideoAsync()
    {
        using var received = new MemoryStream();
        ReceiverStatistics seen;
        await using (LiveView view = await _platform.PlayAsync(AgentFile.Camera, BenchTransport.Udp, Limit(), received))
        {
            seen = await view.WaitAsync(statistics => statistics.KeyFrames >= 4, Limit());
            Assert.True(seen.IsFlawless, seen.ToString());
            await view.StopAsync(Limit());
        }
        var recording = new Recording(received.ToArray(), _files["live.ps"]);
        await recording.DecodesInFfmpegAsync("h264", step: null);
        _table.Add("/dev/video0 live at the platform", $"{recording.Pictures} pictures over UDP, none lost, all decoded; the first after {Seconds(seen.FirstPictureAfter!.Value)}");
    }

    private async Task RaiseAlarmAsync()
    {
        long before = _platform.Events.Count;
        _machine.SetInput(FirstContactLine, high: true);
        BenchEvent.Alarm alarm = await _platform.Events.WaitAsync<BenchEvent.Alarm>(null, before, Limit());
        Assert.Equal(FirstContact, alarm.Content.DeviceId);
        _machine.SetInput(FirstContactLine, high: false);
        await _platform.ResetAlarmAsync(FirstContact, Limit());
        Assert.Single(_platform.Events.Snapshot().OfType<BenchEvent.Alarm>());
        _table.Add("an edge on the PL061 line", $"alarm of {alarm.Content.DeviceId} at the platform, confirmed and told once; reset by it");
    }

    private async Task SwitchOutputAsync()
    {
        foreach (bool on in (bool[])[true, false])
        {
            int levels = _machine.LevelCount;
            await SendAsync(PtzCommand.FromAuxiliary(SirenSwitch, on));
            await _machine.OutputAsync(SirenLine, on, levels);
        }
        _table.Add("the platform switches an output", $"PL061 line {SirenLine} high, then low");
    }

    private async Task MoveHeadAsync()
    {
        int from = _machine.Wire.Count;
        await SendAsync(Move);
        await WireAsync(from, Right);
        await SendAsync(PtzCommand.Stop);
        await WireAsync(from, Right, Stop, Stop, Stop);
        _table.Add("the platform moves the head", $"{Right}, then three times {Stop} on the serial line");
    }

    private async Task MeasureAsync()
    {
        var run = new LatencyRun(_platform, AgentFile.Camera, _machine.Wire);
        _table.Add("SIP datagram to first serial byte", (await run.HeadAsync(HeadSamples, Limit())).ToString());
        Latency contact = await run.ContactAsync(FirstContact, SecondContact,
            (id, active) => _machine.SetInput(id == FirstContact ? FirstContactLine : SecondContactLine, active), ContactSamples, Limit());
        _table.Add("edge to SIP datagram, DebounceMs 0", contact.ToString());
    }

    /// <summary>A process that stands still while the head moves: the watchdog ends it, the head stops, the agent comes back.</summary>
    private async Task FreezeAsync()
    {
        long events = _platform.Events.Count;
        int from = _machine.Wire.Count;
        await SendAsync(Move);
        await WireAsync(from, Right);
        await _machine.DoAsync($"kill -STOP {await ShowAsync("MainPID")}");
        long frozen = Stopwatch.GetTimestamp();
        from = _machine.Wire.Count;
        long stopped = await _machine.Wire.TimeOfAsync(from + 6, Limit());
        Assert.Equal(Stop, _machine.Wire.Frames(from)[0]);
        await _platform.Events.WaitAsync<BenchEvent.Registered>(null, events, Limit());
        long back = Stopwatch.GetTimestamp();
        await _machine.UntilAsync($"systemctl show -p ActiveState --value {Unit}", state => state == "active", "the agent is back");
        Assert.Equal("1", await ShowAsync("NRestarts"));
        Assert.Contains("Watchdog timeout", await JournalAsync(), StringComparison.Ordinal);
        _table.Add("SIGSTOP while the head moves",
            $"ended by the watchdog, stop on the wire after {Seconds(Stopwatch.GetElapsedTime(frozen, stopped))}, registered again after {Seconds(Stopwatch.GetElapsedTime(frozen, back))}");
    }

    private async Task KillAsync()
    {
        (TimeSpan head, TimeSpan output) = await KillOnceAsync();
        _table.Add("kill -9 while the head moves and the output is on",
            $"ExecStopPost: stop on the wire after {Seconds(head)}, output low after {Seconds(output)}; back by Restart=");
        Assert.InRange(head > output ? head : output, TimeSpan.Zero, EmulatedStopBound);
    }

    /// <summary>Times run from before the command that kills, so they are longer than those from the death.</summary>
    private async Task<(TimeSpan Head, TimeSpan Output)> KillOnceAsync()
    {
        await QuietAsync();
        long events = _platform.Events.Count;
        int from = _machine.Wire.Count, levels = _machine.LevelCount;
        await SendAsync(PtzCommand.FromAuxiliary(SirenSwitch, on: true));
        await _machine.OutputAsync(SirenLine, high: true, levels);
        await SendAsync(Move);
        await WireAsync(from, Right);
        string process = await ShowAsync("MainPID");
        (from, levels) = (_machine.Wire.Count, _machine.LevelCount);
        long killed = Stopwatch.GetTimestamp();
        await _machine.DoAsync($"kill -9 {process}");
        long stopped = await _machine.Wire.TimeOfAsync(from + 6, Limit());
        Assert.Equal(Stop, _machine.Wire.Frames(from)[0]);
        long safe = await _machine.OutputAsync(SirenLine, high: false, levels);
        await _platform.Events.WaitAsync<BenchEvent.Registered>(null, events, Limit());
        await _machine.UntilAsync($"systemctl show -p ActiveState --value {Unit}", state => state == "active", "the agent is back");
        string journal = await JournalAsync();
        Assert.Contains("code=killed, status=9/KILL", journal, StringComparison.Ordinal);
        Assert.Contains($"Head of {AgentFile.Camera}: stopped after", journal, StringComparison.Ordinal);
        return (Stopwatch.GetElapsedTime(killed, stopped), Stopwatch.GetElapsedTime(killed, safe));
    }

    private async Task StopInOrderAsync()
    {
        await QuietAsync();
        long events = _platform.Events.Count;
        int from = _machine.Wire.Count, levels = _machine.LevelCount;
        await SendAsync(PtzCommand.FromAuxiliary(SirenSwitch, on: true));
        await _machine.OutputAsync(SirenLine, high: true, levels);
        await SendAsync(Move);
        await WireAsync(from, Right);
        levels = _machine.LevelCount;
        await _machine.DoAsync($"systemctl stop {Unit}");
        await _platform.Events.WaitAsync<BenchEvent.Unregistered>(null, events, Limit());
        await _machine.OutputAsync(SirenLine, high: false, levels);
        await WireAsync(from, Right, Stop, Stop, Stop, Stop, Stop, Stop);   // the agent's own, and ExecStopPost's
        Assert.Equal(("inactive", "success"), (await ShowAsync("ActiveState"), await ShowAsync("Result")));
        _table.Add("systemctl stop while the head moves and the output is on", "REGISTER with Expires 0, stop on the wire, output low, result success");
    }

    private async Task JudgeAsync()
    {
        string verdict = await _machine.DoAsync($"systemd-analyze security --no-pager {Unit}");
        double exposure = double.Parse(Exposure().Match(verdict).Groups[1].Value, CultureInfo.InvariantCulture);
        Assert.InRange(exposure, 0, WorstExposure);
        _table.Add("systemd-analyze security", string.Create(CultureInfo.InvariantCulture, $"exposure {exposure:0.0}"));
        string journal = await JournalAsync();
        Assert.DoesNotContain("NOT stopped", journal, StringComparison.Ordinal);
        Assert.DoesNotContain("A bug ended", journal, StringComparison.Ordinal);
    }

    private static PtzCommand Move => PtzCommand.FromMove(new PtzMove(1, 255, 0, 0, 0, 0));

    private static CancellationToken Limit()
    {
        var limit = CancellationTokenSource.CreateLinkedTokenSource(Cancellation);
        limit.CancelAfter(Qemu.Patience);
        return limit.Token;
    }

    private static string Seconds(TimeSpan time) => string.Create(CultureInfo.InvariantCulture, $"{time.TotalSeconds:0.0} s");

    private async Task SendAsync(PtzCommand command) => Assert.True((await _platform.PtzAsync(AgentFile.Camera, command, Limit())).IsSuccess);

    /// <summary>These frames come from there on, and nothing is between.</summary>
    private async Task WireAsync(int from, params string[] frames)
    {
        await _machine.Wire.TimeOfAsync(from + (frames.Length * 7) - 1, Limit());
        Assert.Equal(frames, _machine.Wire.Frames(from));
    }

    /// <summary>The stops of a new agent have all left: a pelco-d head gets three at the start.</summary>
    private async Task QuietAsync()
    {
        int from = _machine.Wire.Count;
        await SendAsync(PtzCommand.FromAuxiliary(1, on: false));
        await Eventually.TrueAsync(() => _machine.Wire.Frames(from).Contains("FF01000B00010D"), "the head's switch, which comes after every stop", Qemu.Patience);
    }

    private Task<string> ShowAsync(string property) => _machine.DoAsync($"systemctl show -p {property} --value {Unit}");

    private Task<string> JournalAsync() => _machine.DoAsync($"journalctl -u {Unit} --no-pager");

    /// <summary>The commands of step 2, without sudo: the machine's hand is root.</summary>
    private static string[] Installation()
    {
        Match step = InstallStep().Match(Repository.Read("systemd", "README.md"));
        Assert.True(step.Success, "systemd/README.md has a step named Install with a block of commands");
        return [.. step.Groups[1].Value.Split('\n').Select(line => line.Trim().Replace("sudo ", "", StringComparison.Ordinal)).Where(line => line.Length > 0)];
    }

    /// <summary>What the README copies to the board, in /upload, and the board's own configuration.</summary>
    private string Payload()
    {
        string home = Directory.CreateDirectory(Path.Combine(_files["payload"], "upload")).FullName;
        string published = Repository.PathOf("artifacts", "linux-arm64");
        Assert.True(File.Exists(Path.Combine(published, Unit)), "dotnet publish src/Gb28181Edge -r linux-arm64 makes the program");
        foreach (string file in Directory.GetFiles(published).Concat(Directory.GetFiles(Repository.PathOf("systemd")))) File.Copy(file, Path.Combine(home, Path.GetFileName(file)));
        File.WriteAllText(Path.Combine(home, "machine.json"), Configuration().ToJsonString());
        // the README's drop-ins: a password that systemd hands over, and room for a camera that is a process
        File.WriteAllText(Path.Combine(home, "override.conf"), "[Service]\nLoadCredential=city:/etc/gb28181-edge/city.password\nMemoryMax=384M\nTasksMax=256\n");
        return _files["payload"];
    }

    private JsonObject Configuration() => new()
    {
        ["Device"] = new JsonObject { ["Id"] = AgentFile.Device },
        ["Platforms"] = new JsonArray(new JsonObject
        {
            ["Id"] = AgentFile.Platform,
            ["Host"] = Qemu.HostAddress,
            ["Port"] = _platform.Port,
            ["PasswordFile"] = "city",
            ["RetrySeconds"] = 2,
        }),
        ["Cameras"] = new JsonArray(new JsonObject
        {
            ["Id"] = AgentFile.Camera,
            ["Source"] = new JsonObject { ["Type"] = "process", ["Command"] = new JsonArray([.. Ffmpeg.Split(' ')]) },
            ["Ptz"] = new JsonObject { ["Driver"] = "pelco-d", ["Bus"] = "rs485", ["Address"] = 1, ["MoveTimeoutSeconds"] = 600 },
        }),
        ["Buses"] = new JsonArray(new JsonObject { ["Name"] = "rs485", ["Port"] = "/dev/ttyS0", ["Baud"] = 9600 }),
        ["AlarmInputs"] = new JsonArray(Contact(FirstContact, FirstContactLine), Contact(SecondContact, SecondContactLine)),
        ["Outputs"] = new JsonArray(new JsonObject { ["Id"] = "34020000001350000001", ["Name"] = "Siren", ["Pin"] = SirenLine, ["Auxiliary"] = SirenSwitch }),
    };

    /// <summary>The kernel's test camera, small and slow enough for an emulated processor to encode.</summary>
    private const string Ffmpeg = "ffmpeg -hide_banner -loglevel error -f v4l2 -video_size 320x180 -framerate 10 -i /dev/video0"
        + " -c:v libx264 -preset ultrafast -tune zerolatency -g 10 -threads 1 -pix_fmt yuv420p -f h264 -";

    private static JsonObject Contact(string id, int line) => new()
    {
        ["Id"] = id,
        ["Pin"] = line,
        ["ActiveLow"] = false,
        ["Pull"] = "none",
        ["DebounceMs"] = 0,
        ["RearmSeconds"] = 0,
    };

    [GeneratedRegex(@"\*\*Install\*\*.*?```sh\n(.*?)```", RegexOptions.Singleline)]
    private static partial Regex InstallStep();

    [GeneratedRegex(@"Overall exposure level for gb28181-edge\.service: ([0-9.]+)")]
    private static partial Regex Exposure();
}
