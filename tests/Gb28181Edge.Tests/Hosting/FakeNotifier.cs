using System.Collections.Concurrent;
using Microsoft.Extensions.Hosting.Systemd;

namespace Gb28181Edge.Tests.Hosting;

/// <summary>Remembers what systemd would have been told.</summary>
internal sealed class FakeNotifier : ISystemdNotifier
{
    public ConcurrentQueue<string> Told { get; } = new();

    public bool IsEnabled => true;

    public void Notify(ServiceState state) => Told.Enqueue(state.ToString());
}
