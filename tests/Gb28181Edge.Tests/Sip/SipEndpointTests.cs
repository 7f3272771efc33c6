using System.Net;
using System.Net.Sockets;
using System.Text;
using Gb28181Edge.Protocol.Sip;
using Gb28181Edge.Protocol.Sip.Transactions;
using Gb28181Edge.Protocol.Sip.UserAgent;
using Gb28181Edge.Sip;
using Gb28181Edge.Tests.Support;

namespace Gb28181Edge.Tests.Sip;

public sealed class SipEndpointTests
{
    private static readonly SipEndpointOptions Quick = new() { Timers = new SipTimers(TimeSpan.FromMilliseconds(10), TimeSpan.FromMilliseconds(80), TimeSpan.FromMilliseconds(50)) };

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    private static SipTransport Over(bool tcp) => tcp ? SipTransport.Tcp : SipTransport.Udp;

    private static async Task<T> NextAsync<T>(ISipCall call) where T : SipCallEvent =>
        Assert.IsType<T>(await call.Events.ReadAsync(Cancel).AsTask().WaitAsync(TimeSpan.FromSeconds(20), Cancel));

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Messages_pass_both_ways(bool tcp)
    {
        await using SipBench bench = await SipBench.RegisteredAsync(Over(tcp));
        foreach ((ISipPeer from, ISipPeer to) in new[] { (bench.ToPlatform, bench.ToDevice), (bench.ToDevice, bench.ToPlatform) })
        {
            SipRequest request = from.NewRequest(SipMethod.Message);
            request.Add(HeaderName.ContentType, "Application/MANSCDP+xml");
            request.Body = Encoding.ASCII.GetBytes(new string('x', 20_000));
            Task<SipOutcome> sending = from.SendAsync(request, Cancel);
            SipIncoming incoming = await to.Requests.ReadAsync(Cancel);
            Assert.Equal(20_000, incoming.Request.Body.Length);
            Assert.Equal(Over(tcp), incoming.Transport);
            incoming.Respond(200);
            Assert.Equal(200, (await sending).StatusCode);
        }
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Call_is_accepted_acknowledged_used_and_ended(bool tcp)
    {
        await using SipBench bench = await SipBench.RegisteredAsync(Over(tcp));
        (ISipCall callee, ISipCall caller) = await bench.CallAsync();
        await NextAsync<SipCallEvent.Acknowledged>(callee);
        Task<SipOutcome> info = caller.SendAsync(SipMethod.Info, "Application/MANSRTSP", "PAUSE"u8.ToArray(), Cancel);
        (await NextAsync<SipCallEvent.Request>(callee)).Incoming.Respond(200);
        Assert.Equal(200, (await info).StatusCode);
        await caller.ByeAsync(Cancel);
        await NextAsync<SipCallEvent.Bye>(callee);
        await callee.Events.Completion.WaitAsync(TimeSpan.FromSeconds(20), Cancel);
        await callee.ByeAsync(Cancel);                                           // over already: done at once
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Called_side_may_end_the_call(bool tcp)
    {
        await using SipBench bench = await SipBench.RegisteredAsync(Over(tcp));
        (ISipCall callee, ISipCall caller) = await bench.CallAsync();
        await callee.ByeAsync(Cancel);
        await NextAsync<SipCallEvent.Bye>(caller);
    }

    [Fact]
    public async Task Lost_ack_ends_the_call_with_a_bye()
    {
        await using SipBench bench = await SipBench.RegisteredAsync(SipTransport.Udp, Quick);
        (ISipCall callee, ISipCall caller) = await bench.CallAsync(acknowledge: false);
        await NextAsync<SipCallEvent.AckMissing>(callee);
        await NextAsync<SipCallEvent.Bye>(caller);
    }

    [Fact]
    public async Task Cancelled_call_is_refused_with_487()
    {
        await using SipBench bench = await SipBench.RegisteredAsync(SipTransport.Udp);
        using var hangUp = new CancellationTokenSource();
        Task<SipInviteOutcome> calling = bench.ToDevice.InviteAsync(bench.ToDevice.NewRequest(SipMethod.Invite, SipBench.ChannelId), hangUp.Token);
        ISipCall callee = (await bench.ToPlatform.Requests.ReadAsync(Cancel)).Call!;
        await hangUp.CancelAsync();
        Assert.Equal(487, (await calling).Outcome.StatusCode);
        await NextAsync<SipCallEvent.Cancelled>(callee);
        callee.Accept("application/sdp", default);                               // passed over
        await callee.Events.Completion.WaitAsync(TimeSpan.FromSeconds(20), Cancel);
    }

    [Fact]
    public async Task Foreign_identity_and_foreign_address_get_403_and_reach_nobody()
    {
        await using SipBench bench = await SipBench.RegisteredAsync(SipTransport.Udp);
        using var stranger = new RawUdp();
        await stranger.SendAsync(stranger.Request("MESSAGE", user: "34020000002000000099"), bench.Device.Port);
        Assert.Equal(403, (await stranger.ResponseAsync()).StatusCode);
        // The right name from an address that is not the platform's.
        ISipPeer elsewhere = bench.Device.Endpoint.AddPeer(new SipPeerOptions { Name = "far", RemoteId = "34020000002000000077", Host = "192.0.2.1", LocalId = SipBench.DeviceId, LocalDomain = "3402000000" });
        await stranger.SendAsync(stranger.Request("INVITE", user: "34020000002000000077", callId: "raw-2", branch: "z9hG4bKraw2"), bench.Device.Port);
        Assert.Equal(403, (await stranger.ResponseAsync()).StatusCode);
        Assert.False(elsewhere.Requests.TryRead(out _));
        Assert.False(bench.ToPlatform.Requests.TryRead(out _));
    }

    [Theory]
    [InlineData("UPDATE", 405)]
    [InlineData("REGISTER", 405)]
    [InlineData("OPTIONS", 200)]
    [InlineData("BYE", 481)]
    [InlineData("INFO", 481)]
    public async Task Bare_requests_of_a_platform_get_their_answer(string method, int statusCode)
    {
        await using SipBench bench = await SipBench.RegisteredAsync(SipTransport.Udp);
        using var platform = new RawUdp();
        await platform.SendAsync(platform.Request(method), bench.Device.Port);
        SipResponse response = await platform.ResponseAsync();
        Assert.Equal(statusCode, response.StatusCode);
        Assert.Equal(platform.Port, response.TopVia.Rport);
        if (statusCode is 200 or 405) Assert.Contains("INVITE", response.Text(HeaderName.Allow), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Repeated_message_reaches_its_owner_once_and_is_answered_again()
    {
        await using SipBench bench = await SipBench.RegisteredAsync(SipTransport.Udp);
        using var platform = new RawUdp();
        string text = platform.Request("MESSAGE", body: "<x/>");
        await platform.SendAsync(text, bench.Device.Port);
        (await bench.ToPlatform.Requests.ReadAsync(Cancel)).Respond(200);
        SipResponse first = await platform.ResponseAsync();
        await platform.SendAsync(text, bench.Device.Port);
        SipResponse second = await platform.ResponseAsync();
        Assert.Equal((200, first.To.Tag), (second.StatusCode, second.To.Tag));
        Assert.False(bench.ToPlatform.Requests.TryRead(out _));
    }

    [Fact]
    public async Task Unreadable_request_of_a_platform_gets_400_and_noise_nothing()
    {
        await using SipBench bench = await SipBench.RegisteredAsync(SipTransport.Udp);
        using var platform = new RawUdp();
        await platform.SendAsync("\r\n\r\n", bench.Device.Port);
        await platform.SendAsync("not SIP at all\r\n\r\n", bench.Device.Port);
        await platform.SendAsync(platform.Request("MESSAGE").Replace("CSeq: 1 MESSAGE", "CSeq: 1 INFO", StringComparison.Ordinal), bench.Device.Port);
        Assert.Equal(400, (await platform.ResponseAsync()).StatusCode);
    }

    [Fact]
    public async Task Tcp_message_may_come_in_pieces_with_pings_and_a_neighbour()
    {
        await using SipBench bench = await SipBench.RegisteredAsync(SipTransport.Udp);
        using var socket = new TcpClient();
        await socket.ConnectAsync(IPAddress.Loopback, bench.Device.Port, Cancel);
        NetworkStream stream = socket.GetStream();
        string sentBy = socket.Client.LocalEndPoint!.ToString()!;
        byte[] first = Encoding.ASCII.GetBytes("\r\n\r\n" + SipText.Request("MESSAGE", sentBy, "TCP", SipBench.PlatformId, "t-1", 1, "z9hG4bKt1", body: "<a/>"));
        foreach (byte[] piece in first.Chunk(7)) await stream.WriteAsync(piece, Cancel);
        SipIncoming incoming = await bench.ToPlatform.Requests.ReadAsync(Cancel);
        Assert.Equal("<a/>", Encoding.ASCII.GetString(incoming.Request.Body.Span));
        string second = SipText.Request("OPTIONS", sentBy, "TCP", SipBench.PlatformId, "t-2", 1, "z9hG4bKt2");
        string third = SipText.Request("OPTIONS", sentBy, "TCP", SipBench.PlatformId, "t-3", 1, "z9hG4bKt3");
        await stream.WriteAsync(Encoding.ASCII.GetBytes(second + third), Cancel);
        incoming.Respond(200);
        var answers = new List<string>();
        var framer = new SipStreamFramer(SipLimits.Default);
        byte[] buffer = new byte[4_096];
        while (answers.Count < 3)
        {
            int count = await stream.ReadAsync(buffer, Cancel);
            Assert.NotEqual(0, count);
            framer.Push(buffer.AsSpan(0, count), message => answers.Add($"{((SipResponse)message).StatusCode} {message.CallId}"));
        }
        Assert.Equal(["200 t-1", "200 t-2", "200 t-3"], answers.Order());
    }

    [Fact]
    public async Task Broken_tcp_stream_is_closed()
    {
        await using SipBench bench = await SipBench.RegisteredAsync(SipTransport.Udp);
        using var socket = new TcpClient();
        await socket.ConnectAsync(IPAddress.Loopback, bench.Device.Port, Cancel);
        await socket.GetStream().WriteAsync(Encoding.ASCII.GetBytes("INVITE sip:a SIP/2.0\r\nContent-Length: -5\r\n\r\n"), Cancel);
        Assert.Equal(0, await socket.GetStream().ReadAsync(new byte[10], Cancel));
    }

    [Fact]
    public async Task Lost_tcp_connection_is_told_and_the_next_request_connects_anew()
    {
        await using SipBench bench = await SipBench.RegisteredAsync(SipTransport.Tcp);
        Task lost = bench.ToPlatform.ConnectionLost;
        Assert.False(lost.IsCompleted);
        await bench.Platform.DisposeAsync();
        await lost.WaitAsync(TimeSpan.FromSeconds(20), Cancel);
        SipOutcome outcome = await bench.ToPlatform.SendAsync(bench.ToPlatform.NewRequest(SipMethod.Message), Cancel);
        Assert.Equal(SipOutcomeKind.TransportFailed, outcome.Kind);              // nobody listens there now
        Assert.NotNull(outcome.Reason);
    }

    [Fact]
    public async Task Name_that_does_not_resolve_is_a_failed_transport()
    {
        await using var device = new RunningEndpoint();
        ISipPeer peer = device.Endpoint.AddPeer(new SipPeerOptions { Name = "x", RemoteId = SipBench.PlatformId, Host = "no-such-host.invalid", LocalId = SipBench.DeviceId, LocalDomain = "3402000000" });
        SipOutcome outcome = await peer.SendAsync(peer.NewRequest(SipMethod.Register), Cancel);
        Assert.Equal(SipOutcomeKind.TransportFailed, outcome.Kind);
        Assert.Null(peer.RemoteEndPoint);
    }

    [Fact]
    public async Task Known_address_is_used_on_while_the_name_is_not_resolved()
    {
        using var silent = new RawUdp();
        var log = new RecordingLog();
        Func<IPAddress[]> answer = () => [];
        await using var device = new RunningEndpoint(Quick with { Resolve = async (host, _, _) => host == "platform.example" ? await Task.Run(answer) : [] }, log: log);
        ISipPeer peer = device.Endpoint.AddPeer(new SipPeerOptions { Name = "city", RemoteId = SipBench.PlatformId, Host = "platform.example", Port = silent.Port, LocalId = SipBench.DeviceId, LocalDomain = "3402000000" });
        // Timeout is a request that left: nobody answers here.
        async Task<SipOutcomeKind> RegisterAsync(Func<IPAddress[]> now)
        {
            answer = now;
            return (await peer.SendAsync(peer.NewRequest(SipMethod.Register), Cancel)).Kind;
        }
        IPAddress[] Fail() => throw new SocketException((int)SocketError.TryAgain);
        int Said() => log.Entries.Count(entry => entry.Text.Contains("its name is not resolved now", StringComparison.Ordinal));

        Assert.Equal(SipOutcomeKind.TransportFailed, await RegisterAsync(Fail));
        Assert.Equal(SipOutcomeKind.TransportFailed, await RegisterAsync(() => []));
        Assert.Equal(SipOutcomeKind.Timeout, await RegisterAsync(() => [IPAddress.Loopback]));
        Assert.Equal(0, Said());
        Assert.Equal(SipOutcomeKind.Timeout, await RegisterAsync(Fail));
        Assert.Equal(SipOutcomeKind.Timeout, await RegisterAsync(() => []));
        Assert.Equal(new IPEndPoint(IPAddress.Loopback, silent.Port), peer.RemoteEndPoint);
        Assert.Equal(1, Said());
        Assert.Equal(SipOutcomeKind.Timeout, await RegisterAsync(() => [IPAddress.Parse("127.0.0.2")]));
        Assert.Equal(IPAddress.Parse("127.0.0.2"), peer.RemoteEndPoint!.Address);
        Assert.Equal(SipOutcomeKind.Timeout, await RegisterAsync(Fail));
        Assert.Equal(2, Said());
    }

    [Fact]
    public async Task Silent_platform_is_a_timeout()
    {
        using var silent = new RawUdp();
        await using var device = new RunningEndpoint(Quick);
        ISipPeer peer = device.Endpoint.AddPeer(new SipPeerOptions { Name = "x", RemoteId = SipBench.PlatformId, Host = "127.0.0.1", Port = silent.Port, LocalId = SipBench.DeviceId, LocalDomain = "3402000000" });
        SipOutcome outcome = await peer.SendAsync(peer.NewRequest(SipMethod.Register), Cancel);
        Assert.Equal(SipOutcomeKind.Timeout, outcome.Kind);
    }

    [Fact]
    public async Task Outcome_says_how_the_platform_sees_us()
    {
        await using SipBench bench = await SipBench.RegisteredAsync(SipTransport.Udp);
        Task<SipOutcome> sending = bench.ToPlatform.SendAsync(bench.ToPlatform.NewRequest(SipMethod.Message), Cancel);
        (await bench.ToDevice.Requests.ReadAsync(Cancel)).Respond(200);
        Assert.Equal(new IPEndPoint(IPAddress.Loopback, bench.Device.Port), (await sending).Seen);
    }

    [Fact]
    public async Task Full_inbox_of_a_peer_gets_503()
    {
        await using SipBench bench = await SipBench.RegisteredAsync(SipTransport.Udp);
        using var platform = new RawUdp();
        for (int i = 0; i < 65; i++) await platform.SendAsync(platform.Request("MESSAGE", callId: $"f-{i}", branch: $"z9hG4bKf{i}"), bench.Device.Port);
        Assert.Equal(503, (await platform.ResponseAsync()).StatusCode);
    }

    [Fact]
    public async Task Stopping_ends_every_wait()
    {
        using var silent = new RawUdp();
        var device = new RunningEndpoint();
        ISipPeer peer = device.Endpoint.AddPeer(new SipPeerOptions { Name = "x", RemoteId = SipBench.PlatformId, Host = "127.0.0.1", Port = silent.Port, LocalId = SipBench.DeviceId, LocalDomain = "3402000000" });
        Task<SipOutcome> waiting = peer.SendAsync(peer.NewRequest(SipMethod.Register), Cancel);
        await silent.ReceiveAsync();
        await device.DisposeAsync();
        Assert.Equal(SipOutcomeKind.TransportFailed, (await waiting).Kind);
        Assert.Equal(SipOutcomeKind.TransportFailed, (await peer.SendAsync(peer.NewRequest(SipMethod.Message), Cancel)).Kind);
    }

    [Fact]
    public async Task Loop_ticks_and_the_trace_sees_both_directions()
    {
        var trace = new FakeTrace();
        await using SipBench bench = await SipBench.RegisteredAsync(SipTransport.Udp, trace: trace);
        Assert.True(bench.Device.Endpoint.LoopTick > 0);
        await Eventually.TrueAsync(() => trace.Lines.Count >= 2, "a REGISTER sent and its 200 received");
        Assert.Contains(trace.Lines, line => line.Sent && line.Text.StartsWith("REGISTER", StringComparison.Ordinal));
        Assert.Contains(trace.Lines, line => !line.Sent && line.Text.StartsWith("SIP/2.0 200", StringComparison.Ordinal));
    }

    [Fact]
    public void Taken_port_is_an_error()
    {
        using var taken = new TcpListener(IPAddress.Loopback, 0);
        taken.Start();
        var options = new SipEndpointOptions { Address = IPAddress.Loopback, Port = ((IPEndPoint)taken.LocalEndpoint).Port };
        Assert.Throws<SocketException>(() => SipEndpoint.Open(options, TimeProvider.System, Microsoft.Extensions.Logging.Abstractions.NullLogger.Instance));
    }

    private sealed class FakeTrace : ISipTrace
    {
        private readonly Lock _lock = new();
        private readonly List<(bool Sent, string Text)> _lines = [];

        public List<(bool Sent, string Text)> Lines
        {
            get { lock (_lock) return [.. _lines]; }
        }

        public void Message(DateTimeOffset wallClock, bool sent, SipTransport transport, IPEndPoint remote, string text)
        {
            lock (_lock) _lines.Add((sent, text));
        }
    }
}
