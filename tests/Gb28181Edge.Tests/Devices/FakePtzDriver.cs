using System.Collections.Concurrent;
using Gb28181Edge.Drivers;

namespace Gb28181Edge.Tests.Devices;

/// <summary>A head that keeps what it was told; it can be gone, and it can take long.</summary>
internal sealed class FakePtzDriver : IPtzDriver
{
    public ConcurrentQueue<string> Told { get; } = new();

    public volatile bool Gone;

    /// <summary>While set, an order waits here until released or withdrawn.</summary>
    public volatile TaskCompletionSource? Hold;

    public int Tries;
    public volatile bool Waits;
    public bool IsDisposed { get; private set; }

    public async ValueTask MoveAsync(PtzVelocity velocity, CancellationToken cancellationToken)
    {
        await BeginAsync(cancellationToken);
        Told.Enqueue(velocity.IsStop ? "stop" : $"{velocity.Pan} {velocity.Tilt} {velocity.Zoom} {velocity.Focus} {velocity.Iris}");
    }

    public async ValueTask<bool> SetAuxiliaryAsync(int number, bool on, CancellationToken cancellationToken)
    {
        await BeginAsync(cancellationToken);
        Told.Enqueue($"aux {number} {(on ? "on" : "off")}");
        return number <= 8;
    }

    public ValueTask DisposeAsync()
    {
        IsDisposed = true;
        return ValueTask.CompletedTask;
    }

    private async Task BeginAsync(CancellationToken cancellationToken)
    {
        Interlocked.Increment(ref Tries);
        if (Hold is { } hold)
        {
            Waits = true;
            try
            {
                await hold.Task.WaitAsync(cancellationToken);
            }
            finally
            {
                Waits = false;
            }
        }
        cancellationToken.ThrowIfCancellationRequested();
        if (Gone)
            throw new DriverException("gone");
    }
}
