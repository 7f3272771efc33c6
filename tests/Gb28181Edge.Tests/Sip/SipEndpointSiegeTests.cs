using System.Net;
using System.Net.Sockets;
using Gb28181Edge.Protocol.Sip;
using Gb28181Edge.Protocol.Sip.UserAgent;
using Gb28181Edge.Sip;
using Gb28181Edge.Tests.Support;
using Microsoft.Extensions.Logging;

namespace Gb28181Edge.Tests.Sip;

/// <summary>More than an endpoint can take, and what it keeps up all the same.</summary>
public sealed class SipEndpointSiegeTests
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    private sealed class FakeTrace(Action seen) : ISipTrace
    {
        public void Message(DateTimeOffset wallClock, bool sent, SipTransport transport, IPEndPoint remote, string text) => seen();
    }

    [Fact]
    public async Task Loop_goes_round_while_its_inbox_never_empties()
    {
        ISipPeer? peer = null;
        bool feeding = true;
        // Every message that leaves brings the next input before the loop looks again.
        var trace = new FakeTrace(() =>
        {
            if (Volatile.Read(ref feeding)) _ = peer!.SendAsync(peer.NewRequest(SipMethod.Message), CancellationToken.None);
        });
        await using var endpoint = new RunningEndpoint(trace: trace);
        using var silent = new RawUdp();
        peer = endpoint.Endpoint.AddPeer(new SipPeerOptions
        {
            Name = "city",
            RemoteId = SipBench.PlatformId,
            Host = "127.0.0.1",
            Port = silent.Port,
            LocalId = SipBench.DeviceId,
            LocalDomain = "3402000000",
        });
        _ = peer.SendAsync(peer.NewRequest(SipMethod.Register), CancellationToken.None);
        long before = endpoint.Endpoint.LoopTick;
        try
        {
            await Eventually.TrueAsync(() => endpoint.Endpoint.LoopTick > before + 10, "ten turns of the loop", TimeSpan.FromSeconds(5));
        }
        finally
        {
            Volatile.Write(ref feeding, false);
        }
    }

    [Fact]
    public async Task Strangers_that_connect_all_at_once_hold_no_more_connections_than_allowed()
    {
        using var hold = new ManualResetEventSlim();
        var trace = new FakeTrace(() => hold.Wait(TimeSpan.FromSeconds(20)));
        await using var endpoint = new RunningEndpoint(new SipEndpointOptions { MaxConnections = 4 }, trace);
        using var stranger = new RawUdp();
        await stranger.SendAsync(stranger.Request("MESSAGE"), endpoint.Port);    // the loop stands at its trace
        var sockets = new List<Socket>();
        try
        {
            for (int i = 0; i < 24; i++)
            {
                var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
                sockets.Add(socket);
                await socket.ConnectAsync(new IPEndPoint(IPAddress.Loopback, endpoint.Port), Cancel);
            }
            hold.Set();
            // Before those that say nothing are closed for that, which takes 10 s.
            await Eventually.TrueAsync(() => sockets.Count(IsOpen) <= 4, "all but four are closed", TimeSpan.FromSeconds(5));
        }
        finally
        {
            hold.Set();
            foreach (Socket socket in sockets) socket.Dispose();
        }
    }

    [Fact]
    public async Task Datagrams_that_wait_take_four_megabytes_and_no_more()
    {
        using var hold = new ManualResetEventSlim();
        bool standing = false;
        var trace = new FakeTrace(() =>
        {
            Volatile.Write(ref standing, true);
            hold.Wait(TimeSpan.FromSeconds(20));
        });
        var log = new RecordingLog();
        await using var endpoint = new RunningEndpoint(trace: trace, log: log);
        using var stranger = new RawUdp();
        await stranger.SendAsync(stranger.Request("MESSAGE"), endpoint.Port);    // the loop stands at its trace
        try
        {
            await Eventually.TrueAsync(() => Volatile.Read(ref standing), "the loop stands");
            string large = new(' ', 60_000);
            const int fit = 4 * 1024 * 1024 / 60_000;
            for (int i = 1; i <= fit + 5; i++)
            {
                await stranger.SendAsync(large, endpoint.Port);
                await Eventually.TrueAsync(() => endpoint.Endpoint.Waiting.Count + endpoint.Endpoint.Dropped == i, $"datagram {i} is taken or dropped");
            }
            Assert.Equal((fit, fit * 60_000L), endpoint.Endpoint.Waiting);
            Assert.Equal(5, endpoint.Endpoint.Dropped);
        }
        finally
        {
            hold.Set();
        }
        await Eventually.TrueAsync(() => log.Has(LogLevel.Warning, "5 SIP datagrams dropped"), "the drops are logged");
        Assert.Equal((0, 0L), endpoint.Endpoint.Waiting);
    }

    private static bool IsOpen(Socket socket) => !(socket.Poll(0, SelectMode.SelectRead) && socket.Available == 0);
}
