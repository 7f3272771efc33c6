using System.Buffers.Binary;
using System.Net;
using System.Net.Sockets;
using Gb28181Edge.Protocol.Media;
using Gb28181Edge.Protocol.Media.Rtp;
using Gb28181Edge.Protocol.Rtsp;
using Microsoft.Extensions.Logging;

namespace Gb28181Edge.Cameras;

/// <summary>One connection to an RTSP camera, from OPTIONS to the end: drives the session and the tracks.</summary>
/// <remarks>
/// The control loop owns session and connection. Over TCP it feeds the tracks as well; over UDP each RTP port has a loop of its own, and
/// a lock makes them one writer. In steady state nothing is allocated for a packet.
/// </remarks>
internal sealed class RtspPlay(
    RtspSession session, Socket connection, RtspUdpPorts[] ports, IAccessUnitSink sink, TimeProvider time,
    RtspLowerTransport transport, string description, ILogger log) : IDisposable
{
    /// <summary>After PLAY, how long until the first video packet.</summary>
    public static readonly TimeSpan FirstPacketTime = TimeSpan.FromSeconds(8);

    /// <summary>After PLAY, how long until the first key frame: some cameras send one only every 20 s.</summary>
    public static readonly TimeSpan KeyFrameTime = TimeSpan.FromSeconds(30);

    /// <summary>Receiver reports keep the session with servers that count them. RFC 3550 §6.2.</summary>
    private static readonly TimeSpan ReportInterval = TimeSpan.FromSeconds(5);

    /// <summary>How long saying goodbye may take.</summary>
    private static readonly TimeSpan FarewellTime = TimeSpan.FromMilliseconds(300);

    private readonly RtspFramer _framer = new();
    private readonly List<RtspEffect> _effects = [];
    private readonly List<RtspTrackReceiver> _receivers = [];
    private readonly List<Task> _loops = [];
    private readonly Lock _gate = new();
    private readonly byte[] _report = new byte[4 + Rtcp.EmptyReceiverReportSize];
    private readonly long _began = time.GetTimestamp();
    private readonly uint _ssrc = (uint)Random.Shared.NextInt64(1L << 32);
    private TimeSpan? _firstPacketDue, _keyFrameDue, _reportDue;
    private RtspUrl? _next;
    private bool _isSetUp;

    private TimeSpan Now => time.GetElapsedTime(_began);

    /// <returns>Where to connect to instead.</returns>
    /// <exception cref="CameraException">It came to nothing, or broke.</exception>
    public async Task<RtspUrl?> RunAsync(CancellationToken stop)
    {
        using var end = CancellationTokenSource.CreateLinkedTokenSource(stop);
        try
        {
            session.Start(Now, _effects);
            await ControlAsync(end, stop);
            return _next;
        }
        finally
        {
            await end.CancelAsync();
            foreach (Task loop in _loops) await loop.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            ReportLoss();
            await SayGoodbyeAsync();
        }
    }

    private async Task ControlAsync(CancellationTokenSource end, CancellationToken stop)
    {
        using var wakeUp = new WakeUp(time, end.Token);
        while (true)
        {
            await ApplyAsync(end, stop);
            if (_next is not null) return;
            TimeSpan now = Now;
            TimeSpan? deadline = NextDeadline();
            if (deadline <= now)
            {
                await OnTimerAsync(now, stop);
                continue;
            }
            try
            {
                int received = await connection.ReceiveAsync(_framer.Free, SocketFlags.None, wakeUp.At(deadline, now));
                if (received == 0) throw new CameraException("the camera closed the connection");
                _framer.Advance(received);
            }
            catch (OperationCanceledException) when (!end.IsCancellationRequested)
            {
                continue;                                                        // a deadline
            }
            catch (OperationCanceledException) when (!stop.IsCancellationRequested)
            {
                await Task.WhenAll(_loops);                                      // one of them broke: it says why
            }
            ReadFrames(Now);
            if (_framer.Fault != RtspFault.None) throw new CameraException("the camera sent something that is not RTSP");
        }
    }

    private void ReadFrames(TimeSpan now)
    {
        while (_next is null && _framer.TryRead(out RtspFrame frame))
        {
            if (frame.Message is { } message)
            {
                session.OnMessage(message, now, _effects);
                if (_effects.Count > 0) SetUpEarly();
                continue;
            }
            for (int i = 0; i < _receivers.Count && transport == RtspLowerTransport.Tcp; i++)
            {
                if (session.Tracks[i].RtpChannel == frame.Channel) _receivers[i].OnPacket(frame.Payload, now);
            }
        }
    }

    // media may stand right behind an answer: the tracks are there before the next frame is read
    private void SetUpEarly()
    {
        if (_isSetUp || !_effects.Exists(effect => effect.Kind == RtspEffectKind.SetUp)) return;
        _isSetUp = true;
        foreach (RtspTrack track in session.Tracks)
        {
            _receivers.Add(new RtspTrackReceiver(track, sink));
            sink.Expect(track.Media.Codec!.Value);
        }
    }

    private TimeSpan? NextDeadline()
    {
        TimeSpan? earliest = session.NextDeadline;
        foreach (TimeSpan? due in (ReadOnlySpan<TimeSpan?>)[_firstPacketDue, _keyFrameDue, _reportDue])
        {
            if (due is not null && (earliest is null || due < earliest)) earliest = due;
        }
        return earliest;
    }

    private async Task OnTimerAsync(TimeSpan now, CancellationToken stop)
    {
        if (session.NextDeadline <= now) session.OnTimer(now, _effects);
        if (_firstPacketDue <= now)
        {
            _firstPacketDue = null;
            if (!Video.HasPackets)
            {
                string hint = transport == RtspLowerTransport.Udp ? " over UDP: a firewall may be in its way, or set Transport to tcp" : "";
                throw new CameraException($"the camera plays, but no video came within {FirstPacketTime.TotalSeconds:0} s{hint}");
            }
        }
        if (_keyFrameDue <= now)
        {
            _keyFrameDue = null;
            if (!Video.HasRandomAccess) throw new CameraException($"no key frame came within {KeyFrameTime.TotalSeconds:0} s");
        }
        if (_reportDue <= now)
        {
            _reportDue = now + ReportInterval;
            await SendReportsAsync(stop);
        }
    }

    private RtspTrackReceiver Video => _receivers[0];

    private async Task ApplyAsync(CancellationTokenSource end, CancellationToken stop)
    {
        for (int i = 0; i < _effects.Count; i++)
        {
            RtspEffect effect = _effects[i];
            switch (effect.Kind)
            {
                case RtspEffectKind.Send:
                    await connection.SendAsync(effect.Bytes, stop);
                    break;
                case RtspEffectKind.SetUp when transport == RtspLowerTransport.Udp:
                    StartUdp(end);
                    break;
                case RtspEffectKind.Playing:
                    _firstPacketDue = Now + FirstPacketTime;
                    _keyFrameDue = Now + KeyFrameTime;
                    _reportDue = Now + ReportInterval;
                    string audio = session.Tracks.Count > 1 ? session.Tracks[1].Media.FormatName : "no sound";
                    log.RtspPlays(description, session.Tracks[0].Media.FormatName, audio, transport == RtspLowerTransport.Tcp ? "TCP" : "UDP");
                    break;
                case RtspEffectKind.Reconnect:
                    _next = effect.Target;
                    break;
                case RtspEffectKind.Failed:
                    throw new CameraException(Words(effect));
            }
        }
        _effects.Clear();
    }

    private string Words(RtspEffect failed)
    {
        string detail = failed.Text.Length > 0 ? $" ({failed.Text})" : "";
        (string asked, string other) = transport == RtspLowerTransport.Tcp ? ("TCP", "udp") : ("UDP", "tcp");
        return failed.Failure switch
        {
            RtspFailure.Unauthorized => $"the camera refused user name or password{detail}",
            RtspFailure.NotFound => $"the camera has no such stream{detail}",
            RtspFailure.NoVideo => "there is no video in the camera's description",
            RtspFailure.UnsupportedVideo => $"the camera's video is {failed.Text}: only H.264 and H.265 are supported",
            RtspFailure.UnsupportedTransport => $"the camera does not send over {asked}{detail}: set Transport to {other}",
            RtspFailure.Redirect => $"the camera sends us elsewhere {(failed.Text.Length > 0 ? failed.Text : "without a usable RTSP address")}",
            RtspFailure.NoAnswer => $"the camera did not answer {failed.Text} within {RtspSession.AnswerTime.TotalSeconds:0} s",
            RtspFailure.SessionLost => $"the camera ended the session{detail}",
            _ => $"the camera refused: {failed.Text}",
        };
    }

    private void StartUdp(CancellationTokenSource end)
    {
        IPAddress peer = ((IPEndPoint)connection.RemoteEndPoint!).Address;
        for (int i = 0; i < session.Tracks.Count; i++)
        {
            // a source that the camera names counts only as an address: names are not looked up for it
            IPAddress source = IPAddress.TryParse(session.Tracks[i].Source, out IPAddress? named) && named.AddressFamily == peer.AddressFamily ? named : peer;
            OpenPath(session.Tracks[i], ports[i], source);
            _loops.Add(ReceiveRtpAsync(ports[i].Rtp, _receivers[i], source, end));
            _loops.Add(DrainAsync(ports[i].Rtcp, end));
        }
    }

    /// <summary>One datagram each way out, so that a firewall between lets the camera's in. Without content: RFC 6263 §4.1.</summary>
    private static void OpenPath(RtspTrack track, RtspUdpPorts pair, IPAddress source)
    {
        if (track.ServerRtpPort is { } rtp) TrySend(pair.Rtp, [], new IPEndPoint(source, rtp));
        if (track.ServerRtcpPort is { } rtcp) TrySend(pair.Rtcp, [], new IPEndPoint(source, rtcp));
    }

    private static void TrySend(Socket socket, ReadOnlySpan<byte> bytes, IPEndPoint to)
    {
        try
        {
            socket.SendTo(bytes, SocketFlags.None, to);
        }
        catch (SocketException e) when (e.SocketErrorCode is not SocketError.Fault)
        {
            // RTCP is for nothing but keeping the session: what matters is that media comes, and that is watched
        }
    }

    private async Task ReceiveRtpAsync(Socket socket, RtspTrackReceiver receiver, IPAddress source, CancellationTokenSource end)
    {
        try
        {
            byte[] expected = source.GetAddressBytes();
            var from = new SocketAddress(source.AddressFamily);
            int addressAt = source.AddressFamily == AddressFamily.InterNetwork ? 4 : 8;           // sockaddr_in, sockaddr_in6
            byte[] datagram = GC.AllocateUninitializedArray<byte>(ushort.MaxValue);
            while (true)
            {
                int length = await socket.ReceiveFromAsync(datagram, SocketFlags.None, from, end.Token);
                if (!from.Buffer.Span.Slice(addressAt, expected.Length).SequenceEqual(expected)) continue;     // not from the camera
                lock (_gate) receiver.OnDatagram(datagram.AsSpan(0, length), Now);
            }
        }
        catch (SocketException)
        {
            await end.CancelAsync();
            throw;
        }
    }

    private static async Task DrainAsync(Socket socket, CancellationTokenSource end)
    {
        byte[] datagram = new byte[2048];
        try
        {
            while (true) await socket.ReceiveAsync(datagram, SocketFlags.None, end.Token);
        }
        catch (SocketException)
        {
            await end.CancelAsync();
            throw;
        }
    }

    private async Task SendReportsAsync(CancellationToken stop)
    {
        int size = Rtcp.WriteReceiverReport(_report.AsSpan(4), _ssrc, null);
        for (int i = 0; i < session.Tracks.Count; i++)
        {
            RtspTrack track = session.Tracks[i];
            if (transport == RtspLowerTransport.Tcp)
            {
                (_report[0], _report[1]) = ((byte)'$', track.RtcpChannel);
                BinaryPrimitives.WriteUInt16BigEndian(_report.AsSpan(2), (ushort)size);
                await connection.SendAsync(_report.AsMemory(0, 4 + size), stop);
            }
            else if (track.ServerRtcpPort is { } port)
            {
                TrySend(ports[i].Rtcp, _report.AsSpan(4, size), new IPEndPoint(((IPEndPoint)connection.RemoteEndPoint!).Address, port));
            }
        }
    }

    private void ReportLoss()
    {
        long lost = 0, dropped = 0, malformed = 0;
        foreach (RtspTrackReceiver receiver in _receivers)
        {
            lost += receiver.PacketsLost;
            dropped += receiver.UnitsDropped;
            malformed += receiver.Malformed;
        }
        if (lost + dropped + malformed > 0) log.RtspLoss(description, lost, dropped, malformed);
    }

    private async Task SayGoodbyeAsync()
    {
        _effects.Clear();
        session.Stop(Now, _effects);
        using var late = new CancellationTokenSource(FarewellTime, time);
        foreach (RtspEffect effect in _effects)
        {
            if (effect.Kind != RtspEffectKind.Send) continue;
            try
            {
                await connection.SendAsync(effect.Bytes, late.Token);
            }
            catch (Exception e) when (e is SocketException or OperationCanceledException)
            {
                return;                                                          // it is gone already, and knows no session
            }
        }
    }

    public void Dispose()
    {
        foreach (RtspTrackReceiver receiver in _receivers) receiver.Dispose();
    }
}
