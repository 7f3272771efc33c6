using System.Globalization;
using System.Text.RegularExpressions;
using Gb28181Edge.Tests.Support;

namespace Gb28181Edge.Tests.Interop;

/// <summary>SIPp with one of the scenarios in <c>sipp/</c>: its verdict is that of the test. Killed when disposed.</summary>
internal sealed class Sipp : IAsyncDisposable
{
    private readonly ChildProgram _program;
    private readonly string _directory;
    private readonly string _scenario;

    private Sipp(ChildProgram program, string directory, string scenario, int port) =>
        (_program, _directory, _scenario, Port) = (program, directory, scenario, port);

    /// <summary>Where its SIP is.</summary>
    public int Port { get; }

    public bool HasExited => _program.HasExited;

    /// <summary>Starts it as a caller of the agent.</summary>
    /// <param name="scenario">The file's name without its ending.</param>
    /// <param name="agent">The agent's SIP port.</param>
    /// <param name="transport">udp or tcp.</param>
    /// <param name="directory">For its files.</param>
    /// <param name="more">Further arguments.</param>
    public static Sipp Call(string scenario, int agent, string transport, string directory, params string[] more) =>
        Start(scenario, transport, directory, [string.Create(CultureInfo.InvariantCulture, $"127.0.0.1:{agent}"), .. more]);

    /// <summary>Starts it as a platform that is called by the agent.</summary>
    /// <inheritdoc cref="Call"/>
    public static Sipp Serve(string scenario, string transport, string directory, params string[] more) => Start(scenario, transport, directory, more);

    /// <summary>Waits for its end: every call went as the scenario says, and no message came that it does not foresee.</summary>
    public async Task SucceedsAsync(TimeSpan limit)
    {
        int exitCode = await _program.ExitAsync(limit);
        string errors = string.Concat(Directory.EnumerateFiles(_directory, "*_errors.log").Select(File.ReadAllText));
        Assert.True(exitCode == 0 && errors.Length == 0, $"SIPp's {_scenario} ended with {exitCode}. {errors}");
    }

    /// <summary>How many messages that it received begin so; to be asked after its end.</summary>
    public int Received(string startLine)
    {
        string log = File.ReadAllText(Assert.Single(Directory.GetFiles(_directory, "*_messages.log")));
        return Regex.Count(log, @"message received \[\d+\] bytes ?:\n\n" + Regex.Escape(startLine));
    }

    public async ValueTask DisposeAsync()
    {
        await _program.DisposeAsync();
        if (TestContext.Current.TestOutputHelper is not { } show) return;
        foreach (string file in Directory.EnumerateFiles(_directory, "*.log")) show.WriteLine($"---- {Path.GetFileName(file)}\n{File.ReadAllText(file)}");
    }

    private static Sipp Start(string scenario, string transport, string directory, string[] more)
    {
        int port = FreePort.Take();
        string own = Directory.CreateDirectory(Path.Combine(directory, $"sipp-{scenario}-{port}")).FullName;
        ChildProgram program = ChildProgram.Start("sipp",
        [
            "-sf", Repository.PathOf("tests", "Gb28181Edge.Tests", "Interop", "sipp", scenario + ".xml"),
            "-i", "127.0.0.1", "-p", Text(port), "-mi", "127.0.0.1", "-mp", Text(FreePort.Take()), "-t", transport == "tcp" ? "t1" : "u1",
            "-nostdin", "-nd", "-deadcall_wait", "0", "-trace_err", "-trace_msg", "-timeout", "55s", "-timeout_error", .. more,
        ], own);
        return new Sipp(program, own, scenario, port);
    }

    private static string Text(int number) => number.ToString(CultureInfo.InvariantCulture);
}
