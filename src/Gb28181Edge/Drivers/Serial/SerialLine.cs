namespace Gb28181Edge.Drivers.Serial;

/// <summary>One serial port and its one writer: a loop that sends frames in turn, urgent ones first, with a gap between them.</summary>
/// <remarks>
/// At most <see cref="Capacity"/> frames of each kind wait; one more is refused, for it would be late. A port that vanished is
/// opened again by the next frame. Frames that fail are never sent later.
/// </remarks>
internal sealed class SerialLine : ISerialLine
{
    /// <summary>Frames that may wait: more than the heads of a full bus ask at once.</summary>
    public const int Capacity = 256;

    /// <summary>The gap between frames where nothing else is asked for: what slow receivers need between two commands.</summary>
    public static readonly TimeSpan DefaultGap = TimeSpan.FromMilliseconds(30);

    /// <summary>Characters of silence after which a receiver takes the next byte for the start of a frame.</summary>
    private const int EndOfFrameCharacters = 2;

    private readonly ITty _tty;
    private readonly TimeSpan _gap;
    private readonly TimeSpan _urgentGap;
    private readonly TimeProvider _time;
    private readonly Wake _wake;
    private readonly Lock _gate = new();
    private readonly LinkedList<Turn> _urgent = new(), _ordinary = new();
    private readonly Task _loop;
    private bool _stopping;
    private long? _silentSince;                                            // of the loop alone; null before the first frame

    /// <param name="tty">The port; owned.</param>
    /// <param name="gap">Silence between the end of a frame and the next.</param>
    /// <param name="time">The clock.</param>
    public SerialLine(ITty tty, TimeSpan gap, TimeProvider time)
    {
        _tty = tty;
        _gap = gap;
        TimeSpan endOfFrame = tty.DurationOf(EndOfFrameCharacters);
        _urgentGap = endOfFrame < gap ? endOfFrame : gap;
        _time = time;
        _wake = new Wake(time);
        _loop = Task.Run(RunAsync);
    }

    public string Name => _tty.Name;

    public async ValueTask WriteAsync(ReadOnlyMemory<byte> frame, bool urgent, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        var turn = new Turn(frame);
        lock (_gate)
        {
            LinkedList<Turn> queue = urgent ? _urgent : _ordinary;
            if (_stopping)
                throw new DriverException($"{Name} is closed");
            if (queue.Count >= Capacity)
                throw new DriverException($"{Name} has {Capacity} frames waiting: another would be late");
            queue.AddLast(turn);
        }
        await using CancellationTokenRegistration registration = cancellationToken.Register(() => Withdraw(turn, cancellationToken));
        _wake.Set();
        await turn.Done.Task;
    }

    public async ValueTask DisposeAsync()
    {
        lock (_gate)
        {
            if (_stopping)
                return;
            _stopping = true;
        }
        _wake.Set();
        await _loop;
        _tty.Dispose();
        _wake.Dispose();
    }

    private async Task RunAsync()
    {
        while (true)
        {
            TimeSpan? wait = null;
            Turn? turn;
            lock (_gate)
            {
                if (_stopping)
                    break;
                turn = _urgent.First?.Value ?? _ordinary.First?.Value;
                if (turn is not null)
                {
                    TimeSpan gap = _urgent.Count > 0 ? _urgentGap : _gap;
                    wait = _silentSince is { } since ? gap - _time.GetElapsedTime(since) : TimeSpan.Zero;
                    if (wait <= TimeSpan.Zero)
                        (_urgent.Count > 0 ? _urgent : _ordinary).RemoveFirst();
                    else
                        turn = null;                                       // not yet: a stop may still overtake it
                }
            }
            if (turn is null)
            {
                await _wake.WaitAsync(wait);
                continue;
            }
            await SendAsync(turn);
        }
        lock (_gate)
        {
            foreach (Turn turn in _urgent.Concat(_ordinary))
                turn.Done.TrySetException(new DriverException($"{Name} is closed"));
        }
    }

    private async Task SendAsync(Turn turn)
    {
        try
        {
            // blocks in the kernel while the bytes leave, so not on this loop's continuation; the frame's time counts from there
            long start = await Task.Run(() =>
            {
                long began = _time.GetTimestamp();
                _tty.Transmit(turn.Frame.Span);
                return began;
            });
            TimeSpan duration = _tty.DurationOf(turn.Frame.Length);
            for (TimeSpan rest; (rest = duration - _time.GetElapsedTime(start)) > TimeSpan.Zero;)
                await Task.Delay(TimeSpan.FromMilliseconds(Math.Ceiling(rest.TotalMilliseconds)), _time);
            _silentSince = _time.GetTimestamp();
            turn.Done.TrySetResult();
        }
        catch (DriverException e)
        {
            _silentSince = _time.GetTimestamp();
            turn.Done.TrySetException(e);
        }
    }

    private void Withdraw(Turn turn, CancellationToken cancellationToken)
    {
        lock (_gate)
        {
            if (!_ordinary.Remove(turn) && !_urgent.Remove(turn))
                return;                                                    // it is on the line: it goes out whole
        }
        turn.Done.TrySetCanceled(cancellationToken);
    }

    private sealed class Turn(ReadOnlyMemory<byte> frame)
    {
        public ReadOnlyMemory<byte> Frame => frame;
        public TaskCompletionSource Done { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);
    }
}
