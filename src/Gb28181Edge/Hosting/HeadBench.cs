using System.Globalization;
using Gb28181Edge.Configuration;
using Gb28181Edge.Drivers;
using Microsoft.Extensions.Logging;

namespace Gb28181Edge.Hosting;

/// <summary>An installer's bench for one head: moves it, sends it to its presets, asks where it looks. A stop is the last thing that it is told.</summary>
/// <remarks>Opens the head's own port or pins, and needs no agent. Presets are the head's own; those that the agent keeps for a head without any are not known here.</remarks>
/// <param name="configuration">What is attached.</param>
/// <param name="camera">The head's camera.</param>
/// <param name="output">For the person.</param>
/// <param name="loggers">Where the drivers log.</param>
/// <param name="time">The clock.</param>
internal sealed class HeadBench(EdgeConfiguration configuration, CameraOptions camera, TextWriter output, ILoggerFactory loggers, TimeProvider time)
{
    private static readonly TimeSpan LastStopDeadline = TimeSpan.FromSeconds(2);

    /// <summary>Moves for a while.</summary>
    /// <exception cref="DriverException">The head, its port or its pins did not do what they were asked.</exception>
    public Task MoveAsync(HeadMotion motion, TimeSpan duration, CancellationToken stop) => WithHeadAsync(async head =>
    {
        await head.MoveAsync(new PtzVelocity(motion.Pan, motion.Tilt, motion.Zoom, motion.Focus, motion.Iris), stop);
        await GoOnAsync(head, duration, stop);
    }, stop);

    /// <summary>Stops.</summary>
    /// <exception cref="DriverException">The head, its port or its pins did not do what they were asked.</exception>
    public Task StopAsync(CancellationToken stop) => WithHeadAsync(_ => Task.CompletedTask, stop);

    /// <summary>Sends the head to one of its presets and gives it time to get there.</summary>
    /// <exception cref="DriverException">The head, its port or its pins did not do what they were asked, or it has no such preset.</exception>
    public Task CallPresetAsync(int number, TimeSpan duration, CancellationToken stop) => WithHeadAsync(async head =>
    {
        if (!await head.CallPresetAsync(number, stop)) throw new DriverException($"the head of {camera.Name} keeps no preset {number} itself");
        await GoOnAsync(head, duration, stop);
    }, stop, stopsAtOnce: false);

    /// <summary>Stores where the head looks as one of its presets.</summary>
    /// <exception cref="DriverException">The head, its port or its pins did not do what they were asked, or it keeps no such preset.</exception>
    public Task SetPresetAsync(int number, CancellationToken stop) => WithHeadAsync(async head =>
    {
        if (!await head.SetPresetAsync(number, stop)) throw new DriverException($"the head of {camera.Name} keeps no preset {number} itself");
        await GoOnAsync(head, TimeSpan.Zero, stop);
        output.WriteLine($"preset {number} is stored in the head");
    }, stop);

    /// <summary>Sends the head to its home and gives it time to get there.</summary>
    /// <exception cref="DriverException">The head, its port or its pins did not do what they were asked, or it has no home.</exception>
    public Task GoHomeAsync(TimeSpan duration, CancellationToken stop) => WithHeadAsync(async head =>
    {
        if (!await head.GoHomeAsync(stop)) throw new DriverException($"the head of {camera.Name} has no home of its own");
        await GoOnAsync(head, duration, stop);
    }, stop, stopsAtOnce: false);

    /// <summary>Says where the head looks.</summary>
    /// <exception cref="DriverException">It cannot tell, or did not answer.</exception>
    public Task ShowPositionAsync(CancellationToken stop) => WithHeadAsync(async head =>
    {
        if (!await TryShowAsync(head, stop)) throw new DriverException($"the head of {camera.Name} does not tell where it looks");
    }, stop, tells: false);

    /// <summary>Opens the head, stops it, does something, shows where it looks, and stops it whatever happened.</summary>
    private async Task WithHeadAsync(Func<IPtzDriver, Task> action, CancellationToken stop, bool stopsAtOnce = true, bool tells = true)
    {
        await using var parts = new AgentParts();
        await using IPtzDriver head = Composition.OpenHead(parts, configuration, camera, loggers, time);
        bool stopped = false;
        try
        {
            if (!stop.IsCancellationRequested) await action(head);
            if (stopsAtOnce) await StopAsync(head);
            stopped = stopsAtOnce;
            if (tells && !stop.IsCancellationRequested) await TryShowAsync(head, stop);
        }
        catch (OperationCanceledException) when (stop.IsCancellationRequested)
        {
            output.WriteLine("ended early");
        }
        finally
        {
            if (!stopped) await StopAsync(head);
        }
        output.WriteLine($"the head of {camera.Name} was told to stop");
    }

    private async Task StopAsync(IPtzDriver head)
    {
        using var deadline = new CancellationTokenSource(LastStopDeadline, time);
        try
        {
            await head.MoveAsync(default, deadline.Token);
            for (TimeSpan? again = await head.ContinueAsync(deadline.Token); again is { } pause; again = await head.ContinueAsync(deadline.Token))
                await Task.Delay(pause, time, deadline.Token);
        }
        catch (OperationCanceledException) when (deadline.IsCancellationRequested)
        {
            throw new DriverException($"the head of {camera.Name} could not be told to stop within {LastStopDeadline.TotalSeconds} s");
        }
    }

    /// <summary>Lets the driver go on with what it does by itself, for so long.</summary>
    private async Task GoOnAsync(IPtzDriver head, TimeSpan duration, CancellationToken stop)
    {
        long start = time.GetTimestamp();
        while (true)
        {
            TimeSpan? again = await head.ContinueAsync(stop);
            TimeSpan left = duration - time.GetElapsedTime(start);
            if (left <= TimeSpan.Zero) return;
            await Task.Delay(again is { } pause && pause < left ? pause : left, time, stop);
        }
    }

    private async Task<bool> TryShowAsync(IPtzDriver head, CancellationToken stop)
    {
        if (await head.ReadPositionAsync(stop) is not { } reading) return false;
        IEnumerable<string> axes = ((string?[])[Axis("pan", reading.Position.Pan, "°"), Axis("tilt", reading.Position.Tilt, "°"), Axis("zoom", reading.Position.Zoom, "×")]).OfType<string>();
        string exactness = reading.ErrorDegrees is { } error
            ? string.Create(CultureInfo.InvariantCulture, $"reckoned, off by at most {error:0.#}°")
            : "measured by the head";
        output.WriteLine($"{string.Join(", ", axes)} ({exactness})");
        return true;
    }

    private static string? Axis(string name, double? value, string unit) =>
        value is { } known ? string.Create(CultureInfo.InvariantCulture, $"{name} {known:0.0#}{unit}") : null;
}

/// <summary>A motion as a person asks for it: parts of top speed, −1 … +1, + is right, up, tele, far, open.</summary>
internal readonly record struct HeadMotion(float Pan = 0, float Tilt = 0, float Zoom = 0, float Focus = 0, float Iris = 0);
