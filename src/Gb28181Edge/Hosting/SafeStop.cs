using System.Globalization;
using Gb28181Edge.Configuration;
using Gb28181Edge.Drivers;
using Microsoft.Extensions.Logging;

namespace Gb28181Edge.Hosting;

/// <summary>Stops every head and makes every output safe in place of an agent that died; harmless where nothing moves.</summary>
/// <remarks>Needs the configuration and the ports, and no database, no network but that of a head, and no agent.</remarks>
internal static class SafeStop
{
    /// <summary>What did not stand by then is told as not stopped; with the start of the process the whole command takes less than 1.5 s.</summary>
    public static readonly TimeSpan Deadline = TimeSpan.FromSeconds(1.2);

    /// <summary>Time for closing after the deadline; what hangs beyond it is left to the end of the process.</summary>
    private static readonly TimeSpan Closing = TimeSpan.FromMilliseconds(100);

    /// <summary>Does it, and says a line about each head and output.</summary>
    /// <param name="configuration">What is attached.</param>
    /// <param name="output">Gets the lines; safe to be used by several threads.</param>
    /// <param name="errorPrefix">Put before a line about what could not be stopped; empty or a level of sd-daemon(3).</param>
    /// <param name="loggers">Where the drivers log.</param>
    /// <param name="time">The clock.</param>
    /// <returns>False when something could not be stopped; its line says why.</returns>
    public static async Task<bool> RunAsync(
        EdgeConfiguration configuration, TextWriter output, string errorPrefix, ILoggerFactory loggers, TimeProvider time)
    {
        long start = time.GetTimestamp();
        using var deadline = new CancellationTokenSource(Deadline, time);
        var parts = new AgentParts();
        Task<IReadOnlyList<PartToStop>> beginning = Task.Run(
            () => Composition.BeginStop(parts, configuration, loggers, time, deadline.Token), CancellationToken.None);
        if (await Task.WhenAny(beginning, Expired(deadline.Token)) != beginning)
        {
            output.WriteLine($"{errorPrefix}NOT stopped, none: the board could not be opened within {Seconds(Deadline)}");
            return false;
        }
        IReadOnlyList<PartToStop> begun = await beginning;
        Task<string?>[] reasons = [.. begun.Select(part => ReasonAsync(part, output, errorPrefix, start, time, deadline.Token))];
        string?[] failures = await Task.WhenAll(reasons);
        try
        {
            await parts.DisposeAsync().AsTask().WaitAsync(Closing, time, CancellationToken.None);
        }
        catch (TimeoutException)
        {
            output.WriteLine("A port did not close in time and is left to the end of the process");
        }
        int stopped = failures.Count(failure => failure is null);
        output.WriteLine(begun.Count == 0
            ? "There is nothing to stop"
            : string.Create(CultureInfo.InvariantCulture, $"{stopped} of {begun.Count} heads and outputs stopped in {time.GetElapsedTime(start).TotalMilliseconds:0} ms"));
        return stopped == begun.Count;
    }

    /// <summary>Waits for one part and says what became of it. Null when it stands, else why not.</summary>
    private static async Task<string?> ReasonAsync(
        PartToStop part, TextWriter output, string errorPrefix, long start, TimeProvider time, CancellationToken deadline)
    {
        string name = $"{(part.IsHead ? "Head of" : "Output")} {part.Id}";
        string reason;
        try
        {
            await part.Stopped.WaitAsync(deadline);
            output.WriteLine(string.Create(CultureInfo.InvariantCulture,
                $"{name}: {(part.IsHead ? "stopped" : "safe")} after {time.GetElapsedTime(start).TotalMilliseconds:0} ms"));
            return null;
        }
        catch (DriverException e)
        {
            reason = e.Message;
        }
        catch (OperationCanceledException) when (deadline.IsCancellationRequested)
        {
            reason = $"not within {Seconds(Deadline)}";
        }
        output.WriteLine($"{errorPrefix}{name}: NOT {(part.IsHead ? "stopped" : "safe")}: {reason}");
        return reason;
    }

    private static Task Expired(CancellationToken deadline)
    {
        var expired = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        deadline.UnsafeRegister(static source => ((TaskCompletionSource)source!).TrySetResult(), expired);
        return expired.Task;
    }

    private static string Seconds(TimeSpan time) => string.Create(CultureInfo.InvariantCulture, $"{time.TotalSeconds} s");
}
