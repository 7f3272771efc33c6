using System.Collections.Concurrent;
using System.Diagnostics.CodeAnalysis;
using System.Net.Sockets;
using Gb28181Edge.Protocol.Media;
using Gb28181Edge.Protocol.Media.ProgramStream;
using Microsoft.Extensions.Logging;

namespace Gb28181Edge.Streaming;

/// <summary>What a session asks of its send loop.</summary>
internal enum SessionCommand
{
    Attach,
    Start,
    Close,
}

/// <summary>
/// The one thread that serves all takers of a camera: muxes each unit once and sends it to every session as its socket and its
/// pacing allow. It owns the packs, the window and the sessions; others reach it through <see cref="Units"/> and <see cref="Post"/>.
/// </summary>
[SuppressMessage("Design", "CA1001", Justification = "the thread frees what it owns when it ends")]
internal sealed class SendLoop
{
    /// <summary>Sound alone for so long, and the camera counts as one without pictures.</summary>
    private const long AudioAloneTicks = 3 * MediaTime.ClockRate;

    /// <summary>The loop shows that it lives at least so often.</summary>
    private static readonly TimeSpan LongestWait = TimeSpan.FromSeconds(5);

    private const int NoAudio = -1;

    private const int StackSize = 256 << 10;

    private readonly CameraStreamOptions _options;
    private readonly ILogger _log;
    private readonly long _startedAt;
    private readonly Lock _gate = new();
    // bounded by the sessions: three commands each
    private readonly ConcurrentQueue<(MediaSession Session, SessionCommand Command)> _commands = new();
    private readonly List<MediaSession> _sessions = [];
    private readonly TaskCompletionSource _stopped = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly PsMuxer _muxer = new();
    private readonly PackPool _packs = new();
    private readonly ITimer? _wakeTimer;
    private Libc.PollDescriptor[] _polled = new Libc.PollDescriptor[8];
    private MediaSession?[] _polledSessions = new MediaSession?[8];
    private int _event = -1;
    private int _signalled;
    private bool _closing;
    private int _sessionCount;
    private long _lastTurn;
    private bool _needsRandomAccess = true;
    private int _expectedAudio = NoAudio;
    private long? _audioAloneSince;
    private bool _hasVideo;
    private long _reportedDrops;
    private TimeSpan _nextDropReport;

    public SendLoop(CameraStreamOptions options, TimeProvider time, ILogger log)
    {
        (_options, Time, _log, _startedAt) = (options, time, log, time.GetTimestamp());
        Window = new PackWindow(options.KeptBytes, options.KeptTime);
        MaxLagTicks = MediaTime.FromTimeSpan(options.MaxLag).Ticks;
        Segmentation = options.Segmentation;
        // only the system's clock runs with the kernel's: another one wakes the loop itself
        if (time != TimeProvider.System)
            _wakeTimer = time.CreateTimer(static loop => ((SendLoop)loop!).Wake(), this, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
    }

    public TimeProvider Time { get; }

    public bool Segmentation { get; }

    public PackWindow Window { get; }

    public long MaxLagTicks { get; }

    public PacketVectors Vectors { get; } = new();

    /// <summary>Where the source's units wait.</summary>
    public UnitQueue Units { get; } = new();

    /// <summary>Sessions that have not ended.</summary>
    public int SessionCount => Volatile.Read(ref _sessionCount);

    /// <summary>How long ago the loop last went round; at most some seconds while it lives.</summary>
    public TimeSpan SinceLastTurn => Time.GetElapsedTime(Volatile.Read(ref _lastTurn));

    /// <summary>Called on the loop's thread whenever the number of sessions has changed. Set before <see cref="Start"/>.</summary>
    public Action? SessionsChanged { get; set; }

    private TimeSpan Now => Time.GetElapsedTime(_startedAt);

    public void Start()
    {
        _event = Libc.CreateEvent();
        Volatile.Write(ref _lastTurn, Time.GetTimestamp());
        new Thread(Run, StackSize) { Name = $"stream {_options.Name}", IsBackground = true }.Start();
    }

    /// <summary>Ends every session and the thread.</summary>
    public Task StopAsync()
    {
        lock (_gate)
        {
            if (!_closing) (_closing, _signalled) = (true, 1);
            if (_event >= 0) Libc.SignalEvent(_event);
        }
        return _stopped.Task;
    }

    /// <summary>Makes a session the loop's.</summary>
    /// <exception cref="SocketException">The stream has been stopped.</exception>
    public void Attach(MediaSession session)
    {
        lock (_gate)
        {
            if (_closing || _event < 0) throw new SocketException((int)SocketError.Shutdown);
            Interlocked.Increment(ref _sessionCount);
            _commands.Enqueue((session, SessionCommand.Attach));
        }
        Wake();
    }

    public void Post(MediaSession session, SessionCommand command)
    {
        _commands.Enqueue((session, command));
        Wake();
    }

    /// <summary>There is something to look at. Any thread.</summary>
    public void Wake()
    {
        if (Interlocked.Exchange(ref _signalled, 1) != 0) return;
        lock (_gate)
        {
            if (_event >= 0) Libc.SignalEvent(_event);
        }
    }

    public void NoteUnsegmented(int port, int errno) => _log.Unsegmented(_options.Name, port, errno);

    /// <summary>The source will have sound: the first map names it. Any thread.</summary>
    public void ExpectAudio(Codec codec) => Volatile.Write(ref _expectedAudio, (int)codec);

    private void Run()
    {
        while (!Volatile.Read(ref _closing))
        {
            TimeSpan now = Now;
            Volatile.Write(ref _lastTurn, Time.GetTimestamp());
            TakeCommands(now);
            TakeUnits(now);
            TimeSpan? deadline = SendDue(now);
            if (RemoveEnded()) SessionsChanged?.Invoke();
            Wait(deadline);
        }
        Finish();
    }

    private void TakeCommands(TimeSpan now)
    {
        while (_commands.TryDequeue(out (MediaSession Session, SessionCommand Command) next))
        {
            switch (next.Command)
            {
                case SessionCommand.Attach:
                    _sessions.Add(next.Session);
                    break;
                case SessionCommand.Start:
                    next.Session.OnStart(now);
                    break;
                case SessionCommand.Close:
                    next.Session.Close(MediaEnd.Closed);
                    break;
            }
        }
    }

    private void TakeUnits(TimeSpan now)
    {
        while (true)
        {
            AccessUnit? unit = Units.Read(out bool restarted);
            if (restarted) BeginAnew();
            if (unit is null) break;
            Mux(unit);
            unit.Dispose();
        }
        if (Units.Dropped == _reportedDrops || now < _nextDropReport) return;
        _log.FramesDropped(_options.Name, Units.Dropped - _reportedDrops);
        (_reportedDrops, _nextDropReport) = (Units.Dropped, now + LongestWait);
    }

    private void BeginAnew()
    {
        (_needsRandomAccess, _audioAloneSince, _hasVideo) = (true, null, false);
        _muxer.Restart();
        Window.ForgetRandomAccess();
        Window.Trim(Needed());
    }

    /// <summary>Muxes a unit once for all takers. Before the first random access point there is nothing that a taker could use.</summary>
    private void Mux(AccessUnit unit)
    {
        bool isVideo = unit.Codec.IsVideo();
        if (isVideo)
        {
            if (!_hasVideo) BeginPictures();
        }
        else if (_needsRandomAccess && !IsAudioAlone(unit))
        {
            _muxer.Expect(unit.Codec);
            return;
        }
        if (Interlocked.Exchange(ref _expectedAudio, NoAudio) is not NoAudio and int audio) _muxer.Expect((Codec)audio);

        PsPack layout = _muxer.Prepare(unit);
        // parameter sets alone are kept by the muxer and sent before the next random access point
        if (layout.Size == 0) return;
        if (isVideo && _needsRandomAccess && !layout.IsRandomAccess) return;
        if (layout.Size > PackPool.LargestPack)
        {
            _needsRandomAccess = true;
            return;
        }
        _needsRandomAccess = false;
        Pack pack = _packs.Rent(layout.Size);
        pack.SetLength(layout.Size);
        (pack.RtpTimestamp, pack.Dts, pack.IsRandomAccess, pack.IsVideo) =
            (layout.RtpTimestamp, layout.Dts.Ticks, layout.IsRandomAccess, layout.IsVideo);
        _muxer.Write(unit, layout, pack.Writable);
        Window.Add(pack);
        Window.Trim(Needed());
    }

    /// <summary>The first picture of a run: where sound was served alone, takers wait for a key frame from here on.</summary>
    private void BeginPictures()
    {
        (_hasVideo, _needsRandomAccess) = (true, true);
        Window.ForgetRandomAccess();
    }

    private bool IsAudioAlone(AccessUnit unit)
    {
        if (_hasVideo) return false;
        _audioAloneSince ??= unit.Dts.Ticks;
        return unit.Dts.Ticks - _audioAloneSince >= AudioAloneTicks;
    }

    private long Needed()
    {
        long needed = long.MaxValue;
        foreach (MediaSession session in _sessions) needed = Math.Min(needed, session.Needed);
        return needed;
    }

    private TimeSpan? SendDue(TimeSpan now)
    {
        TimeSpan? deadline = null;
        foreach (MediaSession session in _sessions)
        {
            if (session.OnTurn(now) is { } turn && (deadline is null || turn < deadline)) deadline = turn;
        }
        return deadline;
    }

    private bool RemoveEnded()
    {
        bool changed = false;
        for (int i = _sessions.Count - 1; i >= 0; i--)
        {
            MediaSession session = _sessions[i];
            if (!session.IsOver) continue;
            _sessions.RemoveAt(i);
            Interlocked.Decrement(ref _sessionCount);
            changed = true;
            _log.SessionOver(_options.Name, session.LocalPort, session.End, session.Statistics.Packets, session.Statistics.AccessUnitsDropped);
        }
        return changed;
    }

    private void Wait(TimeSpan? deadline)
    {
        int count = 1;
        EnsurePollRoom();
        _polled[0] = new Libc.PollDescriptor { Descriptor = _event, Events = Libc.PollIn };
        foreach (MediaSession session in _sessions)
        {
            if (session.Interest is not { } interest) continue;
            _polled[count] = new Libc.PollDescriptor { Descriptor = interest.Descriptor, Events = interest.Events };
            _polledSessions[count++] = session;
        }
        Span<Libc.PollDescriptor> polled = _polled.AsSpan(0, count);
        Libc.Poll(polled, PollTime(deadline));
        TimeSpan now = Now;
        if (polled[0].Returned != 0)
        {
            Libc.ClearEvent(_event);
            Volatile.Write(ref _signalled, 0);
        }
        for (int i = 1; i < count; i++)
        {
            if (polled[i].Returned != 0) _polledSessions[i]!.OnReady(polled[i].Returned, now);
            _polledSessions[i] = null;
        }
    }

    private TimeSpan PollTime(TimeSpan? deadline)
    {
        if (deadline is not { } due) return LongestWait;
        TimeSpan left = due - Now;
        if (left <= TimeSpan.Zero) return TimeSpan.Zero;
        if (_wakeTimer is null) return left < LongestWait ? left : LongestWait;
        _wakeTimer.Change(left, Timeout.InfiniteTimeSpan);
        return LongestWait;
    }

    private void EnsurePollRoom()
    {
        if (_polled.Length > _sessions.Count) return;
        int room = (_sessions.Count + 1) * 2;
        (_polled, _polledSessions) = (new Libc.PollDescriptor[room], new MediaSession?[room]);
    }

    private void Finish()
    {
        lock (_gate)
        {
            Libc.CloseEvent(_event);
            _event = -1;
        }
        _wakeTimer?.Dispose();
        Units.Close();
        TakeCommands(Now);
        foreach (MediaSession session in _sessions) session.Close(MediaEnd.Closed);
        RemoveEnded();
        Window.Dispose();
        _packs.Dispose();
        Vectors.Dispose();
        _stopped.TrySetResult();
    }
}
