using System.Net;
using Gb28181Edge.Streaming;
using Gb28181Edge.Tests.Support;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;

namespace Gb28181Edge.Tests.Streaming;

/// <summary>A camera's stream with a scripted source, on a loopback address of its own so that its ports are nobody else's.</summary>
internal sealed class StreamRun : IAsyncDisposable
{
    private static int _lastAddress = Random.Shared.Next(1 << 14);

    private readonly CancellationTokenSource _stop = new();
    private readonly Task _running;

    public StreamRun(CameraStreamOptions? options = null, TimeProvider? time = null, int lastPort = 30199, FakeCameraSource? source = null, ILogger? log = null)
    {
        int number = Interlocked.Increment(ref _lastAddress);
        Address = new IPAddress([127, (byte)(1 + Environment.ProcessId % 200), (byte)(number >> 8), (byte)(1 + number % 250)]);
        Ports = new PortPool(30000, lastPort);
        Source = source ?? new FakeCameraSource();
        Stream = new CameraStream(options ?? new CameraStreamOptions("test"), Source, Ports, time ?? TimeProvider.System, log ?? NullLogger.Instance);
        _running = Stream.RunAsync(_stop.Token);
    }

    public IPAddress Address { get; }

    public PortPool Ports { get; }

    public FakeCameraSource Source { get; }

    public CameraStream Stream { get; }

    public Task OpenedAsync(int times = 1) =>
        Eventually.TrueAsync(() => Source.Opened >= times && (Source.FailsWith is not null || Source.IsOpen), $"the source is opened {times} times");

    public IMediaSession Prepare(MediaTransport transport, IPEndPoint remote, uint ssrc = 0x0BEB_C201) =>
        Stream.Prepare(new MediaSessionOptions(transport, Address, remote, ssrc));

    public IMediaSession Start(MediaTransport transport, IPEndPoint remote, uint ssrc = 0x0BEB_C201)
    {
        IMediaSession session = Prepare(transport, remote, ssrc);
        session.Start();
        return session;
    }

    public IMediaSession StartUdp(RtpReceiver receiver, uint ssrc = 0x0BEB_C201) => Start(MediaTransport.Udp, receiver.EndPoint, ssrc);

    public async Task StopAsync()
    {
        await _stop.CancelAsync();
        await Eventually.TrueAsync(() => _running.IsCompleted, "the stream stops");
        await _running;
    }

    public async ValueTask DisposeAsync()
    {
        await StopAsync();
        _stop.Dispose();
    }
}
