using System.Globalization;
using System.Net;
using System.Text.RegularExpressions;
using Gb28181Edge.Tests.Support;

namespace Gb28181Edge.Tests.Interop;

/// <summary>The agent as users run it: <c>gb28181-edge run --config FILE</c> in a process of its own. Killed when disposed.</summary>
/// <remarks>The environment variable GB28181_EDGE names another binary than this build's, such as a published one.</remarks>
internal sealed partial class AgentProcess : IAsyncDisposable
{
    /// <summary>What the command line promises for an orderly end.</summary>
    private static readonly TimeSpan StopLimit = TimeSpan.FromSeconds(5);

    private readonly ChildProgram _program;

    private AgentProcess(ChildProgram program, IPEndPoint sip) => (_program, Sip) = (program, sip);

    /// <summary>The program under test.</summary>
    public static string Binary { get; } = Environment.GetEnvironmentVariable("GB28181_EDGE") is { Length: > 0 } named ? named : Repository.Program;

    /// <summary>Where it listens, UDP and TCP.</summary>
    public IPEndPoint Sip { get; }

    /// <summary>Its log.</summary>
    public ChildProgram Log => _program;

    /// <summary>Starts it, and returns once it says that it runs.</summary>
    /// <param name="file">The configuration.</param>
    /// <param name="directory">Gets the configuration and the agent's state.</param>
    public static async Task<AgentProcess> StartAsync(AgentFile file, string directory)
    {
        ChildProgram program = ChildProgram.Start(Binary, ["run", "--config", file.Write(directory), "--log-level", "debug"], directory);
        try
        {
            Match listens = Listens().Match(await program.LineAsync("SIP listens on"));
            Assert.True(listens.Success);
            await program.LineAsync("Hosting: Running");
            return new AgentProcess(program, new IPEndPoint(IPAddress.Loopback, int.Parse(listens.Groups[1].Value, CultureInfo.InvariantCulture)));
        }
        catch
        {
            await program.DisposeAsync();
            throw;
        }
    }

    /// <summary>Waits for a line of its log.</summary>
    /// <inheritdoc cref="ChildProgram.LineAsync"/>
    public Task<string> LogsAsync(string part, int from = 0, TimeSpan? limit = null) => _program.LineAsync(part, from, limit);

    /// <summary>Waits until the platform has it registered.</summary>
    public Task<string> RegistersAsync(int from = 0, TimeSpan? limit = null) => LogsAsync("Platform city: registered for", from, limit);

    /// <summary>SIGTERM: it takes leave and ends with 0 within 5 s, and its log holds no bug.</summary>
    public async Task StopAsync()
    {
        _program.Terminate();
        Assert.Equal(0, await _program.ExitAsync(StopLimit));
        AssertHealthy();
    }

    /// <summary>SIGKILL.</summary>
    public void Kill() => _program.Kill();

    /// <summary>It has not met anything that is not foreseen.</summary>
    public void AssertHealthy()
    {
        Assert.DoesNotContain(_program.Lines, line => line.Contains(" critical ", StringComparison.Ordinal) || line.Contains("Exception", StringComparison.Ordinal));
    }

    public ValueTask DisposeAsync() => _program.DisposeAsync();

    [GeneratedRegex("SIP listens on [0-9.]+:([0-9]+),")]
    private static partial Regex Listens();
}
