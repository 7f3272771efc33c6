using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Runtime.InteropServices;
using System.Text;
using Gb28181Edge.Tests.Support;

namespace Gb28181Edge.Tests.Hosting;

/// <summary>The built program as a service manager sees it: its exit status and what it tells by sd_notify(3).</summary>
public sealed partial class AgentServiceTests : IDisposable
{
    private const int SigTerm = 15;

    private readonly TemporaryDirectory _directory = new();
    private Process? _program;

    public void Dispose()
    {
        if (_program is { HasExited: false }) _program.Kill(entireProcessTree: true);
        _program?.Dispose();
        _directory.Dispose();
    }

    [Theory]
    [InlineData("udp")]
    [InlineData("tcp")]
    public async Task Port_that_is_taken_is_named_and_ends_with_status_3(string taken)
    {
        using var socket = new Socket(AddressFamily.InterNetwork, taken == "udp" ? SocketType.Dgram : SocketType.Stream, taken == "udp" ? ProtocolType.Udp : ProtocolType.Tcp);
        socket.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        if (taken == "tcp") socket.Listen();
        int port = ((IPEndPoint)socket.LocalEndPoint!).Port;
        _program = Start(port, []);
        string log = await _program.StandardError.ReadToEndAsync(TestContext.Current.CancellationToken);
        await _program.WaitForExitAsync(TestContext.Current.CancellationToken);
        Assert.Equal(3, _program.ExitCode);
        Assert.Contains("Cannot start", log, StringComparison.Ordinal);
        Assert.Contains(port.ToString(CultureInfo.InvariantCulture), log, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Service_manager_hears_ready_then_the_watchdog_then_stopping()
    {
        string path = Path.Combine(_directory.Path, "notify");
        using var manager = new Socket(AddressFamily.Unix, SocketType.Dgram, ProtocolType.Unspecified);
        manager.Bind(new UnixDomainSocketEndPoint(path));
        _program = Start(0, [("NOTIFY_SOCKET", path), ("WATCHDOG_USEC", "800000")]);
        Task<string> log = _program.StandardError.ReadToEndAsync(TestContext.Current.CancellationToken);
        // the feeding may begin before the manager is told that all is ready: the order of the two is not promised
        List<string> heard = [await HearAsync(manager), await HearAsync(manager), await HearAsync(manager), await HearAsync(manager)];
        Assert.Single(heard, said => said == "READY=1");
        Assert.Equal(3, heard.Count(said => said == "WATCHDOG=1"));
        Assert.Equal(0, Signal(_program.Id, SigTerm));
        string last;
        do last = await HearAsync(manager);
        while (last == "WATCHDOG=1");
        Assert.Equal("STOPPING=1", last);
        // a manager that does not listen would hold the agent up
        await Eventually.TrueAsync(() => Drained(manager) && _program.HasExited, "the agent ends within the 5 s that it promises", TimeSpan.FromSeconds(5));
        Assert.Equal(0, _program.ExitCode);
        Assert.StartsWith("<6>", await log, StringComparison.Ordinal);
    }

    private static async Task<string> HearAsync(Socket manager)
    {
        byte[] buffer = new byte[256];
        using var limit = new CancellationTokenSource(TimeSpan.FromSeconds(20));
        int length = await manager.ReceiveAsync(buffer, limit.Token);
        return Encoding.ASCII.GetString(buffer, 0, length).TrimEnd('\n');
    }

    private static bool Drained(Socket manager)
    {
        byte[] buffer = new byte[256];
        while (manager.Available > 0) manager.Receive(buffer);
        return true;
    }

    private Process Start(int sipPort, IReadOnlyList<(string Name, string Value)> environment)
    {
        string file = Path.Combine(_directory.Path, "edge.json");
        File.WriteAllText(file, $$"""
            {
              "Device": { "Id": "34020000001110000001", "SipAddress": "127.0.0.1", "SipPort": {{sipPort}}, "StateDirectory": "{{_directory.Path}}" },
              "Platforms": [ { "Id": "34020000002000000001", "Host": "127.0.0.1", "Port": 9 } ],
              "Cameras": [ { "Id": "34020000001310000001", "Source": { "Type": "test" } } ]
            }
            """);
        var start = new ProcessStartInfo(Repository.Program, ["run", "--config", file]) { RedirectStandardError = true, RedirectStandardOutput = true };
        foreach (string variable in (string[])["NOTIFY_SOCKET", "JOURNAL_STREAM", "WATCHDOG_USEC", "WATCHDOG_PID"]) start.Environment.Remove(variable);
        foreach ((string name, string value) in environment) start.Environment[name] = value;
        return Process.Start(start)!;
    }

    [LibraryImport("libc", EntryPoint = "kill")]
    private static partial int Signal(int process, int signal);
}
