using System.Data.Common;
using System.Globalization;
using System.Net.Sockets;
using Gb28181Edge.Configuration;
using Gb28181Edge.Hosting;
using Microsoft.Extensions.Logging;

namespace Gb28181Edge.Bench.Demo;

/// <summary>One run of the demonstration: opens everything, goes through the steps, closes everything, leaves nothing behind.</summary>
/// <param name="limit">How long the steps may take together; zero goes on until stopped.</param>
/// <param name="compose">Makes the agent of a configuration without opening anything.</param>
/// <param name="report">Where it is told.</param>
/// <param name="loggers">For the agent and the bench platform.</param>
/// <param name="time">The clock.</param>
/// <param name="watching">How long each live stream is looked at; null is a share of the limit.</param>
internal sealed class DemoRun(
    TimeSpan limit, Func<EdgeConfiguration, IEdgeAgent> compose, DemoReport report, ILoggerFactory loggers, TimeProvider time, TimeSpan? watching = null)
{
    private static readonly TimeSpan StepPatience = TimeSpan.FromSeconds(15);

    private readonly List<DemoOutcome> _outcomes = [];

    /// <returns>The exit status, one of <see cref="ExitStatus"/>.</returns>
    public async Task<int> RunAsync(CancellationToken stop)
    {
        string directory = Directory.CreateTempSubdirectory("gb28181-edge-demo-").FullName;
        try
        {
            return await RunInAsync(directory, stop);
        }
        catch (Exception e) when (e is IOException or SocketException or UnauthorizedAccessException or DbException)
        {
            report.Line($"The demonstration could not start: {e.Message}");
            return ExitStatus.CannotStart;
        }
        finally
        {
            Directory.Delete(directory, recursive: true);
        }
    }

    private async Task<int> RunInAsync(string directory, CancellationToken stop)
    {
        report.Title("gb28181-edge demo: platform, device, camera, head and board in one process, on loopback only");
        BenchOptions options = new() { Password = DemoDevice.Password, DeviceId = DemoDevice.Id };
        await using BenchPlatform bench = BenchPlatform.Start(options, time, loggers.CreateLogger("Gb28181Edge.Bench"));
        using DemoHead head = new();
        EdgeConfiguration configuration = DemoDevice.Configure(options, bench.Port, head.Path, directory);

        long began = time.GetTimestamp();
        await using IEdgeAgent agent = compose(configuration);
        await agent.StartAsync(stop);
        try
        {
            using var bound = CancellationTokenSource.CreateLinkedTokenSource(stop);
            if (limit > TimeSpan.Zero) bound.CancelAfter(limit);
            using var alive = CancellationTokenSource.CreateLinkedTokenSource(bound.Token);
            Task watch = WatchAsync(agent, alive);
            DemoSteps steps = new(bench, options, head, report, time, DemoDevice.PinsOf(directory), watching ?? ShareOfLimit());
            await StepAsync("Registration", "the device finds its platform and proves who it is", c => steps.RegisterAsync(began, c), alive.Token);
            await StepAsync("Catalogue", "the platform asks what the device has", steps.CatalogueAsync, alive.Token);
            await StepAsync("Live, UDP", "the platform calls the camera; RTP over UDP", c => steps.LiveAsync(BenchTransport.Udp, c), alive.Token);
            await StepAsync("Live, TCP", "the platform listens, the device connects", c => steps.LiveAsync(BenchTransport.TcpPassive, c), alive.Token);
            await StepAsync("Live, TCP back", "the device listens, the platform connects", c => steps.LiveAsync(BenchTransport.TcpActive, c), alive.Token);
            await StepAsync("PTZ", "the platform steers; the head is at the end of a simulated serial port", steps.PtzAsync, alive.Token);
            await StepAsync("Alarm", "a door opens: pin 17 of the simulated board goes low", steps.AlarmAsync, alive.Token);
            if (limit == TimeSpan.Zero && _outcomes.TrueForAll(outcome => outcome.Works)) await steps.GoOnAsync(alive.Token);
            await alive.CancelAsync();
            await watch;
        }
        finally
        {
            await LeaveAsync(agent, bench);
        }
        report.Summary(_outcomes);
        return _outcomes.TrueForAll(outcome => outcome.Works) ? ExitStatus.Done : ExitStatus.NotSeenToWork;
    }

    /// <summary>How long each live stream is looked at: three of them, and the rest of the steps, fit into the limit.</summary>
    private TimeSpan ShareOfLimit() =>
        limit == TimeSpan.Zero ? TimeSpan.FromSeconds(3) : TimeSpan.FromSeconds(Math.Clamp(limit.TotalSeconds / 6, 1, 3));

    private async Task StepAsync(string name, string what, Func<CancellationToken, Task<string>> show, CancellationToken alive)
    {
        report.Step(name, what);
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(alive);
        patience.CancelAfter(StepPatience);
        DemoOutcome outcome;
        try
        {
            outcome = new DemoOutcome(name, Works: true, await show(patience.Token));
        }
        catch (OperationCanceledException) when (patience.IsCancellationRequested)
        {
            string reason = alive.IsCancellationRequested ? "the time is up" : string.Create(CultureInfo.InvariantCulture, $"not seen within {StepPatience.TotalSeconds} s");
            outcome = new DemoOutcome(name, Works: false, reason);
        }
        catch (Exception e) when (e is IOException or SocketException)
        {
            outcome = new DemoOutcome(name, Works: false, e.Message);
        }
        _outcomes.Add(outcome);
        report.End(outcome);
    }

    // an agent that is over ends the steps at once; its bug comes out here
    private static async Task WatchAsync(IEdgeAgent agent, CancellationTokenSource alive)
    {
        try
        {
            await agent.Completion.WaitAsync(alive.Token);
        }
        catch (OperationCanceledException) when (alive.IsCancellationRequested)
        {
            return;
        }
        finally
        {
            await alive.CancelAsync();
        }
    }

    private async Task LeaveAsync(IEdgeAgent agent, BenchPlatform bench)
    {
        using var deadline = new CancellationTokenSource(EdgeHost.StopLimit);
        try
        {
            await agent.StopAsync(deadline.Token);
        }
        catch (OperationCanceledException) when (deadline.IsCancellationRequested)
        {
            report.Line(string.Create(CultureInfo.InvariantCulture, $"The device did not stop within {EdgeHost.StopLimit.TotalSeconds} s."));
        }
        bool hasLeft = bench.Events.Snapshot().Any(happened => happened is BenchEvent.Unregistered);
        report.Line(hasLeft ? "The device has taken its leave: REGISTER with Expires 0 was answered." : "The device is gone without taking its leave.");
        report.Gap();
    }
}
