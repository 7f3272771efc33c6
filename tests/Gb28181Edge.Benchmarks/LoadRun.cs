using System.Globalization;
using System.Net;
using Gb28181Edge.Streaming;
using Microsoft.Extensions.Logging.Abstractions;

namespace Gb28181Edge.Benchmarks;

/// <summary>What one run cost.</summary>
internal sealed record LoadResult(
    int Takers, double Cpu, double KernelCpu, double Gigabytes, double PacketsPerSecond, double AllocatedPerFrame, int Collections, double ResidentMegabytes, long Lost, long Dropped)
{
    public double CpuPerGigabyte => Cpu / Gigabytes;
}

/// <summary>One real camera stream of 4 Mbit/s to takers in another process: what sending costs.</summary>
internal static class LoadRun
{
    private static readonly TimeSpan WarmUp = TimeSpan.FromSeconds(3);

    public static async Task<int> RunAsync(LoadOptions options)
    {
        string way = options.Transport != MediaTransport.Udp ? "TCP" : options.Segmentation ? "UDP, UDP_SEGMENT" : "UDP, packet by packet";
        Console.WriteLine($"4 Mbit/s, 25 frames a second, {way}; {options.Duration.TotalSeconds:0} s a run, median of {options.Runs}");
        Console.WriteLine("takers   CPU-s/GB   in the kernel   packets/s   bytes allocated/frame   collections   resident MB   lost   frames dropped");
        bool flat = true;
        foreach (int takers in options.Takers)
        {
            List<LoadResult> results = [];
            for (int i = 0; i < options.Runs; i++) results.Add(await RunOnceAsync(options, takers));
            results.Sort((a, b) => a.CpuPerGigabyte.CompareTo(b.CpuPerGigabyte));
            LoadResult r = results[results.Count / 2];
            Console.WriteLine(string.Create(CultureInfo.InvariantCulture,
                $"{r.Takers,6}   {r.CpuPerGigabyte,8:0.00}   {r.KernelCpu / r.Cpu,13:0%}   {r.PacketsPerSecond,9:0}   {r.AllocatedPerFrame,21:0.0}   {r.Collections,11}   {r.ResidentMegabytes,11:0.0}   {r.Lost,4}   {r.Dropped,14}"));
            flat &= results.TrueForAll(result => result.Collections == 0);
        }
        if (!options.IsSteady) return 0;
        Console.WriteLine(flat ? "steady: no garbage collection" : "NOT steady: the garbage collector ran");
        return flat ? 0 : 1;
    }

    private static async Task<LoadResult> RunOnceAsync(LoadOptions options, int takers)
    {
        using ReceiverProcess receiver = await ReceiverProcess.StartAsync(options.Transport, takers);
        var camera = new SyntheticCamera();
        var stream = new CameraStream(
            new CameraStreamOptions("load") { Segmentation = options.Segmentation }, camera, new PortPool(40000, 40999), TimeProvider.System, NullLogger.Instance);
        using var stop = new CancellationTokenSource();
        Task running = stream.RunAsync(stop.Token);
        IMediaSession[] sessions = [.. receiver.EndPoints.Select((remote, i) =>
            stream.Prepare(new MediaSessionOptions(options.Transport, IPAddress.Loopback, remote, (uint)(i + 1))))];
        foreach (IMediaSession session in sessions) session.Start();
        // once for nothing: what it takes to compile it is not the stream's
        _ = Snapshot.Take(camera, sessions);
        await Task.Delay(WarmUp);
        GC.Collect();

        var before = Snapshot.Take(camera, sessions);
        await Task.Delay(options.Duration);
        var after = Snapshot.Take(camera, sessions);
        double resident = Environment.WorkingSet / 1e6;

        await stop.CancelAsync();
        await running;
        long sent = sessions.Sum(session => session.Statistics.Packets);
        long received = await receiver.StopAsync();
        return new LoadResult(
            takers,
            (after.Cpu - before.Cpu).TotalSeconds,
            (after.KernelCpu - before.KernelCpu).TotalSeconds,
            (after.Bytes - before.Bytes) / 1e9,
            (after.Packets - before.Packets) / options.Duration.TotalSeconds,
            (after.Allocated - before.Allocated) / (double)(after.Frames - before.Frames),
            after.Collections - before.Collections,
            resident,
            sent - received,
            sessions.Sum(session => session.Statistics.AccessUnitsDropped));
    }

    private readonly record struct Snapshot(TimeSpan Cpu, TimeSpan KernelCpu, long Bytes, long Packets, long Frames, long Allocated, int Collections)
    {
        public static Snapshot Take(SyntheticCamera camera, IMediaSession[] sessions) => new(
            Environment.CpuUsage.TotalTime,
            Environment.CpuUsage.PrivilegedTime,
            sessions.Sum(session => session.Statistics.Bytes),
            sessions.Sum(session => session.Statistics.Packets),
            camera.Frames,
            GC.GetTotalAllocatedBytes(precise: true),
            GC.CollectionCount(0));
    }
}
