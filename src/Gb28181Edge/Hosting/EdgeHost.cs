using System.Data.Common;
using System.Net.Sockets;
using System.Runtime.CompilerServices;
using Gb28181Edge.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Hosting.Systemd;
using Microsoft.Extensions.Logging;

namespace Gb28181Edge.Hosting;

/// <summary>Runs one agent from start to orderly end, as a service or in a terminal.</summary>
internal static class EdgeHost
{
    /// <summary>The agent's leave-taking is cut off here, so that the process is gone within 5 s of its signal.</summary>
    public static readonly TimeSpan StopLimit = TimeSpan.FromSeconds(4.5);

    /// <summary>Runs the agent of this configuration until a signal, <paramref name="cancellationToken"/>, or its own end.</summary>
    /// <returns>The exit status, one of <see cref="ExitStatus"/>.</returns>
    public static Task<int> RunAsync(EdgeConfiguration configuration, RunOptions options, CancellationToken cancellationToken) =>
        RunAsync(loggers => Composition.Create(configuration, options, loggers), options, cancellationToken);

    /// <summary>Runs the agent that <paramref name="compose"/> makes.</summary>
    /// <param name="compose">Makes the agent without opening anything.</param>
    /// <param name="options">What the command line says.</param>
    /// <param name="cancellationToken">Ends the run in order, as a signal does.</param>
    public static async Task<int> RunAsync(Func<ILoggerFactory, IEdgeAgent> compose, RunOptions options, CancellationToken cancellationToken)
    {
        HostApplicationBuilder builder = Host.CreateEmptyApplicationBuilder(new HostApplicationBuilderSettings { DisableDefaults = true, ContentRootPath = "/" });
        builder.Logging.AddEdgeConsole(options.LogLevel);
        builder.Services.AddSingleton(TimeProvider.System);
        builder.Services.AddSingleton<ISystemdNotifier, SystemdNotifier>();
        builder.Services.AddSingleton<IHostLifetime, EdgeLifetime>();
        builder.Services.Configure<HostOptions>(host => host.ShutdownTimeout = StopLimit);
        builder.Services.AddSingleton<IHostedService>(services => Service(services, compose));

        IHost host = builder.Build();
        await using ConfiguredAsyncDisposable hostDisposal = ((IAsyncDisposable)host).ConfigureAwait(false);
        ILogger log = host.Services.GetRequiredService<ILoggerFactory>().CreateLogger("Gb28181Edge.Hosting");
        try
        {
            await host.StartAsync(cancellationToken);
        }
        catch (Exception e) when (e is IOException or SocketException or UnauthorizedAccessException or DbException)
        {
            log.CannotStart(e.Message);
            return ExitStatus.CannotStart;
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested
            || host.Services.GetRequiredService<IHostApplicationLifetime>().ApplicationStopping.IsCancellationRequested)
        {
            return ExitStatus.Done;
        }
        await host.WaitForShutdownAsync(cancellationToken);
        return Outcome((EdgeService)host.Services.GetRequiredService<IHostedService>(), log);
    }

    private static int Outcome(EdgeService service, ILogger log)
    {
        if (service.Completion.Exception is { } bug)
        {
            log.Bug(bug.GetBaseException());
            return ExitStatus.Bug;
        }
        if (service.Completion is { IsCompletedSuccessfully: true, Result: AgentEnd.RestartRequested })
        {
            log.Restarting();
            return ExitStatus.Restart;
        }
        log.Stopped();
        return ExitStatus.Done;
    }

    private static EdgeService Service(IServiceProvider services, Func<ILoggerFactory, IEdgeAgent> compose)
    {
        ILoggerFactory loggers = services.GetRequiredService<ILoggerFactory>();
        return new EdgeService(
            compose(loggers),
            services.GetRequiredService<IHostApplicationLifetime>(),
            services.GetRequiredService<ISystemdNotifier>(),
            services.GetRequiredService<TimeProvider>(),
            SystemdWatchdog.Patience(Environment.GetEnvironmentVariable("WATCHDOG_USEC"), Environment.GetEnvironmentVariable("WATCHDOG_PID")),
            loggers.CreateLogger("Gb28181Edge.Hosting"));
    }
}
