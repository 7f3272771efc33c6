using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Hosting.Systemd;
using Microsoft.Extensions.Logging;

namespace Gb28181Edge.Hosting;

/// <summary>The agent inside the generic host: started with it, stopped with it, and ending it when the agent is over.</summary>
internal sealed class EdgeService(
    IEdgeAgent agent, IHostApplicationLifetime application, ISystemdNotifier notifier, TimeProvider time, TimeSpan? watchdogPatience, ILogger log)
    : IHostedService, IAsyncDisposable
{
    private readonly CancellationTokenSource _stop = new();
    private Task _watchdog = Task.CompletedTask;
    private Task _watch = Task.CompletedTask;

    /// <summary>How the agent ended; a bug faults it. Not completed when it was stopped from outside.</summary>
    public Task<AgentEnd> Completion => agent.Completion;

    public async Task StartAsync(CancellationToken cancellationToken)
    {
        await agent.StartAsync(cancellationToken);
        _watch = WatchAsync();
        if (watchdogPatience is { } patience) _watchdog = new SystemdWatchdog(notifier, time, log).RunAsync(patience, agent.AllLoopsTicked, _stop.Token);
        log.Running();
    }

    public async Task StopAsync(CancellationToken cancellationToken)
    {
        log.Stopping();
        try
        {
            await agent.StopAsync(cancellationToken).WaitAsync(cancellationToken);
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            log.StopTookTooLong(EdgeHost.StopLimit);
        }
        catch (IOException e)
        {
            log.StopFailed(e.Message);
        }
        finally
        {
            await _stop.CancelAsync();
            await Task.WhenAll(_watchdog, _watch);
        }
    }

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        await agent.DisposeAsync();
        _stop.Dispose();
    }

    private async Task WatchAsync()
    {
        try
        {
            await agent.Completion.WaitAsync(_stop.Token);
        }
        catch (OperationCanceledException) when (_stop.IsCancellationRequested)
        {
            return;
        }
        catch (Exception) when (agent.Completion.IsFaulted)
        {
            // not swallowed: EdgeHost reports it once the rest has been stopped in order
        }
        application.StopApplication();
    }
}
