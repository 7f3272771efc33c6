using Gb28181Edge.Devices;
using Gb28181Edge.Drivers;
using Gb28181Edge.Storage;
using Gb28181Edge.Tests.Support;

namespace Gb28181Edge.Tests.Devices;

/// <summary>A controller with a head that moves, on a clock that goes from timer to timer: what happens at which second is exact.</summary>
internal sealed class HeadRun : IAsyncDisposable
{
    public const string Camera = "34020000001310000001";

    public HeadRun(PtzAbilities abilities, PtzSettings? settings = null, IPtzStore? store = null, double? leftStop = null)
    {
        Head = new FakeHead(Time) { Abilities = abilities, LeftStop = leftStop };
        Controller = new PtzController(Camera, Head, TimeSpan.FromSeconds(30), Time, Log, settings, store);
    }

    public SteppedTime Time { get; } = new(DateTimeOffset.UnixEpoch);
    public FakeHead Head { get; }
    public RecordingLog Log { get; } = new();
    public PtzController Controller { get; }

    public TimeSpan Now => Head.Now;

    /// <summary>Begun, with its first stop sent and forgotten.</summary>
    public async Task<HeadRun> BeginAsync()
    {
        await DoAsync(Controller.Start);
        Assert.Equal("stop", Head.Commands[0]);
        Head.Forget();
        return this;
    }

    /// <summary>Posts, and waits until the loop has nothing left to do at this moment.</summary>
    public async Task PostAsync(params PtzOrder[] orders)
    {
        foreach (PtzOrder order in orders)
            await DoAsync(() => Controller.Post(order));
    }

    /// <summary>Does something that wakes the loop, and waits until it sleeps again.</summary>
    public Task DoAsync(Action action) => DoAsync(() =>
    {
        action();
        return Task.CompletedTask;
    });

    /// <inheritdoc cref="DoAsync(Action)"/>
    public async Task DoAsync(Func<Task> action)
    {
        long before = Time.Set;
        await action();
        await SettledAsync(before);
    }

    /// <summary>Lets seconds go by, from timer to timer.</summary>
    public async Task PassAsync(double seconds)
    {
        DateTimeOffset end = Time.GetUtcNow() + TimeSpan.FromSeconds(seconds);
        while (Time.NextDue <= end)
            await DoAsync(() => { Time.StepToNext(); });
        Time.Advance(end - Time.GetUtcNow());
    }

    public async ValueTask DisposeAsync()
    {
        Head.Hold?.TrySetResult();
        Head.Hold = null;
        Head.Gone = Head.OnlyStops = false;
        await Controller.DisposeAsync();
    }

    private async Task SettledAsync(long before)
    {
        for (int i = 0; i < 1000 && Time.Set == before; i++)
            await Task.Yield();
        await Eventually.TrueAsync(() => Time.Set > before, "the loop sleeps");
    }
}
