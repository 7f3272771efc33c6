using System.Runtime.InteropServices;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Hosting.Systemd;

namespace Gb28181Edge.Hosting;

/// <summary>Ends the host on SIGTERM, SIGINT and SIGHUP, and tells systemd when it is ready and when it stops. sd_notify(3).</summary>
/// <remarks>
/// The framework's SystemdLifetime is chosen only where the parent process can be looked at, which a unit with ProtectProc=invisible forbids;
/// this one asks for nothing but NOTIFY_SOCKET. A second signal of the same kind ends the process at once.
/// </remarks>
internal sealed class EdgeLifetime(IHostApplicationLifetime application, ISystemdNotifier notifier) : IHostLifetime, IDisposable
{
    private readonly List<IDisposable> _registrations = [];

    public Task WaitForStartAsync(CancellationToken cancellationToken)
    {
        foreach (PosixSignal signal in (ReadOnlySpan<PosixSignal>)[PosixSignal.SIGTERM, PosixSignal.SIGINT, PosixSignal.SIGHUP])
            _registrations.Add(PosixSignalRegistration.Create(signal, OnSignal));
        if (notifier.IsEnabled)
        {
            _registrations.Add(application.ApplicationStarted.Register(() => notifier.Notify(ServiceState.Ready)));
            _registrations.Add(application.ApplicationStopping.Register(() => notifier.Notify(ServiceState.Stopping)));
        }
        return Task.CompletedTask;
    }

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public void Dispose()
    {
        foreach (IDisposable registration in _registrations) registration.Dispose();
    }

    private void OnSignal(PosixSignalContext context)
    {
        if (application.ApplicationStopping.IsCancellationRequested) return;
        context.Cancel = true;
        application.StopApplication();
    }
}
