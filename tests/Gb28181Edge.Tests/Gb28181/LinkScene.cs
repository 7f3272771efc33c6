using System.Net;
using Gb28181Edge.Gb28181;
using Gb28181Edge.Tests.Support;
using Microsoft.Extensions.Logging.Abstractions;

namespace Gb28181Edge.Tests.Gb28181;

/// <summary>A running link with a script on its other side.</summary>
internal sealed class LinkScene : IAsyncDisposable
{
    public static readonly IPEndPoint Seen = new(IPAddress.Parse("198.51.100.7"), 40000);

    private readonly CancellationTokenSource _stop = new();

    public LinkScene(string name = "city", FakeOutbox? outbox = null, ManscdpDispatcher? dispatcher = null, params IManscdpHandler[] handlers)
    {
        Platform = new FakePlatform(name);
        Outbox = outbox ?? new FakeOutbox();
        Time = new SteppedTime(new DateTimeOffset(2026, 5, 1, 0, 0, 0, TimeSpan.Zero));
        dispatcher ??= new ManscdpDispatcher(handlers, NullLogger.Instance);
        var options = new PlatformLinkOptions { Profile = new PlatformProfile { Name = name, Id = "34020000002000000001" }, Password = "Pa55word" };
        Subscriptions = new PlatformSubscriptions(options.Profile, Platform, Device.Context, Time, Log);
        Link = new PlatformLink(options, Platform, dispatcher, Calls, Subscriptions, [Head], Outbox, () => Restarts++, Time, Random.Shared, Log, Observer);
        Running = Link.RunAsync(_stop.Token);
    }

    public FakePlatform Platform { get; }
    public FakeCalls Calls { get; } = new();
    public FakeDevice Device { get; } = new();
    public RecordingLog Log { get; } = new();
    public FakeHead Head { get; } = new();
    public FakeOutbox Outbox { get; }
    public FakeObserver Observer { get; } = new();
    public SteppedTime Time { get; }
    public PlatformSubscriptions Subscriptions { get; }
    public PlatformLink Link { get; }
    public Task Running { get; }
    public int Restarts { get; private set; }

    public async Task RegisterAsync(params string[] fields)
    {
        FakeExchange register = await Platform.ExpectAsync("REGISTER");
        register.Answer(200, Seen, fields);
        await Eventually.TrueAsync(() => Link.Status.IsRegistered, "registered");
    }

    /// <summary>Lets time pass, timer by timer, until a request of the kind is there. Each timer makes a loop send or wait anew.</summary>
    public async Task<FakeExchange> PassUntilAsync(string kind)
    {
        while (Platform.Unread(kind) == 0)
        {
            await Eventually.TrueAsync(() => Time.NextDue is not null || Platform.Unread(kind) > 0, $"a loop that waits for its time, or {kind}");
            if (Platform.Unread(kind) > 0) break;
            long before = Time.Set + Platform.SentCount;
            Time.StepToNext();
            await Eventually.TrueAsync(() => Time.Set + Platform.SentCount > before, $"what the timer before {kind} makes happen");
        }
        return await Platform.ExpectAsync(kind);
    }

    /// <summary>Returns once a loop waits for a short pause of its own.</summary>
    public Task PausedAsync() => Eventually.TrueAsync(() => Time.NextDue - Time.GetUtcNow() <= TimeSpan.FromSeconds(1), "the pause before the next try");

    public void Stop() => _stop.Cancel();

    public async ValueTask DisposeAsync()
    {
        Stop();
        await Eventually.TrueAsync(() =>
        {
            Time.Advance(TimeSpan.FromSeconds(0.5));
            return Running.IsCompleted;
        }, "the link ends");
        if (!Running.IsFaulted) await Running;
        _stop.Dispose();
    }
}
