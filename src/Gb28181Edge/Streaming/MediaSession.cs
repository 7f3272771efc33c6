using Gb28181Edge.Protocol.Media.Rtp;

namespace Gb28181Edge.Streaming;

/// <summary>One taker of one camera. Everything but the interface is called by the camera's send loop only.</summary>
internal abstract class MediaSession : IMediaSession
{
    private readonly TaskCompletionSource<MediaEnd> _ended = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly PortPool _ports;
    private int _startAsked;
    private long _packets;
    private long _bytes;
    private long _accessUnits;
    private long _dropped;
    private long _lost;

    protected MediaSession(SendLoop loop, MediaSessionOptions options, PortPool ports, int localPort, bool framed)
    {
        (Loop, Options, _ports, LocalPort) = (loop, options, ports, localPort);
        Packetizer = new RtpPacketizer(options.Ssrc, options.PayloadType, (ushort)Random.Shared.Next(1 << 16));
        Headers = new RtpHeaders(Packetizer, framed);
        Cursor = new PackCursor(loop.Window, loop.MaxLagTicks);
    }

    public int LocalPort { get; }

    public Task<MediaEnd> Ended => _ended.Task;

    public MediaStatistics Statistics =>
        new(Volatile.Read(ref _packets), Volatile.Read(ref _bytes), Volatile.Read(ref _accessUnits), Volatile.Read(ref _dropped));

    /// <summary>What the send loop waits for at the session's socket; null for nothing.</summary>
    public virtual (int Descriptor, short Events)? Interest => null;

    /// <summary>The oldest pack that the session still wants.</summary>
    public long Needed => IsStarted ? Cursor.Needed : long.MaxValue;

    /// <summary>The session has ended and waits for the loop to forget it.</summary>
    public bool IsOver { get; private set; }

    /// <summary>Why it has ended; means something when <see cref="IsOver"/>.</summary>
    public MediaEnd End { get; private set; }

    protected SendLoop Loop { get; }

    protected MediaSessionOptions Options { get; }

    protected RtpPacketizer Packetizer { get; }

    protected RtpHeaders Headers { get; }

    protected PackCursor Cursor { get; }

    /// <summary>The pack that is being sent, with a reference of the session's own.</summary>
    protected Pack? Current { get; private set; }

    protected bool IsStarted { get; private set; }

    public void Start()
    {
        if (Interlocked.Exchange(ref _startAsked, 1) != 0) throw new InvalidOperationException("A media session starts once.");
        Loop.Post(this, SessionCommand.Start);
    }

    public async ValueTask DisposeAsync()
    {
        Loop.Post(this, SessionCommand.Close);
        await Ended;
    }

    public void OnStart(TimeSpan now)
    {
        if (IsOver) return;
        IsStarted = true;
        Begin(now);
    }

    /// <summary>Sends what is due.</summary>
    /// <returns>When the session wants its next turn; null when only a pack or its socket gives it something to do.</returns>
    public TimeSpan? OnTurn(TimeSpan now) => IsOver || !IsStarted ? null : Turn(now);

    /// <summary>The socket is ready for what <see cref="Interest"/> asked, or has failed.</summary>
    public virtual void OnReady(short events, TimeSpan now)
    {
    }

    /// <summary>Ends the session: socket, port and memory are free when <see cref="Ended"/> completes.</summary>
    public void Close(MediaEnd end)
    {
        if (IsOver) return;
        (IsOver, End) = (true, end);
        CloseSockets();
        DropCurrent();
        Headers.Dispose();
        _ports.Release(LocalPort);
        _ended.TrySetResult(end);
    }

    protected abstract void Begin(TimeSpan now);

    protected abstract TimeSpan? Turn(TimeSpan now);

    protected abstract void CloseSockets();

    /// <summary>Takes the next pack and writes its headers.</summary>
    /// <returns>False when there is none yet.</returns>
    protected bool TakeNext()
    {
        Current = Cursor.Next();
        CountDropped();
        if (Current is null) return false;
        Current.AddReference();
        Headers.Begin(Current);
        return true;
    }

    /// <summary>The whole of the current pack is out.</summary>
    protected void FinishCurrent()
    {
        Volatile.Write(ref _accessUnits, _accessUnits + 1);
        Current!.Release();
        Current = null;
    }

    /// <summary>The rest of the current pack is lost, and with it everything up to the next random access point.</summary>
    protected void LoseCurrent()
    {
        _lost++;
        DropCurrent();
        Cursor.StartOver();
        CountDropped();
    }

    protected void CountSent(int packets, int bytes)
    {
        Volatile.Write(ref _packets, _packets + packets);
        Volatile.Write(ref _bytes, _bytes + bytes);
    }

    private void CountDropped() => Volatile.Write(ref _dropped, Cursor.Dropped + _lost);

    private void DropCurrent()
    {
        Current?.Release();
        Current = null;
    }
}
