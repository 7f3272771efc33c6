using System.Net.Sockets;
using Gb28181Edge.Cameras;
using Gb28181Edge.Protocol.Media;
using Microsoft.Extensions.Logging;

namespace Gb28181Edge.Streaming;

/// <summary>Keeps a camera's source open while somebody wants it: opens on demand, watches for frames, retries with backoff, closes when nobody is left.</summary>
/// <remarks>One loop (<see cref="RunAsync"/>); the other members may be called by any thread.</remarks>
internal sealed class SourceSupervisor(
    ICameraSource source, IAccessUnitSink sink, CameraStreamOptions options, Func<int> takers, Action sourceRestarts, TimeProvider time, ILogger log)
{
    private static readonly TimeSpan FirstBackoff = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan LongestBackoff = TimeSpan.FromSeconds(60);

    /// <summary>A run this long shows that the source is well.</summary>
    private static readonly TimeSpan Healthy = TimeSpan.FromSeconds(60);

    /// <summary>A new taker need not sit out a long backoff, but the source has this much rest at least.</summary>
    private static readonly TimeSpan ShortestRest = TimeSpan.FromSeconds(5);

    private readonly Lock _gate = new();
    private TaskCompletionSource _changed = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private int _takers;
    private long _arrivals;
    private long? _emptySince;
    private long _lastFrame;
    private bool _frameSeen;
    private string? _fault;
    private TimeSpan _backoff = FirstBackoff;

    private enum RunEnd
    {
        Ended,
        Failed,
        Unwanted,
    }

    /// <summary>Somebody wants it, or has wanted it until a moment ago.</summary>
    public bool IsWanted => UnwantedIn() is null or { Ticks: > 0 };

    /// <summary>Frames come.</summary>
    public bool IsDelivering => Volatile.Read(ref _frameSeen) && time.GetElapsedTime(Volatile.Read(ref _lastFrame)) < options.FrameDeadline;

    /// <summary>Why there are no pictures, for a person; null when nothing is known to be wrong.</summary>
    public string? Fault => Volatile.Read(ref _fault);

    /// <summary>Takers have come or gone.</summary>
    public void NoteTakers()
    {
        lock (_gate)
        {
            // asked for in here, so that two calls at once cannot leave the older number behind
            int now = takers();
            if (now == _takers) return;
            if (now > _takers) _arrivals++;
            _emptySince = now == 0 ? time.GetTimestamp() : null;
            _takers = now;
            _changed.TrySetResult();
            _changed = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        }
    }

    /// <summary>A frame has come.</summary>
    public void NoteFrame()
    {
        Volatile.Write(ref _lastFrame, time.GetTimestamp());
        if (Volatile.Read(ref _frameSeen)) return;
        Volatile.Write(ref _fault, null);
        Volatile.Write(ref _frameSeen, true);
        log.SourceDelivers(options.Name);
    }

    /// <summary>Runs until stopped; returns when the source has stopped too.</summary>
    public async Task RunAsync(CancellationToken stop)
    {
        while (true)
        {
            await WaitUntilWantedAsync(stop);
            if (stop.IsCancellationRequested) return;
            (long arrivals, _) = Observe();
            long began = time.GetTimestamp();
            RunEnd end = await RunOnceAsync(stop);
            if (stop.IsCancellationRequested) return;
            switch (end)
            {
                case RunEnd.Unwanted:
                    log.SourceClosed(options.Name);
                    break;
                case RunEnd.Ended:
                    log.SourceEnded(options.Name, source.Description);
                    await WaitForTakerAsync(arrivals, stop);
                    break;
                case RunEnd.Failed:
                    if (Volatile.Read(ref _frameSeen) && time.GetElapsedTime(began) >= Healthy) _backoff = FirstBackoff;
                    await BackOffAsync(stop);
                    break;
            }
        }
    }

    private async Task<RunEnd> RunOnceAsync(CancellationToken stop)
    {
        log.SourceOpening(options.Name, source.Description);
        sourceRestarts();
        Volatile.Write(ref _frameSeen, false);
        long opened = time.GetTimestamp();
        using var cancel = CancellationTokenSource.CreateLinkedTokenSource(stop);
        var end = RunEnd.Failed;
        try
        {
            // a source that begins with blocking work holds up nobody but itself
            Task run = Task.Run(() => source.RunAsync(sink, cancel.Token), CancellationToken.None);
            end = await WatchAsync(run, opened, stop);
            await cancel.CancelAsync();
            await run;
            return end;
        }
        catch (OperationCanceledException) when (cancel.IsCancellationRequested)
        {
            return end;
        }
        catch (Exception e) when (e is IOException or SocketException or UnauthorizedAccessException)
        {
            if (end != RunEnd.Ended) return end;
            Volatile.Write(ref _fault, e.Message);
            return RunEnd.Failed;
        }
        finally
        {
            sourceRestarts();
        }
    }

    /// <summary>Until the source has stopped by itself, is silent, or is not wanted.</summary>
    private async Task<RunEnd> WatchAsync(Task run, long opened, CancellationToken stop)
    {
        while (true)
        {
            (_, Task changed) = Observe();
            if (run.IsCompleted) return RunEnd.Ended;
            TimeSpan? unwantedIn = UnwantedIn();
            if (stop.IsCancellationRequested || unwantedIn <= TimeSpan.Zero) return RunEnd.Unwanted;
            long since = Volatile.Read(ref _frameSeen) ? Volatile.Read(ref _lastFrame) : opened;
            TimeSpan silentIn = options.FrameDeadline - time.GetElapsedTime(since);
            if (silentIn <= TimeSpan.Zero)
            {
                Volatile.Write(ref _fault, $"{source.Description}: no frame for {options.FrameDeadline.TotalSeconds:0.#} s");
                return RunEnd.Failed;
            }
            TimeSpan wait = unwantedIn < silentIn ? unwantedIn.Value : silentIn;
            await PauseAsync(Task.WhenAny(run, changed), wait, stop);
        }
    }

    private async Task WaitUntilWantedAsync(CancellationToken stop)
    {
        while (!stop.IsCancellationRequested)
        {
            (_, Task changed) = Observe();
            if (options.AlwaysOn || Volatile.Read(ref _takers) > 0) return;
            await PauseAsync(changed, Timeout.InfiniteTimeSpan, stop);
        }
    }

    private async Task WaitForTakerAsync(long arrivals, CancellationToken stop)
    {
        while (!stop.IsCancellationRequested)
        {
            (long now, Task changed) = Observe();
            if (now != arrivals) return;
            await PauseAsync(changed, Timeout.InfiniteTimeSpan, stop);
        }
    }

    private async Task BackOffAsync(CancellationToken stop)
    {
        // half of it is chance, so that many agents do not knock at one server together
        TimeSpan pause = _backoff * (0.5 + Random.Shared.NextDouble() / 2);
        _backoff = _backoff * 2 < LongestBackoff ? _backoff * 2 : LongestBackoff;
        log.SourceFailed(options.Name, Fault ?? "the source failed", Math.Round(pause.TotalSeconds, 1));
        (long before, _) = Observe();
        long began = time.GetTimestamp();
        while (!stop.IsCancellationRequested)
        {
            (long arrivals, Task changed) = Observe();
            TimeSpan rest = arrivals != before && ShortestRest < pause ? ShortestRest : pause;
            TimeSpan left = rest - time.GetElapsedTime(began);
            if (left <= TimeSpan.Zero) return;
            await PauseAsync(changed, left, stop);
        }
    }

    /// <returns>How often takers have come, and what completes at the next change.</returns>
    private (long Arrivals, Task Changed) Observe()
    {
        lock (_gate) return (_arrivals, _changed.Task);
    }

    /// <returns>Null while it is wanted.</returns>
    private TimeSpan? UnwantedIn()
    {
        lock (_gate)
        {
            if (options.AlwaysOn || _takers > 0) return null;
            return _emptySince is { } since ? options.Linger - time.GetElapsedTime(since) : TimeSpan.Zero;
        }
    }

    private async Task PauseAsync(Task wakes, TimeSpan longest, CancellationToken stop)
    {
        using var over = CancellationTokenSource.CreateLinkedTokenSource(stop);
        await Task.WhenAny(wakes, Task.Delay(longest, time, over.Token));
        await over.CancelAsync();
    }
}
