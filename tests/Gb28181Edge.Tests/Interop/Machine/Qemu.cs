using System.Diagnostics;
using System.Globalization;
using System.Net.Sockets;
using System.Text;
using System.Text.Json;
using System.Text.RegularExpressions;
using Gb28181Edge.Tests.Support;

namespace Gb28181Edge.Tests.Interop.Machine;

/// <summary>An arm64 board under emulation: Debian's kernel and systemd, a PL061 GPIO chip, a serial port, a camera and a watchdog. Killed when disposed.</summary>
/// <remarks>The system is what tests/vm/image made; changes to it are forgotten. What lies in the payload is copied into it before it starts.</remarks>
internal sealed partial class Qemu : IAsyncDisposable
{
    /// <summary>The host's loopback as the machine sees it.</summary>
    public const string HostAddress = "10.0.2.2";

    /// <summary>Emulation on a busy computer: ten times what it takes.</summary>
    public static readonly TimeSpan Patience = TimeSpan.FromMinutes(3);

    private readonly string _directory;
    private readonly ChildProgram _program;
    private readonly Lock _gate = new();
    private readonly List<(int Line, bool High, long Time)> _levels = [];
    private readonly List<Thread> _readers = [];
    private readonly List<Socket> _sockets = [];
    private Socket _control = null!, _pins = null!;
    private string _gpio = "";

    private Qemu(string directory, ChildProgram program) => (_directory, _program) = (directory, program);

    /// <summary>What came out of the machine's serial port.</summary>
    public SerialEar Wire { get; } = new();

    /// <summary>Changes of outputs so far: the place to wait from for those to come.</summary>
    public int LevelCount
    {
        get { lock (_gate) return _levels.Count; }
    }

    /// <summary>Starts the machine, and returns when its system takes commands.</summary>
    /// <param name="payload">A folder that is laid over the system.</param>
    /// <param name="directory">Gets sockets, the payload's image, and the console's log.</param>
    public static async Task<Qemu> StartAsync(string payload, string directory)
    {
        string image = Repository.PathOf("artifacts", "vm"), disk = Path.Combine(directory, "payload.ext4");
        Assert.True(File.Exists(Path.Combine(image, "root.ext4")), "tests/vm/image makes the machine's system");
        (int exitCode, _, string error) = await Repository.RunAsync("/usr/sbin/mkfs.ext4", "-q", "-F", "-E", "root_owner=0:0", "-d", payload, disk, "64M");
        Assert.True(exitCode == 0, error);
        ChildProgram program = ChildProgram.Start("qemu-system-aarch64", [
            "-M", "virt", "-cpu", "cortex-a72", "-accel", "tcg,thread=multi", "-smp", "2", "-m", "1024", "-nodefaults", "-display", "none", "-no-reboot",
            "-kernel", Path.Combine(image, "vmlinuz"), "-initrd", Path.Combine(image, "initrd"), "-append", "console=ttyAMA0 quiet panic=-1",
            "-serial", $"file:{Path.Combine(directory, "console.log")}",
            "-drive", $"file={Path.Combine(image, "root.ext4")},format=raw,if=none,id=root,snapshot=on", "-device", "virtio-blk-pci,drive=root",
            "-drive", $"file={disk},format=raw,if=none,id=payload,read-only=on", "-device", "virtio-blk-pci,drive=payload",
            "-netdev", "user,id=net", "-device", "virtio-net-pci,netdev=net,romfile=",
            "-device", "virtio-serial-pci", .. Port("control", "virtserialport,name=control"), .. Port("wire", "pci-serial"),
            "-qtest-log", "/dev/null", "-qtest", "unix:pins,server=on,wait=off", "-qmp", "unix:monitor,server=on,wait=off"], directory);
        var machine = new Qemu(directory, program);
        try
        {
            await machine.ConnectAsync();
            return machine;
        }
        catch
        {
            await machine.DisposeAsync();
            throw;
        }
    }

    /// <summary>Runs a line of shell as root.</summary>
    /// <returns>Its exit status and all that it wrote.</returns>
    public async Task<(int Status, string Output)> RunAsync(string command)
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);
        limit.CancelAfter(Patience);
        var answer = new List<byte>();
        byte[] buffer = new byte[65_536];
        Match end;
        await _control.SendAsync(Encoding.UTF8.GetBytes($"{command}\n"), SocketFlags.None, limit.Token);
        while (!(end = Answered().Match(Encoding.UTF8.GetString([.. answer]))).Success)
        {
            int size;
            try
            {
                size = await _control.ReceiveAsync(buffer, SocketFlags.None, limit.Token);
            }
            catch (OperationCanceledException) when (!TestContext.Current.CancellationToken.IsCancellationRequested)
            {
                throw new TimeoutException($"the machine did not answer within {Patience}: {command}");
            }
            if (size == 0) Assert.Fail($"the machine ended during: {command}");
            answer.AddRange(buffer.AsSpan(0, size));
        }
        return (int.Parse(end.Groups["status"].Value, CultureInfo.InvariantCulture), end.Groups["output"].Value.TrimEnd());
    }

    /// <summary>Runs a line of shell that has to succeed.</summary>
    /// <returns>What it wrote.</returns>
    public async Task<string> DoAsync(string command)
    {
        (int status, string output) = await RunAsync(command);
        Assert.True(status == 0, $"{command} ended with {status}: {output}");
        return output;
    }

    /// <summary>Waits until a command's output is as wanted.</summary>
    public async Task<string> UntilAsync(string command, Func<string, bool> wanted, string what)
    {
        long start = Stopwatch.GetTimestamp();
        using var beat = new PeriodicTimer(TimeSpan.FromMilliseconds(200));
        while (true)
        {
            (_, string output) = await RunAsync(command);
            if (wanted(output)) return output;
            if (Stopwatch.GetElapsedTime(start) > Patience) Assert.Fail($"Not within {Patience}: {what}; {command} says: {output}");
            await beat.WaitForNextTickAsync(TestContext.Current.CancellationToken);
        }
    }

    /// <summary>Drives an input line of the GPIO chip.</summary>
    public void SetInput(int line, bool high) => SendPins($"set_irq_in {_gpio} unnamed-gpio-in {line} {(high ? 1 : 0)}");

    /// <summary>Waits until an output line of the GPIO chip changes.</summary>
    /// <returns>When it did, as <see cref="Stopwatch.GetTimestamp"/> counts.</returns>
    public async Task<long> OutputAsync(int line, bool high, int from)
    {
        (int Line, bool High, long Time)? seen = null;
        await Eventually.TrueAsync(() =>
        {
            lock (_gate) seen = _levels.Skip(from).Select(level => ((int, bool, long)?)level).FirstOrDefault(level => level is { } found && found.Item1 == line && found.Item2 == high);
            return seen is not null || _program.HasExited;
        }, $"line {line} gets {(high ? "high" : "low")}", Patience);
        return seen?.Time ?? throw new IOException("the machine ended");
    }

    public async ValueTask DisposeAsync()
    {
        await _program.DisposeAsync();
        foreach (Socket socket in _sockets) socket.Dispose();
        foreach (Thread reader in _readers) reader.Join();
    }

    private static string[] Port(string name, string device) =>
        ["-chardev", $"socket,id={name},path={name},server=on,wait=off", "-device", $"{device},chardev={name}"];

    private async Task ConnectAsync()
    {
        _control = await ConnectAsync("control");
        Socket wire = await ConnectAsync("wire");
        Read(wire, piece => Wire.Take(piece));
        _gpio = await FindGpioAsync();
        _pins = await ConnectAsync("pins");
        var rest = new StringBuilder();
        Read(_pins, piece => TakePins(piece, rest));
        SendPins($"irq_intercept_out {_gpio}");
        Assert.Equal("up", await DoAsync("echo up"));
    }

    private async Task<Socket> ConnectAsync(string name)
    {
        // a socket's address has room for 108 bytes
        var address = new UnixDomainSocketEndPoint(Path.Combine(_directory, name));
        Socket? socket = null;
        await Eventually.TrueAsync(() => (socket = TryConnect(address)) is not null || _program.HasExited, $"QEMU opens its port {name}", Patience);
        if (socket is null) Assert.Fail("QEMU ended: " + string.Join('\n', _program.Lines));
        _sockets.Add(socket);
        return socket;
    }

    /// <summary>Null while QEMU does not listen yet.</summary>
    private static Socket? TryConnect(UnixDomainSocketEndPoint address)
    {
        var socket = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        try
        {
            socket.Connect(address);
            return socket;
        }
        catch (SocketException)
        {
            socket.Dispose();
            return null;
        }
    }

    /// <summary>The chip's name differs with QEMU's version and the machine's parts: asked for by its type.</summary>
    private async Task<string> FindGpioAsync()
    {
        using Socket monitor = await ConnectAsync("monitor");
        using var stream = new NetworkStream(monitor);
        using var reader = new StreamReader(stream);
        await stream.WriteAsync("""{"execute":"qmp_capabilities"}{"execute":"qom-list","arguments":{"path":"/machine/unattached"}}"""u8.ToArray());
        while (await reader.ReadLineAsync(TestContext.Current.CancellationToken) is { } line)
        {
            using var answer = JsonDocument.Parse(line);
            if (!answer.RootElement.TryGetProperty("return", out JsonElement list) || list.ValueKind != JsonValueKind.Array) continue;
            JsonElement chip = Assert.Single(list.EnumerateArray(), part => part.GetProperty("type").GetString() == "child<pl061>");
            return $"/machine/unattached/{chip.GetProperty("name").GetString()}";
        }
        throw new IOException("QEMU's monitor ended");
    }

    private void Read(Socket socket, Action<byte[]> take)
    {
        // a thread of its own, so that a time is that of the arrival
        var reader = new Thread(() =>
        {
            byte[] buffer = new byte[4096];
            try
            {
                for (int size; (size = socket.Receive(buffer)) > 0;) take(buffer[..size]);
            }
            catch (Exception e) when (e is SocketException or ObjectDisposedException)
            {
                return;                                                    // the machine is gone
            }
        })
        { IsBackground = true };
        _readers.Add(reader);
        reader.Start();
    }

    private void TakePins(byte[] piece, StringBuilder rest)
    {
        long now = Stopwatch.GetTimestamp();
        rest.Append(Encoding.ASCII.GetString(piece));
        string[] lines = rest.ToString().Split('\n');
        rest.Clear().Append(lines[^1]);
        foreach (string line in lines[..^1])
        {
            if (Changed().Match(line) is { Success: true } change)
            {
                lock (_gate) _levels.Add((int.Parse(change.Groups["line"].Value, CultureInfo.InvariantCulture), change.Groups["level"].Value == "raise", now));
            }
        }
    }

    private void SendPins(string command)
    {
        lock (_pins) _pins.Send(Encoding.ASCII.GetBytes($"{command}\n"));
    }

    [GeneratedRegex(@"\A(?<output>[^\x1e]*)\x1e(?<status>[0-9]+)\n\z")]
    private static partial Regex Answered();

    [GeneratedRegex("^IRQ (?<level>raise|lower) (?<line>[0-9]+)")]
    private static partial Regex Changed();
}
