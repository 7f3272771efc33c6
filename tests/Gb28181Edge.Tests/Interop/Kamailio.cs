using System.Globalization;
using Gb28181Edge.Tests.Support;

namespace Gb28181Edge.Tests.Interop;

/// <summary>Kamailio as a platform's registrar, on loopback, by <c>kamailio.cfg</c>. Killed when disposed.</summary>
internal sealed class Kamailio : IAsyncDisposable
{
    private readonly ChildProgram _program;

    private Kamailio(ChildProgram program, int port) => (_program, Port) = (program, port);

    /// <summary>UDP and TCP.</summary>
    public int Port { get; }

    /// <summary>What it saw: <c>PEER challenged</c>, <c>PEER registered</c>, <c>PEER message</c>.</summary>
    public ChildProgram Log => _program;

    /// <summary>Starts it, and returns once it serves.</summary>
    /// <param name="directory">For its run-time files.</param>
    /// <param name="algorithm">Of the digest: MD5 or SHA-256.</param>
    /// <param name="qop">Whether the challenge offers <c>auth</c>.</param>
    /// <param name="password">The device's.</param>
    /// <param name="port">0: any free one.</param>
    public static async Task<Kamailio> StartAsync(string directory, string algorithm = "MD5", bool qop = true, string password = "12345678", int port = 0)
    {
        if (port == 0) port = FreePort.Take();
        string runtime = Directory.CreateDirectory(Path.Combine(directory, "kamailio")).FullName;
        ChildProgram program = ChildProgram.Start("kamailio",
        [
            "-f", Repository.PathOf("tests", "Gb28181Edge.Tests", "Interop", "kamailio.cfg"), "-DD", "-E", "-m", "16", "-M", "4",
            "-A", string.Create(CultureInfo.InvariantCulture, $"PORT={port}"), "-A", "REALM=\"3402000000\"", "-A", $"PASSWORD=\"{password}\"",
            "-A", $"ALGORITHM=\"{(algorithm == "MD5" ? "" : algorithm)}\"", "-A", $"QOP=\"{(qop ? 1 : 0)}\"",
            "-Y", runtime, "-P", Path.Combine(runtime, "pid"),
        ], directory);
        try
        {
            await program.LineAsync("PEER serves");
            return new Kamailio(program, port);
        }
        catch
        {
            await program.DisposeAsync();
            throw;
        }
    }

    /// <summary>SIGKILL to all its processes.</summary>
    public void Kill() => _program.Kill();

    public ValueTask DisposeAsync() => _program.DisposeAsync();
}
