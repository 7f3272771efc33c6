using System.Net;
using System.Net.Sockets;
using Gb28181Edge.Streaming;

namespace Gb28181Edge.Tests.Gb28181;

/// <summary>A camera with a number of ports and no picture; remembers every session.</summary>
internal sealed class FakeCameraStream(int ports = 100) : ICameraStream
{
    private readonly Lock _gate = new();
    private readonly List<FakeMediaSession> _sessions = [];
    private int _lent;

    /// <summary>Ports that are lent now.</summary>
    public int Lent => Volatile.Read(ref _lent);

    public IReadOnlyList<FakeMediaSession> Sessions
    {
        get { lock (_gate) return [.. _sessions]; }
    }

    public CameraStreamStatus Status => new(true, true, null, Lent);

    /// <summary>An address that is not this machine's to bind.</summary>
    public IPAddress? Foreign { get; init; }

    public IMediaSession Prepare(MediaSessionOptions options)
    {
        lock (_gate)
        {
            if (Foreign is not null && options.LocalAddress.Equals(Foreign)) throw new SocketException((int)SocketError.AddressNotAvailable);
            if (_lent >= ports) throw new PortsExhaustedException("every port is lent");
            Interlocked.Increment(ref _lent);
            var session = new FakeMediaSession(options, 30_000 + (2 * _sessions.Count), () => Interlocked.Decrement(ref _lent));
            _sessions.Add(session);
            return session;
        }
    }

    public void RequestKeyFrame()
    {
    }
}

/// <summary>A media session that sends nothing and ends when told.</summary>
internal sealed class FakeMediaSession(MediaSessionOptions options, int port, Action released) : IMediaSession
{
    private readonly TaskCompletionSource<MediaEnd> _ended = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private int _starts, _disposals;

    public MediaSessionOptions Options { get; } = options;

    public int LocalPort { get; } = port;

    public int Starts => Volatile.Read(ref _starts);

    public bool IsDisposed => Volatile.Read(ref _disposals) > 0;

    public Task<MediaEnd> Ended => _ended.Task;

    public MediaStatistics Statistics => default;

    public void Start()
    {
        Assert.False(IsDisposed);
        Interlocked.Increment(ref _starts);
    }

    public void End(MediaEnd why) => _ended.TrySetResult(why);

    public ValueTask DisposeAsync()
    {
        if (Interlocked.Increment(ref _disposals) == 1) released();
        _ended.TrySetResult(MediaEnd.Closed);
        return ValueTask.CompletedTask;
    }
}
