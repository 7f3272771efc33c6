using Gb28181Edge.Configuration;
using Gb28181Edge.Drivers;
using Microsoft.Extensions.Logging;

namespace Gb28181Edge.Hosting;

internal static partial class Composition
{
    /// <summary>Begins to stop every head and to switch every output to its safe value, each by itself, so that one that hangs holds up no other.</summary>
    /// <remarks>For an agent that died: only the boards, the lines and the heads are opened. Blocks while a board with a direction pin is opened.</remarks>
    /// <param name="parts">Gets what is opened; disposed by the caller once the tasks are over.</param>
    /// <param name="configuration">What is attached.</param>
    /// <param name="loggers">Where the drivers log.</param>
    /// <param name="time">The clock.</param>
    /// <param name="deadline">Ends the attempts.</param>
    public static IReadOnlyList<PartToStop> BeginStop(
        AgentParts parts, EdgeConfiguration configuration, ILoggerFactory loggers, TimeProvider time, CancellationToken deadline)
    {
        ILogger log = loggers.CreateLogger("Gb28181Edge.Drivers");
        parts.Boards = OpenBoards(configuration, parts.I2c, log, time);
        foreach (BusOptions bus in configuration.Buses) TryOpenBus(parts, bus, time, log);
        var begun = new List<PartToStop>();
        foreach (CameraOptions camera in configuration.Cameras)
        {
            if (camera.Ptz is not { } ptz) continue;
            begun.Add(new PartToStop(IsHead: true, camera.Id, Task.Run(() => StopHeadAsync(parts, ptz, time, log, deadline), CancellationToken.None)));
        }
        foreach (OutputOptions output in configuration.Outputs)
            begun.Add(new PartToStop(IsHead: false, output.Id, Task.Run(() => MakeSafeAsync(parts, output), CancellationToken.None)));
        return begun;
    }

    private static async Task StopHeadAsync(AgentParts parts, PtzOptions ptz, TimeProvider time, ILogger log, CancellationToken deadline)
    {
        await using IPtzDriver driver = Head(parts, ptz, time, log);
        await driver.MoveAsync(default, deadline);
    }

    private static async Task MakeSafeAsync(AgentParts parts, OutputOptions output)
    {
        await OpenOutput(parts.Boards, output).DisposeAsync();
    }

    /// <summary>Stands for a line that could not be opened, so that every head on it says why.</summary>
    private sealed class MissingLine(string port, DriverException reason) : ISerialLine
    {
        public string Name => port;

        public TimeSpan DurationOf(int characters) => TimeSpan.Zero;

        public ValueTask WriteAsync(ReadOnlyMemory<byte> frame, bool urgent, CancellationToken cancellationToken) => ValueTask.FromException(reason);

        public ValueTask<SerialReply> ExchangeAsync(
            ReadOnlyMemory<byte> frame, bool urgent, ISerialListener listener, TimeSpan window, CancellationToken cancellationToken) =>
            ValueTask.FromException<SerialReply>(reason);

        public ValueTask DisposeAsync() => ValueTask.CompletedTask;
    }
}

/// <summary>A head or an output that is being stopped.</summary>
/// <param name="IsHead">False for an output.</param>
/// <param name="Id">The camera's or the output's.</param>
/// <param name="Stopped">Done when the stop has left or the pin has its safe value; faults with a <see cref="DriverException"/>.</param>
internal sealed record PartToStop(bool IsHead, string Id, Task Stopped);
