using System.Net;
using System.Net.Sockets;
using Gb28181Edge.Protocol.Media.Rtp;
using Gb28181Edge.Streaming;
using Gb28181Edge.Tests.Support;
using Microsoft.Extensions.Time.Testing;

namespace Gb28181Edge.Tests.Streaming;

public class UdpSessionTests
{
    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    [Fact] // GB/T 28181-2016 annex C.1: pack header, system header, map before the first PES of a key frame
    public async Task A_new_taker_begins_with_the_latest_key_frame_and_gets_all_since()
    {
        await using var run = new StreamRun(new CameraStreamOptions("test") { AlwaysOn = true });
        using var receiver = new RtpReceiver();
        await run.OpenedAsync();
        run.Source.Key(0);
        run.Source.Delta(1);
        run.Source.Key(2);
        run.Source.Audio(2);
        run.Source.Delta(3);

        await using IMediaSession session = run.StartUdp(receiver);
        await receiver.PacksAsync(3);
        run.Source.Delta(4);
        List<ReceivedPacket> packets = await receiver.PacksAsync(4);

        Assert.Equal([0, 0, 1, 0xBA], packets[0].Payload[..4]);
        Assert.Equal([0, 0, 1, 0xBB], packets[0].Payload[14..18]);
        ReceivedFrames frames = receiver.Frames;
        Assert.Equal([(2, true), (3, false), (4, false)], frames.Video);
        Assert.Equal(1, frames.AudioUnits);
    }

    [Theory] // widespread media servers close their list of tracks with the first map
    [InlineData(true)]
    [InlineData(false)]
    public async Task The_first_map_names_the_sound_whether_it_was_announced_or_came_before_the_first_key_frame(bool announced)
    {
        await using var run = new StreamRun(new CameraStreamOptions("test") { AlwaysOn = true });
        using var receiver = new RtpReceiver();
        await run.OpenedAsync();
        await using IMediaSession session = run.StartUdp(receiver);
        if (announced) run.Source.Current.Sink.Expect(Protocol.Media.Codec.G711A);
        else run.Source.Audio(0);
        run.Source.Key(1);

        List<ReceivedPacket> packets = await receiver.PacksAsync(1);

        Assert.True(packets[0].Payload.AsSpan().IndexOf(Convert.FromHexString("000001BC0012E0FF000000081BE0000090C00000FEDFB1D7")) > 0);
    }

    [Fact] // GB/T 28181-2016 annex E.1.1.1
    public async Task Parameter_sets_come_before_every_key_frame_although_the_source_sent_them_once()
    {
        await using var run = new StreamRun(new CameraStreamOptions("test") { AlwaysOn = true });
        using var receiver = new RtpReceiver();
        await run.OpenedAsync();
        run.Source.Key(0);
        run.Source.Write(TestFrames.BareKey(1, 900), Protocol.Media.Codec.H264, 1, true);
        await using IMediaSession session = run.StartUdp(receiver);

        List<ReceivedPacket> packets = await receiver.PacksAsync(1);

        Assert.Equal([(1, true)], receiver.Frames.Video);
        Assert.True(packets[0].Payload.AsSpan().IndexOf(new byte[] { 0, 0, 0, 1, 0x67, 0x42 }) > 0);
    }

    [Fact]
    public async Task Twenty_takers_get_the_same_bytes_each_with_its_own_ssrc_sequence_and_port()
    {
        const int Takers = 20;
        await using var run = new StreamRun();
        RtpReceiver[] receivers = [.. Enumerable.Range(0, Takers).Select(_ => new RtpReceiver())];
        IMediaSession[] sessions = [.. receivers.Select((receiver, i) => run.StartUdp(receiver, (uint)(0xF000_0000 + i)))];
        await run.OpenedAsync();
        run.Source.Key(0, 100_000);
        for (int i = 1; i < 10; i++) run.Source.Delta(i, 5000);

        for (int i = 0; i < Takers; i++)
        {
            List<ReceivedPacket> packets = await receivers[i].PacksAsync(10);
            Assert.All(packets, p => Assert.Equal((uint)(0xF000_0000 + i), p.Ssrc));
            Assert.All(packets, p => Assert.Equal(sessions[i].LocalPort, p.SourcePort));
            Assert.All(packets, p => Assert.Equal(96, p.PayloadType));
            Assert.All(packets, p => Assert.InRange(p.Bytes.Length, 13, 1400));
            Assert.All(packets.Zip(packets.Skip(1)), p => Assert.Equal((ushort)(p.First.SequenceNumber + 1), p.Second.SequenceNumber));
            Assert.All(packets.Zip(packets.Skip(1)), p => Assert.Equal(p.First.Marker, p.First.RtpTimestamp != p.Second.RtpTimestamp));
            Assert.Equal(receivers[0].Packets.Select(p => p.Payload), packets.Select(p => p.Payload));
            Assert.Equal(packets.Count, sessions[i].Statistics.Packets);
            Assert.Equal(packets.Sum(p => p.Bytes.Length), sessions[i].Statistics.Bytes);
            Assert.Equal(0, sessions[i].Statistics.AccessUnitsDropped);
        }
        Assert.Equal(Enumerable.Range(0, 10).Select(i => ((int?)i, i == 0)), receivers[0].Frames.Video);
        Assert.Equal(Takers, sessions.Select(s => s.LocalPort).Distinct().Count());
        Assert.All(sessions, s => Assert.Equal(0, s.LocalPort % 2));
        Assert.True(receivers.Select(r => r.Packets[0].SequenceNumber).Distinct().Count() > 1);
        foreach (IMediaSession session in sessions) await session.DisposeAsync();
        foreach (RtpReceiver receiver in receivers) receiver.Dispose();
    }

    [Fact]
    public async Task Packets_sent_one_by_one_are_the_same_as_those_that_the_kernel_cuts()
    {
        async Task<List<ReceivedPacket>> RunAsync(bool segmentation)
        {
            await using var run = new StreamRun(new CameraStreamOptions("test") { Segmentation = segmentation });
            using var receiver = new RtpReceiver();
            await using IMediaSession session = run.StartUdp(receiver);
            await run.OpenedAsync();
            run.Source.Key(0, 70_000);
            run.Source.Audio(0);
            run.Source.Delta(1, 1388);
            run.Source.Delta(2, 40);
            return await receiver.PacksAsync(4);
        }
        List<ReceivedPacket> cut = await RunAsync(true), single = await RunAsync(false);

        Assert.Equal(
            single.Select(p => (p.RtpTimestamp, p.Marker, Convert.ToHexString(p.Payload), (ushort)(p.SequenceNumber - single[0].SequenceNumber))),
            cut.Select(p => (p.RtpTimestamp, p.Marker, Convert.ToHexString(p.Payload), (ushort)(p.SequenceNumber - cut[0].SequenceNumber))));
    }

    [Fact]
    public async Task A_socket_that_cannot_segment_sends_packet_by_packet_and_loses_nothing()
    {
        await using var run = new StreamRun();
        using var receiver = new RtpReceiver();
        var session = (RtpUdpSender)run.Prepare(MediaTransport.Udp, receiver.EndPoint);
        // SO_NO_CHECK: without checksums Linux answers UDP_SEGMENT with an error, as it does where a device has no checksum offload
        session.RtpSocket.SetRawSocketOption(1, 11, [1, 0, 0, 0]);
        session.Start();
        await run.OpenedAsync();
        run.Source.Key(0, 50_000);
        run.Source.Delta(1, 9000);

        await receiver.PacksAsync(2);

        Assert.False(session.IsSegmented);
        Assert.Equal([(0, true), (1, false)], receiver.Frames.Video);
        await session.DisposeAsync();
    }

    [Theory] // udp_send_skb: a segment larger than the MTU is EMSGSIZE since Linux 6.14 and its stable branches, EINVAL before
    [InlineData(5, true)]
    [InlineData(22, true)]
    [InlineData(90, true)]
    [InlineData(92, true)]
    [InlineData(95, true)]
    [InlineData(101, false)]
    [InlineData(111, false)]
    public void A_path_too_narrow_for_segments_gets_single_packets_and_an_unreachable_receiver_does_not(int errno, bool isRefusal) =>
        Assert.Equal(isRefusal, RtpUdpSender.RefusesSegments(errno));

    [Fact] // a key frame larger than the socket's buffer on an uplink slower than its burst
    public async Task A_socket_without_room_is_waited_for_and_no_picture_is_lost()
    {
        using var sink = new FullSocket();
        await using var run = new StreamRun(new CameraStreamOptions("test") { Segmentation = false });
        await using var session = (RtpUdpSender)run.Prepare(MediaTransport.Udp, new IPEndPoint(IPAddress.Loopback, 9));
        sink.TakeOver(session.RtpSocket);
        session.Start();
        await run.OpenedAsync();
        run.Source.Key(0, 100_000);
        await Eventually.TrueAsync(() => session.Interest is not null, "the socket is full");
        Assert.InRange(session.Statistics.Packets, 1, 72);
        run.Source.Delta(1);

        await Eventually.TrueAsync(() => sink.Drain() == 2, "both pictures");

        Assert.Equal([(0, true), (1, false)], ReceivedFrames.Of(sink.Packets).Video);
        Assert.Equal(0, session.Statistics.AccessUnitsDropped);
    }

    [Fact]
    public async Task A_picture_that_does_not_get_out_for_two_seconds_is_given_up_and_the_session_goes_on_at_the_next_key_frame()
    {
        var clock = new FakeTimeProvider();
        using var sink = new FullSocket();
        await using var run = new StreamRun(new CameraStreamOptions("test") { Segmentation = false, AlwaysOn = true }, clock);
        await using var session = (RtpUdpSender)run.Prepare(MediaTransport.Udp, new IPEndPoint(IPAddress.Loopback, 9));
        sink.TakeOver(session.RtpSocket);
        session.Start();
        await run.OpenedAsync();
        run.Source.Key(0, 20_000);
        await Eventually.TrueAsync(() => session.Interest is not null, "the socket is full");
        run.Source.Delta(1);
        clock.Advance(TimeSpan.FromSeconds(2));
        await Eventually.TrueAsync(() => session.Statistics.AccessUnitsDropped > 0, "the picture is given up");
        Assert.Null(session.Interest);
        sink.Drain();
        sink.Packets.Clear();
        run.Source.Key(2, 3000);

        await Eventually.TrueAsync(() => sink.Drain() == 1, "the next key frame");

        Assert.Equal([(2, true)], ReceivedFrames.Of(sink.Packets).Video);
        Assert.False(session.Ended.IsCompleted);
    }

    [Fact] // GB/T 28181-2016 §4.3.6: the sender limits its peak rate
    public async Task A_large_frame_leaves_in_groups_that_wait_for_the_clock()
    {
        var clock = new FakeTimeProvider();
        await using var run = new StreamRun(time: clock);
        using var receiver = new RtpReceiver();
        await using IMediaSession session = run.StartUdp(receiver);
        await run.OpenedAsync();
        run.Source.Key(0, 100_000);
        int total = RtpPacketizer.CountPackets(100_150);
        RtpPacing pacing = RtpPacing.Live(total, TimeSpan.FromMilliseconds(40));

        for (int sent = pacing.GroupSize; sent < total; sent += pacing.GroupSize)
        {
            await Eventually.TrueAsync(() => session.Statistics.Packets >= sent, $"{sent} packets");
            Assert.Equal(sent, session.Statistics.Packets);
            clock.Advance(pacing.Gap);
        }
        await receiver.PacksAsync(1);
        Assert.InRange(pacing.GroupSize, 2, RtpPacing.LargestGroup);
        Assert.Equal([(0, true)], receiver.Frames.Video);
    }

    [Fact]
    public async Task An_unreachable_receiver_ends_the_session_after_15_seconds()
    {
        var clock = new FakeTimeProvider();
        await using var run = new StreamRun(time: clock);
        IPEndPoint nobody;
        using (var receiver = new RtpReceiver()) nobody = receiver.EndPoint;
        await using IMediaSession session = run.Start(MediaTransport.Udp, nobody);
        await run.OpenedAsync();

        int seconds = 0;
        for (; !session.Ended.IsCompleted && seconds < 60; seconds++)
        {
            long before = session.Statistics.Packets;
            run.Source.Key(seconds * 25, 100);
            await Eventually.TrueAsync(() => session.Statistics.Packets > before || session.Ended.IsCompleted, "the frame is sent");
            clock.Advance(TimeSpan.FromSeconds(1));
        }

        Assert.Equal(MediaEnd.Unreachable, await Eventually.ResultAsync(session.Ended, "the session ends"));
        Assert.InRange(seconds, 15, 18);
        await Eventually.TrueAsync(() => run.Stream.Status.Takers == 0, "the taker is forgotten");
    }

    [Fact]
    public async Task When_no_port_is_left_the_next_taker_is_refused_and_a_released_port_serves_again()
    {
        await using var run = new StreamRun(lastPort: 30003);
        using var receiver = new RtpReceiver();
        IMediaSession first = run.Prepare(MediaTransport.Udp, receiver.EndPoint);
        IMediaSession second = run.Prepare(MediaTransport.TcpPassive, receiver.EndPoint);
        Assert.Equal([30000, 30002], new[] { first.LocalPort, second.LocalPort }.Order());
        Assert.Throws<PortsExhaustedException>(() => run.Prepare(MediaTransport.Udp, receiver.EndPoint));

        await first.DisposeAsync();
        await using IMediaSession third = run.Prepare(MediaTransport.Udp, receiver.EndPoint);

        Assert.Equal(first.LocalPort, third.LocalPort);
        await second.DisposeAsync();
        Assert.Equal(MediaEnd.Closed, await second.Ended);
    }

    [Fact]
    public async Task A_port_that_another_program_has_is_passed_over()
    {
        await using var run = new StreamRun(lastPort: 30003);
        using var other = new Socket(AddressFamily.InterNetwork, SocketType.Dgram, ProtocolType.Udp);
        other.Bind(new IPEndPoint(run.Address, 30001));
        using var receiver = new RtpReceiver();

        await using IMediaSession session = run.Prepare(MediaTransport.Udp, receiver.EndPoint);

        Assert.Equal(30002, session.LocalPort);
        Assert.Equal(1, run.Ports.Free);
    }

    [Fact]
    public async Task Disposing_at_any_moment_frees_the_ports()
    {
        await using var run = new StreamRun();
        using var receiver = new RtpReceiver();
        IMediaSession prepared = run.Prepare(MediaTransport.Udp, receiver.EndPoint);
        IMediaSession started = run.StartUdp(receiver);
        await run.OpenedAsync();
        run.Source.Key(0, 200_000);
        await Eventually.TrueAsync(() => started.Statistics.Packets > 0, "the first packet");

        await prepared.DisposeAsync();
        await started.DisposeAsync();
        await started.DisposeAsync();

        foreach (int port in new[] { prepared.LocalPort, started.LocalPort })
        {
            using var socket = new Socket(AddressFamily.InterNetwork, SocketType.Dgram, ProtocolType.Udp);
            socket.Bind(new IPEndPoint(run.Address, port));
        }
        Assert.Equal(100, run.Ports.Free);
    }

    [Fact]
    public async Task Stopping_the_camera_closes_every_session()
    {
        var run = new StreamRun();
        using var receiver = new RtpReceiver();
        IMediaSession prepared = run.Prepare(MediaTransport.Udp, receiver.EndPoint);
        IMediaSession listening = run.Start(MediaTransport.TcpPassive, receiver.EndPoint);

        await run.StopAsync();

        Assert.Equal(MediaEnd.Closed, await prepared.Ended);
        Assert.Equal(MediaEnd.Closed, await listening.Ended);
        Assert.Equal(100, run.Ports.Free);
        Assert.Throws<SocketException>(() => run.Prepare(MediaTransport.Udp, receiver.EndPoint));
        Assert.Equal(100, run.Ports.Free);
    }

    [Fact]
    public async Task A_multicast_group_is_served_like_a_receiver()
    {
        await using var run = new StreamRun();
        var group = IPAddress.Parse("239.255.28.181");
        using var member = new Socket(AddressFamily.InterNetwork, SocketType.Dgram, ProtocolType.Udp);
        member.Bind(new IPEndPoint(IPAddress.Any, 0));
        member.SetSocketOption(SocketOptionLevel.IP, SocketOptionName.AddMembership, new MulticastOption(group, run.Address));
        using var unicast = new RtpReceiver();
        int port = ((IPEndPoint)member.LocalEndPoint!).Port;
        await using IMediaSession many = run.Stream.Prepare(
            new MediaSessionOptions(MediaTransport.Udp, run.Address, new IPEndPoint(group, port), 77, MulticastTtl: 3));
        many.Start();
        await using IMediaSession one = run.StartUdp(unicast);
        await run.OpenedAsync();
        run.Source.Key(0, 1000);

        byte[] buffer = new byte[2000];
        await Eventually.TrueAsync(() => member.Available > 0, "a packet for the group");
        ReceivedPacket packet = ReceivedPacket.Parse(buffer.AsSpan(0, member.Receive(buffer)));
        Assert.Equal(77u, packet.Ssrc);
        await unicast.PacksAsync(1);
        Assert.Equal(unicast.Packets[0].Payload, packet.Payload);
        var sender = (RtpUdpSender)many;
        Assert.Equal(3, sender.RtpSocket.GetSocketOption(SocketOptionLevel.IP, SocketOptionName.MulticastTimeToLive));
    }

    [Fact] // RFC 3550 §6.4.1
    public async Task A_sender_report_leaves_the_odd_port_every_5_seconds()
    {
        var clock = new FakeTimeProvider(new DateTimeOffset(2026, 11, 22, 12, 0, 0, TimeSpan.Zero));
        await using var run = new StreamRun(time: clock);
        (Socket rtp, Socket rtcp) = BindPair();
        using Socket media = rtp, reports = rtcp;
        await using IMediaSession session = run.Start(MediaTransport.Udp, (IPEndPoint)rtp.LocalEndPoint!, 0x1122_3344);
        await run.OpenedAsync();
        run.Source.Key(0, 2000);
        await Eventually.TrueAsync(() => session.Statistics.Packets == 2, "the key frame is sent");

        clock.Advance(TimeSpan.FromSeconds(5));

        await Eventually.TrueAsync(() => reports.Available > 0, "a report");
        byte[] report = new byte[100];
        EndPoint from = new IPEndPoint(IPAddress.Any, 0);
        ReadOnlySpan<byte> compound = report.AsSpan(0, reports.ReceiveFrom(report, ref from));
        Assert.Equal(session.LocalPort + 1, ((IPEndPoint)from).Port);
        Assert.True(RtcpPacket.TryParse(ref compound, out RtcpPacket first));
        Assert.Equal(0x1122_3344u, first.Ssrc);
        Assert.True(first.TrySenderInfo(out RtcpSenderInfo info));
        Assert.Equal(2u, info.PacketCount);
        Assert.Equal((uint)(session.Statistics.Bytes - 24), info.OctetCount);
        Assert.Equal(Rtcp.NtpTime(clock.GetUtcNow()), info.NtpTime);
        byte[] packet = new byte[2000];
        Assert.Equal(ReceivedPacket.Parse(packet.AsSpan(0, media.Receive(packet))).RtpTimestamp + 450_000, info.RtpTimestamp);
        Assert.True(RtcpPacket.TryParse(ref compound, out RtcpPacket second));
        Assert.Equal(RtcpType.SourceDescription, second.Type);
        Assert.True(compound.IsEmpty);
    }

    private static (Socket Rtp, Socket Rtcp) BindPair()
    {
        while (true)
        {
            Cancelled.ThrowIfCancellationRequested();
            var rtp = new Socket(AddressFamily.InterNetwork, SocketType.Dgram, ProtocolType.Udp);
            rtp.Bind(new IPEndPoint(IPAddress.Loopback, 0));
            var rtcp = new Socket(AddressFamily.InterNetwork, SocketType.Dgram, ProtocolType.Udp);
            try
            {
                rtcp.Bind(new IPEndPoint(IPAddress.Loopback, ((IPEndPoint)rtp.LocalEndPoint!).Port + 1));
                return (rtp, rtcp);
            }
            catch (SocketException)
            {
                rtp.Dispose();
                rtcp.Dispose();
            }
        }
    }
}
