using System.Net;
using System.Net.Sockets;
using Gb28181Edge.Protocol.Sip;
using Gb28181Edge.Protocol.Sip.UserAgent;
using Gb28181Edge.Sip;
using Gb28181Edge.Tests.Support;

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

    private static bool IsOpen(Socket socket) => !(socket.Poll(0, SelectMode.SelectRead) && socket.Available == 0);
}
