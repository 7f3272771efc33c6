using System.Collections.Concurrent;
using Gb28181Edge.Drivers;
using Gb28181Edge.Drivers.Serial;
using Gb28181Edge.Tests.Support;
using Microsoft.Extensions.Time.Testing;

namespace Gb28181Edge.Tests.Drivers;

public sealed class SerialLineTests : IAsyncDisposable
{
    private static readonly TimeSpan Gap = TimeSpan.FromMilliseconds(30);

    private readonly FakeTimeProvider _time = new();
    private readonly FakeTty _tty;
    private readonly SerialLine _line;

    public SerialLineTests()
    {
        _tty = new FakeTty(_time);
        _line = new SerialLine(_tty, Gap, _time);
    }

    public async ValueTask DisposeAsync()
    {
        _tty.Hold.Set();
        Task end = _line.DisposeAsync().AsTask();
        await Eventually.TrueAsync(() => Elapse(end.IsCompleted), "the line ends");
        await end;
    }

    [Fact]
    public async Task Frames_go_one_after_the_other_in_the_order_they_came()
    {
        Task[] writes = [.. Enumerable.Range(1, 5).Select(n => Write((byte)n))];
        await Finish(Task.WhenAll(writes));
        Assert.Equal([1, 2, 3, 4, 5], _tty.Sent.Select(sent => sent.Frame[0]));
        Assert.Equal(1, _tty.MostAtOnce);
    }

    [Fact]
    public async Task Between_two_frames_the_line_is_silent_for_the_gap()
    {
        await Finish(Task.WhenAll(Write(1), Write(2)));
        (_, TimeSpan first) = _tty.Sent.First();
        (_, TimeSpan second) = _tty.Sent.Last();
        Assert.True(second - first >= _tty.DurationOf(7) + Gap, $"{second - first}");
    }

    [Fact]
    public async Task A_stop_overtakes_what_waits_and_needs_only_the_pause_that_ends_a_frame()
    {
        await Finish(Write(1));
        Task move = Write(2), other = Write(3), stop = Write(9, urgent: true);
        _time.Advance(_tty.DurationOf(2));
        await Eventually.TrueAsync(() => _tty.Sent.Count == 2, "the stop leaves before the gap is over");
        Assert.Equal(9, _tty.Sent.Last().Frame[0]);
        await Finish(Task.WhenAll(move, other, stop));
        Assert.Equal([1, 9, 2, 3], _tty.Sent.Select(sent => sent.Frame[0]));
    }

    [Fact]
    public async Task A_frame_that_waits_can_be_withdrawn_and_one_on_the_line_cannot()
    {
        _tty.Hold.Reset();
        using var cancel = new CancellationTokenSource();
        Task sending = Write(1, cancellation: cancel.Token);
        await Eventually.TrueAsync(() => _tty.MostAtOnce == 1, "the first is on the line");
        Task waiting = Write(2, cancellation: cancel.Token);
        await cancel.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => waiting);
        _tty.Hold.Set();
        await Finish(sending);
        await Finish(Write(3));
        Assert.Equal([1, 3], _tty.Sent.Select(sent => sent.Frame[0]));
    }

    [Fact]
    public async Task A_frame_that_failed_is_not_sent_later()
    {
        _tty.Gone = true;
        await Assert.ThrowsAsync<DriverException>(() => Write(1));
        _tty.Gone = false;
        await Finish(Write(2));
        Assert.Equal([2], _tty.Sent.Select(sent => sent.Frame[0]));
    }

    [Fact]
    public async Task A_full_queue_refuses_instead_of_being_late()
    {
        _tty.Hold.Reset();
        Task first = Write(0);
        await Eventually.TrueAsync(() => _tty.MostAtOnce == 1, "the first is on the line");
        Task[] waiting = [.. Enumerable.Range(0, SerialLine.Capacity).Select(_ => Write(1))];
        await Assert.ThrowsAsync<DriverException>(() => Write(2));
        _tty.Hold.Set();
        await Finish(Task.WhenAll([first, .. waiting]));
        Assert.DoesNotContain(_tty.Sent, sent => sent.Frame[0] == 2);
    }

    [Fact]
    public async Task Disposal_fails_what_waits_and_closes_the_port()
    {
        _tty.Hold.Reset();
        Task sending = Write(1);
        await Eventually.TrueAsync(() => _tty.MostAtOnce == 1, "the first is on the line");
        Task waiting = Write(2);
        Task end = _line.DisposeAsync().AsTask();
        _tty.Hold.Set();
        await Finish(Task.WhenAll(sending, end));
        await Assert.ThrowsAsync<DriverException>(() => waiting);
        await Assert.ThrowsAsync<DriverException>(() => Write(3));
        Assert.True(_tty.IsDisposed);
    }

    private Task Write(byte mark, bool urgent = false, CancellationToken cancellation = default) =>
        _line.WriteAsync(new byte[] { mark, 0, 0, 0, 0, 0, 0 }, urgent, cancellation).AsTask();

    private async Task Finish(Task task)
    {
        await Eventually.TrueAsync(() => Elapse(task.IsCompleted), "the frames leave");
        await task;
    }

    private bool Elapse(bool done)
    {
        for (int i = 0; i < 50 && !done; i++)
        {
            _time.Advance(TimeSpan.FromMilliseconds(1));
            Thread.Yield();
        }
        return done;
    }

    private sealed class FakeTty(FakeTimeProvider time) : ITty
    {
        private readonly long _origin = time.GetTimestamp();
        private int _now;

        public ConcurrentQueue<(byte[] Frame, TimeSpan At)> Sent { get; } = new();
        public ConcurrentQueue<byte[]> Coming { get; } = new();
        public ManualResetEventSlim Hold { get; } = new(true);
        public volatile bool Gone;
        public volatile int MostAtOnce;
        public bool IsDisposed { get; private set; }
        public string Name => "fake";

        public TimeSpan DurationOf(int characters) => SerialFormat.EightNoneOne.DurationOf(characters, 2400);

        public void Open() { }

        public void Transmit(ReadOnlySpan<byte> frame)
        {
            MostAtOnce = Math.Max(MostAtOnce, Interlocked.Increment(ref _now));
            Hold.Wait();
            Interlocked.Decrement(ref _now);
            if (Gone)
                throw new DriverException("gone");
            Sent.Enqueue((frame.ToArray(), time.GetElapsedTime(_origin)));
        }

        public int Receive(Span<byte> buffer, TimeSpan timeout)
        {
            Thread.Yield();
            if (!Coming.TryDequeue(out byte[]? bytes)) return 0;
            bytes.CopyTo(buffer);
            return bytes.Length;
        }

        public void Interrupt() { }

        public void Dispose() => IsDisposed = true;
    }
}
