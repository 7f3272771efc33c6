using System.Net;
using System.Net.Sockets;
using Gb28181Edge.Streaming;
using Gb28181Edge.Tests.Support;
using Microsoft.Extensions.Time.Testing;

namespace Gb28181Edge.Tests.Streaming;

public class TcpSessionTests
{
    [Fact] // GB/T 28181-2016 annex L, RFC 4571
    public async Task Active_connects_from_its_announced_port_and_frames_every_packet()
    {
        await using var run = new StreamRun();
        using Socket listener = Listen();
        IMediaSession session = run.Prepare(MediaTransport.TcpActive, (IPEndPoint)listener.LocalEndPoint!);
        Assert.False(listener.Poll(0, SelectMode.SelectRead));
        session.Start();
        using var peer = new TcpPeer(await AcceptAsync(listener));
        await run.OpenedAsync();
        run.Source.Key(0, 120_000);
        run.Source.Audio(0);
        run.Source.Delta(1);

        await peer.PacksAsync(3);

        Assert.Equal(session.LocalPort, ((IPEndPoint)peer.Socket.RemoteEndPoint!).Port);
        Assert.Equal([(0, true), (1, false)], peer.Frames.Video);
        Assert.Equal(1, peer.Frames.AudioUnits);
        Assert.All(peer.Packets, p => Assert.InRange(p.Bytes.Length, 13, 1400));
        Assert.Equal(peer.Packets.Count, session.Statistics.Packets);
        Assert.Equal(peer.Packets.Sum(p => p.Bytes.Length), session.Statistics.Bytes);
        Assert.Equal(3, session.Statistics.AccessUnits);
        await session.DisposeAsync();
    }

    [Theory] // a peer behind a broken path neither closes nor acknowledges
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_peer_that_acknowledges_nothing_for_30_seconds_is_given_up_by_the_kernel(bool active)
    {
        MediaTransport transport = active ? MediaTransport.TcpActive : MediaTransport.TcpPassive;
        await using var run = new StreamRun();
        using Socket listener = Listen();
        using var client = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        await using var session = (RtpTcpSender)run.Start(transport, (IPEndPoint)listener.LocalEndPoint!);
        if (!active) await client.ConnectAsync(run.Address, session.LocalPort, TestContext.Current.CancellationToken);
        using var peer = new TcpPeer(active ? await AcceptAsync(listener) : client);
        await run.OpenedAsync();
        run.Source.Key(0);
        await peer.PacksAsync(1);

        byte[] milliseconds = new byte[4];
        session.TcpSocket!.GetRawSocketOption(6, 18, milliseconds);          // TCP_USER_TIMEOUT
        Assert.Equal(30_000, BitConverter.ToInt32(milliseconds));
    }

    [Fact] // GB/T 28181-2022 annex D: at least 1 s between tries, at least 3 more
    public async Task Active_tries_again_each_second_and_then_says_so()
    {
        var clock = new FakeTimeProvider();
        await using var run = new StreamRun(time: clock);
        using Socket refusing = Bound();
        var session = (RtpTcpSender)run.Start(MediaTransport.TcpActive, (IPEndPoint)refusing.LocalEndPoint!);

        for (int tries = 1; tries < RtpTcpSender.ConnectTries; tries++)
        {
            await WaitForPauseAsync(session, tries);
            clock.Advance(TimeSpan.FromSeconds(0.9));
            Assert.Equal(tries, session.Tries);
            clock.Advance(TimeSpan.FromSeconds(0.1));
        }

        Assert.Equal(MediaEnd.ConnectFailed, await Eventually.ResultAsync(session.Ended, "the session gives up"));
        await Eventually.TrueAsync(() => run.Stream.Status.Takers == 0, "the taker is forgotten");
        Assert.Equal(100, run.Ports.Free);
    }

    [Fact]
    public async Task Active_reaches_a_platform_that_listens_late()
    {
        var clock = new FakeTimeProvider();
        await using var run = new StreamRun(time: clock);
        using Socket listener = Bound();
        await using IMediaSession session = run.Start(MediaTransport.TcpActive, (IPEndPoint)listener.LocalEndPoint!);
        await WaitForPauseAsync((RtpTcpSender)session, 1);
        listener.Listen();
        clock.Advance(TimeSpan.FromSeconds(1));

        using var peer = new TcpPeer(await AcceptAsync(listener));
        await run.OpenedAsync();
        run.Source.Key(0);

        await peer.PacksAsync(1);
        Assert.Equal([(0, true)], peer.Frames.Video);
    }

    [Fact]
    public async Task Passive_listens_before_it_starts_takes_one_peer_and_stops_listening()
    {
        await using var run = new StreamRun();
        await using IMediaSession session = run.Prepare(MediaTransport.TcpPassive, new IPEndPoint(IPAddress.Loopback, 9));
        var announced = new IPEndPoint(run.Address, session.LocalPort);
        using var peer = new TcpPeer(await ConnectAsync(announced));
        await run.OpenedAsync();
        run.Source.Key(0);
        session.Start();

        await peer.PacksAsync(1);

        Assert.Equal([(0, true)], peer.Frames.Video);
        SocketException refused = await Assert.ThrowsAsync<SocketException>(() => ConnectAsync(announced));
        Assert.Equal(SocketError.ConnectionRefused, refused.SocketErrorCode);
    }

    [Fact]
    public async Task Passive_waits_15_seconds_for_its_peer()
    {
        var clock = new FakeTimeProvider();
        await using var run = new StreamRun(time: clock);
        await using IMediaSession session = run.Start(MediaTransport.TcpPassive, new IPEndPoint(IPAddress.Loopback, 9));
        await WaitForPauseAsync((RtpTcpSender)session, 0);
        clock.Advance(TimeSpan.FromSeconds(14.9));
        Assert.False(session.Ended.IsCompleted);

        clock.Advance(TimeSpan.FromSeconds(0.1));

        Assert.Equal(MediaEnd.PeerGone, await Eventually.ResultAsync(session.Ended, "the session ends"));
    }

    [Fact]
    public async Task A_peer_that_closes_ends_the_session()
    {
        await using var run = new StreamRun();
        using Socket listener = Listen();
        IMediaSession session = run.Start(MediaTransport.TcpActive, (IPEndPoint)listener.LocalEndPoint!);
        using Socket peer = await AcceptAsync(listener);
        peer.Dispose();

        Assert.Equal(MediaEnd.PeerGone, await Eventually.ResultAsync(session.Ended, "the session ends"));
        Assert.Equal(100, run.Ports.Free);
    }

    [Fact]
    public async Task What_a_peer_sends_is_read_and_ignored()
    {
        await using var run = new StreamRun();
        using Socket listener = Listen();
        await using IMediaSession session = run.Start(MediaTransport.TcpActive, (IPEndPoint)listener.LocalEndPoint!);
        using var peer = new TcpPeer(await AcceptAsync(listener));
        peer.Socket.Send(new byte[5000]);
        await run.OpenedAsync();
        run.Source.Key(0);

        await peer.PacksAsync(1);
        Assert.False(session.Ended.IsCompleted);
    }

    [Fact]
    public async Task A_slow_peer_loses_whole_frames_up_to_a_key_frame_and_nobody_else_loses_any()
    {
        const int Group = 25, Groups = 30;
        await using var run = new StreamRun();
        using Socket listener = Listen();
        listener.ReceiveBufferSize = 64 << 10;
        using var receiver = new RtpReceiver();
        await using IMediaSession slow = run.Start(MediaTransport.TcpActive, (IPEndPoint)listener.LocalEndPoint!);
        await using IMediaSession quick = run.StartUdp(receiver);
        using var peer = new TcpPeer(await AcceptAsync(listener));
        await run.OpenedAsync();

        for (int i = 0; i < Groups * Group; i++)
        {
            if (i % Group == 0) run.Source.Key(i, 40_000);
            else run.Source.Delta(i, 3000);
            int sent = i + 1;
            await Eventually.TrueAsync(() => quick.Statistics.AccessUnits == sent, $"{sent} frames at the quick taker");
            receiver.Drain();
            // the slow one reads nothing for 20 groups, and then all it can get
            if (i > 20 * Group) peer.Drain();
        }
        await Eventually.TrueAsync(
            () => { peer.Drain(); return slow.Statistics.AccessUnits + slow.Statistics.AccessUnitsDropped == Groups * Group && peer.Packets.Count == slow.Statistics.Packets; },
            "the slow taker has caught up");

        Assert.Equal(Enumerable.Range(0, Groups * Group).Select(i => (int?)i), receiver.Frames.Video.Select(f => f.Number));
        Assert.Equal(0, peer.BytesSkipped);
        Assert.All(peer.Packets.Zip(peer.Packets.Skip(1)), p => Assert.Equal((ushort)(p.First.SequenceNumber + 1), p.Second.SequenceNumber));
        IReadOnlyList<(int? Number, bool IsKey)> got = peer.Frames.Video;
        Assert.DoesNotContain(got, f => f.Number is null);
        Assert.Equal(slow.Statistics.AccessUnits, got.Count);
        Assert.Equal(Groups * Group - got.Count, slow.Statistics.AccessUnitsDropped);
        (int? Number, bool IsKey)[] afterGaps = [.. got.Zip(got.Skip(1)).Where(p => p.Second.Number != p.First.Number + 1).Select(p => p.Second)];
        Assert.NotEmpty(afterGaps);
        Assert.All(afterGaps, f => Assert.True(f.IsKey));
        Assert.Equal(Groups * Group - 1, got[^1].Number);
    }

    /// <summary>A port that refuses connections until the test listens on it.</summary>
    private static Socket Bound()
    {
        var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        socket.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        return socket;
    }

    private static Socket Listen()
    {
        Socket listener = Bound();
        listener.Listen();
        return listener;
    }

    private static async Task<Socket> AcceptAsync(Socket listener) =>
        await Eventually.ResultAsync(listener.AcceptAsync(TestContext.Current.CancellationToken).AsTask(), "the device connects");

    private static async Task<Socket> ConnectAsync(IPEndPoint to)
    {
        var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        await socket.ConnectAsync(to, TestContext.Current.CancellationToken);
        return socket;
    }

    /// <summary>The session has reached its pause: until then moving the clock would move nothing.</summary>
    private static Task WaitForPauseAsync(RtpTcpSender session, int tries) =>
        Eventually.TrueAsync(() => session.Tries == tries && session.WaitsForClock, "the session waits for the clock");
}
