namespace Gb28181Edge.Drivers.Serial;

/// <summary>One serial port and its one writer: a loop that sends frames in turn, urgent ones first, with a gap between them.</summary>
/// <remarks>
/// At most <see cref="Capacity"/> frames of each kind wait; one more is refused, for it would be late. A port that vanished is
/// opened again by the next frame. Frames that fail are never sent later. The port is read only while a reply is awaited, and what an adapter
/// hears of its own frame is taken out.
/// </remarks>
internal sealed class SerialLine : ISerialLine
{
    /// <summary>Frames that may wait: more than the heads of a full bus ask at once.</summary>
    public const int Capacity = 256;

    /// <summary>The gap between frames where nothing else is asked for: what slow receivers need between two commands.</summary>
    public static readonly TimeSpan DefaultGap = TimeSpan.FromMilliseconds(30);

    /// <summary>Characters of silence after which a receiver takes the next byte for the start of a frame.</summary>
    private const int EndOfFrameCharacters = 2;

    /// <summary>A reply that has begun is heard out for so many characters: the longest frame of Pelco.</summary>
    private const int HeardOutCharacters = 8;

    /// <summary>More than the kernel keeps unread: a port that never ends is not listened to for ever.</summary>
    private const int MostEarlierBytes = 8192;

    private readonly ITty _tty;
    private readonly TimeSpan _gap;
    private readonly TimeSpan _urgentGap;
    private readonly TimeProvider _time;
    private readonly Wake _wake;
    private readonly Lock _gate = new();
    private readonly LinkedList<Turn> _urgent = new(), _ordinary = new();
    private readonly Task _loop;
    private Turn? _listening;                                              // under the gate: who has the line and waits for a reply
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

    public TimeSpan DurationOf(int characters) => _tty.DurationOf(characters);

    public async ValueTask WriteAsync(ReadOnlyMemory<byte> frame, bool urgent, CancellationToken cancellationToken) =>
        await TakeTurnAsync(new Turn(frame, null, TimeSpan.Zero), urgent, cancellationToken);

    public ValueTask<SerialReply> ExchangeAsync(
        ReadOnlyMemory<byte> frame, bool urgent, ISerialListener listener, TimeSpan window, CancellationToken cancellationToken) =>
        TakeTurnAsync(new Turn(frame, listener, window), urgent, cancellationToken);

    public async ValueTask DisposeAsync()
    {
        lock (_gate)
        {
            if (_stopping)
                return;
            _stopping = true;
            if (_listening is not null)
                _tty.Interrupt();
        }
        _wake.Set();
        await _loop;
        _tty.Dispose();
        _wake.Dispose();
    }

    private async ValueTask<SerialReply> TakeTurnAsync(Turn turn, bool urgent, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        lock (_gate)
        {
            LinkedList<Turn> queue = urgent ? _urgent : _ordinary;
            if (_stopping)
                throw new DriverException($"{Name} is closed");
            if (queue.Count >= Capacity)
                throw new DriverException($"{Name} has {Capacity} frames waiting: another would be late");
            queue.AddLast(turn);
            if (urgent && _listening is not null)
                _tty.Interrupt();
        }
        await using CancellationTokenRegistration registration = cancellationToken.Register(() => Withdraw(turn, cancellationToken));
        _wake.Set();
        return await turn.Done.Task;
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
                    TimeSpan gap = turn.Frame.IsEmpty ? TimeSpan.Zero : _urgent.Count > 0 ? _urgentGap : _gap;
                    wait = _silentSince is { } since ? gap - _time.GetElapsedTime(since) : TimeSpan.Zero;
                    if (wait <= TimeSpan.Zero)
                    {
                        (_urgent.Count > 0 ? _urgent : _ordinary).RemoveFirst();
                        _listening = turn.Listener is null ? null : turn;
                    }
                    else
                    {
                        turn = null;                                       // not yet: a stop may still overtake it
                    }
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
            // blocks in the kernel while the bytes leave and the reply comes, so not on this loop's continuation
            (long start, SerialReply reply) = await Task.Run(() => Transmit(turn));
            // a USB adapter takes the bytes at once: the frame's time counts from its beginning
            TimeSpan duration = _tty.DurationOf(turn.Frame.Length);
            for (TimeSpan rest; (rest = duration - _time.GetElapsedTime(start)) > TimeSpan.Zero;)
                await Task.Delay(TimeSpan.FromMilliseconds(Math.Ceiling(rest.TotalMilliseconds)), _time);
            _silentSince = _time.GetTimestamp();
            if (Leave(turn))
                turn.Done.TrySetResult(reply);
        }
        catch (DriverException e)
        {
            _silentSince = _time.GetTimestamp();
            Leave(turn);
            turn.Done.TrySetException(e);
        }
    }

    /// <summary>Gives the line up. False when the turn was withdrawn in its window, and is told so.</summary>
    private bool Leave(Turn turn)
    {
        lock (_gate)
            _listening = null;
        if (turn.Withdrawn is not { } token)
            return true;
        turn.Done.TrySetCanceled(token);
        return false;
    }

    private (long Start, SerialReply Reply) Transmit(Turn turn)
    {
        if (turn.Listener is { } listener && TakeEarlier(listener) && turn.Frame.IsEmpty)
            return (_time.GetTimestamp(), SerialReply.Accepted);
        long start = _time.GetTimestamp();
        if (!turn.Frame.IsEmpty)
            _tty.Transmit(turn.Frame.Span);
        return (start, turn.Listener is null ? SerialReply.Accepted : Listen(turn, start));
    }

    private bool TakeEarlier(ISerialListener listener)
    {
        Span<byte> buffer = stackalloc byte[256];
        bool taken = false;
        int size, all = 0;
        do
        {
            size = _tty.Receive(buffer, TimeSpan.Zero);
            taken |= listener.OnEarlier(buffer[..size]);
            all += size;
        }
        while (size > 0 && all < MostEarlierBytes);
        return taken;
    }

    private SerialReply Listen(Turn turn, long start)
    {
        Span<byte> buffer = stackalloc byte[64];
        int echoed = 0;                                                    // bytes of the frame that came back; all of it when no more will
        TimeSpan end = _tty.DurationOf(turn.Frame.Length) + turn.Window;
        TimeSpan? heardOut = null;
        while (true)
        {
            TimeSpan now = _time.GetElapsedTime(start), until = end;
            bool isOvertaken;
            lock (_gate)
            {
                if (_stopping || turn.Withdrawn is not null)
                    return SerialReply.Overtaken;
                isOvertaken = _urgent.Count > 0;
            }
            if (isOvertaken && (heardOut is null || heardOut < end))
                until = heardOut ?? now;
            if (now >= until)
                return isOvertaken ? SerialReply.Overtaken : SerialReply.Silence;
            int size = _tty.Receive(buffer, until - now);
            ReadOnlySpan<byte> frame = turn.Frame.Span, bytes = buffer[..size];
            int same = bytes.CommonPrefixLength(frame[echoed..]);
            echoed += same;
            bytes = bytes[same..];
            if (bytes.IsEmpty)
                continue;
            bool isReply = echoed < frame.Length && echoed > 0 && turn.Listener!.OnReceived(frame[..echoed]);   // it began like an echo
            echoed = frame.Length;
            heardOut ??= _time.GetElapsedTime(start) + _tty.DurationOf(HeardOutCharacters);
            if (turn.Listener!.OnReceived(bytes) || isReply)
                return SerialReply.Accepted;
        }
    }

    private void Withdraw(Turn turn, CancellationToken cancellationToken)
    {
        lock (_gate)
        {
            if (_listening == turn)
            {
                turn.Withdrawn = cancellationToken;                        // the loop ends the window, then the call
                _tty.Interrupt();
                return;
            }
            if (!_ordinary.Remove(turn) && !_urgent.Remove(turn))
                return;                                                    // it is on the line: it goes out whole
        }
        turn.Done.TrySetCanceled(cancellationToken);
    }

    private sealed class Turn(ReadOnlyMemory<byte> frame, ISerialListener? listener, TimeSpan window)
    {
        public ReadOnlyMemory<byte> Frame => frame;
        public ISerialListener? Listener => listener;
        public TimeSpan Window => window;

        /// <summary>Under the line's gate: who gave the exchange up while it had the line.</summary>
        public CancellationToken? Withdrawn { get; set; }
        public TaskCompletionSource<SerialReply> Done { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);
    }
}
