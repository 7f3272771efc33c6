using Gb28181Edge.Cameras;
using Gb28181Edge.Protocol.Media;
using Microsoft.Extensions.Logging;

namespace Gb28181Edge.Streaming;

/// <summary>One camera's stream: its source supervised, its pictures muxed once, any number of takers served by one send loop.</summary>
internal sealed class CameraStream : ICameraStream, IAccessUnitSink
{
    private readonly ICameraSource _source;
    private readonly PortPool _ports;
    private readonly SendLoop _loop;
    private readonly SourceSupervisor _supervisor;
    private bool _hasVideo;

    /// <param name="options">How to stream.</param>
    /// <param name="source">The camera; run by this stream alone.</param>
    /// <param name="ports">The device's media ports, shared by all of its cameras.</param>
    /// <param name="time">The clock.</param>
    /// <param name="log">Where failures of the source go.</param>
    public CameraStream(CameraStreamOptions options, ICameraSource source, PortPool ports, TimeProvider time, ILogger log)
    {
        (_source, _ports) = (source, ports);
        _loop = new SendLoop(options, time, log);
        _supervisor = new SourceSupervisor(source, this, options, () => _loop.SessionCount, OnSourceRestarts, time, log);
        _loop.SessionsChanged = _supervisor.NoteTakers;
    }

    public AccessUnitPool Pool { get; } = new();

    public CameraStreamStatus Status =>
        new(_supervisor.IsWanted, _supervisor.IsDelivering, _supervisor.Fault, _loop.SessionCount);

    /// <summary>How long ago the send loop last went round; at most some seconds while it lives. For the watchdog.</summary>
    public TimeSpan SinceLastTurn => _loop.SinceLastTurn;

    /// <summary>Runs the stream until <paramref name="stop"/>; then every session is closed and the source has stopped. Once.</summary>
    public async Task RunAsync(CancellationToken stop)
    {
        _loop.Start();
        try
        {
            await _supervisor.RunAsync(stop);
        }
        finally
        {
            await _loop.StopAsync();
        }
    }

    public IMediaSession Prepare(MediaSessionOptions options)
    {
        MediaSession session = options.Transport == MediaTransport.Udp
            ? RtpUdpSender.Open(_loop, options, _ports)
            : RtpTcpSender.Open(_loop, options, _ports);
        try
        {
            _loop.Attach(session);
        }
        catch
        {
            session.Close(MediaEnd.Closed);
            throw;
        }
        _supervisor.NoteTakers();
        return session;
    }

    public void RequestKeyFrame() => (_source as IKeyFrameSource)?.RequestKeyFrame();

    public void Expect(Codec codec)
    {
        if (!codec.IsVideo()) _loop.ExpectAudio(codec);
    }

    public void Write(AccessUnit unit)
    {
        bool isVideo = unit.Codec.IsVideo();
        if (isVideo) _hasVideo = true;
        // sound alone is no sign of life of a camera that has had pictures
        if (isVideo || !_hasVideo) _supervisor.NoteFrame();
        if (_loop.Units.Write(unit)) _loop.Wake();
    }

    private void OnSourceRestarts()
    {
        _hasVideo = false;
        _loop.Units.Restart();
        _loop.Wake();
    }
}
