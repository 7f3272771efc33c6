using System.Collections.Concurrent;
using Gb28181Edge.Drivers;

namespace Gb28181Edge.Tests.Drivers;

/// <summary>Keeps every frame; fails or holds when told to.</summary>
internal sealed class FakeSerialLine : ISerialLine
{
    public ConcurrentQueue<(string Hex, bool Urgent)> Frames { get; } = new();

    public string[] Hex => [.. Frames.Select(frame => frame.Hex)];

    /// <summary>While set, every write fails.</summary>
    public volatile bool Gone;

    /// <summary>How many writes were tried.</summary>
    public int Tries;

    public string Name => "fake";

    public ValueTask WriteAsync(ReadOnlyMemory<byte> frame, bool urgent, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        Interlocked.Increment(ref Tries);
        if (Gone)
            throw new DriverException("fake is gone");
        Frames.Enqueue((Convert.ToHexString(frame.Span), urgent));
        return ValueTask.CompletedTask;
    }

    public TimeSpan DurationOf(int characters) => TimeSpan.FromMilliseconds(characters);

    /// <summary>What comes back after a frame, as hexadecimal; null or empty is silence.</summary>
    public Func<string, string?>? Reply { get; set; }

    public async ValueTask<SerialReply> ExchangeAsync(
        ReadOnlyMemory<byte> frame, bool urgent, ISerialListener listener, TimeSpan window, CancellationToken cancellationToken)
    {
        listener.OnEarlier(default);
        await WriteAsync(frame, urgent, cancellationToken);
        string reply = Reply?.Invoke(Convert.ToHexString(frame.Span)) ?? "";
        return reply.Length > 0 && listener.OnReceived(Convert.FromHexString(reply)) ? SerialReply.Accepted : SerialReply.Silence;
    }

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;
}
