using System.Globalization;

namespace Gb28181Edge.Tests.Interop;

/// <summary>GStreamer's RTSP server as a camera, by <c>rtsp-server.py</c>: a moving picture and a tone. Killed when disposed.</summary>
internal sealed class GstServer : IAsyncDisposable
{
    private readonly ChildProgram _program;

    private GstServer(ChildProgram program, int port) => (_program, Port) = (program, port);

    public int Port { get; }

    /// <summary>Starts it, and returns once it listens.</summary>
    /// <param name="codec">h264 or h265.</param>
    /// <param name="authentication">none, basic or digest.</param>
    /// <param name="port">0: any free one.</param>
    public static async Task<GstServer> StartAsync(string codec, string authentication = "none", int port = 0)
    {
        string[] credentials = authentication == "none" ? [] : ["user", "p@ss"];
        ChildProgram program = ChildProgram.Start("/usr/bin/python3",
            [Path.Combine(AppContext.BaseDirectory, "Interop", "rtsp-server.py"), codec, authentication, .. credentials, port.ToString(CultureInfo.InvariantCulture)],
            AppContext.BaseDirectory);
        try
        {
            string line = await program.LineAsync("listens on ");
            return new GstServer(program, int.Parse(line.AsSpan(line.LastIndexOf(' ') + 1), CultureInfo.InvariantCulture));
        }
        catch
        {
            await program.DisposeAsync();
            throw;
        }
    }

    public ValueTask DisposeAsync() => _program.DisposeAsync();
}
