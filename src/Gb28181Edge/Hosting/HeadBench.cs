using System.Globalization;
using Gb28181Edge.Configuration;
using Gb28181Edge.Drivers;
using Gb28181Edge.Storage;
using Microsoft.Extensions.Logging;

namespace Gb28181Edge.Hosting;

/// <summary>An installer's bench for one head: moves it, sends it to its presets, asks where it looks. A stop is the last thing that it is told.</summary>
/// <remarks>Opens the head's own port or pins, and needs no agent. What the head does not keep itself is looked up, and kept, in the agent's database, which is opened for that only.</remarks>
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
        if (!await head.CallPresetAsync(number, stop)) await GoToKeptAsync(head, number, stop);
        await GoOnAsync(head, duration, stop);
    }, stop, stopsAtOnce: false);

    /// <summary>Stores where the head looks as one of its presets.</summary>
    /// <exception cref="DriverException">The head, its port or its pins did not do what they were asked, or it keeps no such preset.</exception>
    public Task SetPresetAsync(int number, CancellationToken stop) => WithHeadAsync(async head =>
    {
        bool inHead = await head.SetPresetAsync(number, stop);
        PtzPosition at = (await head.ReadPositionAsync(stop))?.Position ?? default;
        if (!inHead && (at == default || !head.Abilities.HasFlag(PtzAbilities.GoTo)))
            throw new DriverException($"the head of {camera.Name} keeps no preset {number} itself, and does not tell where it looks");
        await GoOnAsync(head, TimeSpan.Zero, stop);
        if (!inHead || File.Exists(DatabasePath)) Keep(number, inHead, at);
        output.WriteLine($"preset {number} is stored {(inHead ? "in the head" : "as a position")}");
    }, stop);

    /// <summary>Sends the head to its home and gives it time to get there.</summary>
    /// <exception cref="DriverException">The head, its port or its pins did not do what they were asked, or it has no home.</exception>
    public Task GoHomeAsync(TimeSpan duration, CancellationToken stop) => WithHeadAsync(async head =>
    {
        if (!await head.GoHomeAsync(stop))
        {
            int preset = (File.Exists(DatabasePath) ? WithStore(store => store.LoadHome(camera.Id)) : null)?.Preset ?? 0;
            if (preset == 0) throw new DriverException($"the head of {camera.Name} has no home of its own, and no platform has set one");
            if (!await head.CallPresetAsync(preset, stop)) await GoToKeptAsync(head, preset, stop);
        }
        await GoOnAsync(head, duration, stop);
    }, stop, stopsAtOnce: false);

    /// <summary>Says where the head looks.</summary>
    /// <exception cref="DriverException">It cannot tell, or did not answer.</exception>
    public Task ShowPositionAsync(CancellationToken stop) => WithHeadAsync(async head =>
    {
        if (!await TryShowAsync(head, stop)) throw new DriverException($"the head of {camera.Name} does not tell where it looks");
    }, stop, tells: false);

    private string DatabasePath => Composition.DatabasePath(configuration);

    /// <summary>Goes where the agent keeps a preset.</summary>
    private async Task GoToKeptAsync(IPtzDriver head, int number, CancellationToken stop)
    {
        PresetRecord? kept = File.Exists(DatabasePath) ? WithStore(store => store.Load(camera.Id))?.Presets.GetValueOrDefault(number) : null;
        if (kept is null) throw new DriverException($"the head of {camera.Name} keeps no preset {number} itself, nor does the agent");
        var target = new PtzPosition(kept.Pan, kept.Tilt, kept.Zoom);
        if (target == default || !await head.GoToAsync(target, 1, stop)) throw new DriverException($"the head of {camera.Name} does not go to the position of preset {number}");
    }

    /// <summary>As the agent does, so that platforms see the preset.</summary>
    private void Keep(int number, bool inHead, PtzPosition at) => WithStore(store =>
    {
        PtzRecord record = store.Load(camera.Id) ?? throw new DriverException($"what the agent keeps of {camera.Name} cannot be read");
        string name = record.Presets.GetValueOrDefault(number)?.Name ?? $"Preset {number}";
        return store.Save(camera.Id, record.WithPreset(number, new PresetRecord(name, inHead, at.Pan, at.Tilt, at.Zoom)))
            ? true : throw new DriverException($"the disk did not take preset {number}");
    });

    /// <summary>Opens the agent's database for a moment.</summary>
    private T WithStore<T>(Func<PtzStore, T> use)
    {
        ILogger log = loggers.CreateLogger("Gb28181Edge.Storage");
        using EdgeDatabase database = EdgeDatabase.Open(DatabasePath, time, log);
        if (database.IsInMemory) throw new DriverException($"the database {DatabasePath} cannot be used");
        return use(new PtzStore(database, log));
    }

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
