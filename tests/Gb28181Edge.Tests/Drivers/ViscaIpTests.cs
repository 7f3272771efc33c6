using System.Net;
using System.Net.Sockets;
using Gb28181Edge.Drivers;
using Gb28181Edge.Drivers.Ptz;
using Gb28181Edge.Tests.Support.Heads;
using Microsoft.Extensions.Time.Testing;

namespace Gb28181Edge.Tests.Drivers;

/// <summary>A VISCA head on IP, by its three ways. The head's motion runs by a clock of the test, the exchanges by the real one.</summary>
public class ViscaIpTests
{
    private readonly FakeTimeProvider _time = new();

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    private static ViscaHead Open(ViscaIpHead head, int way)
    {
        TimeProvider time = TimeProvider.System;
        ViscaSocket transport = (ViscaWay)way == ViscaWay.Numbered ? new ViscaIpTransport("127.0.0.1", head.Port, time)
            : new ViscaRawTransport("127.0.0.1", head.Port, (ViscaWay)way == ViscaWay.Tcp ? ProtocolType.Tcp : ProtocolType.Udp, time);
        return new ViscaHead(transport, new ViscaSettings(), time);
    }

    [Theory]
    [InlineData((int)ViscaWay.Numbered)]
    [InlineData((int)ViscaWay.Udp)]
    [InlineData((int)ViscaWay.Tcp)]
    public async Task A_head_moves_stops_and_finds_its_presets(int way)
    {
        await using var head = new ViscaIpHead((ViscaWay)way, _time);
        await using ViscaHead driver = Open(head, way);
        await driver.MoveAsync(default, Cancel);
        await driver.MoveAsync(new PtzVelocity(0.5f, -0.5f, 1), Cancel);
        _time.Advance(TimeSpan.FromSeconds(2));
        await driver.MoveAsync(default, Cancel);
        _time.Advance(TimeSpan.FromSeconds(9));
        Assert.Equal((60, -30, 11), head.Motion.Position);

        Assert.True(await driver.SetPresetAsync(3, Cancel));
        Assert.True(await driver.GoToAsync(new PtzPosition(350, 20, null), 1, Cancel));
        Assert.Equal((350, 20), (Math.Round(head.Motion.Position.Pan, 6), Math.Round(head.Motion.Position.Tilt, 6)));
        PtzPosition read = (await driver.ReadPositionAsync(Cancel))!.Value.Position;
        Assert.Equal((350, 20), (Math.Round(read.Pan!.Value, 6), Math.Round(read.Tilt!.Value, 6)));
        Assert.True(await driver.CallPresetAsync(3, Cancel));
        Assert.Equal((60, -30, 11), head.Motion.Position);
    }

    [Fact]
    public async Task A_message_without_an_answer_is_sent_again_under_its_number_and_done_once()
    {
        await using var head = new ViscaIpHead(ViscaWay.Numbered, _time);
        await using ViscaHead driver = Open(head, (int)ViscaWay.Numbered);
        await driver.MoveAsync(default, Cancel);
        head.Commands.Clear();
        head.LoseAnswers = 1;
        await driver.MoveAsync(new PtzVelocity(1, 0, 0), Cancel);
        Assert.Equal(1, head.Repetitions);
        head.LoseMessages = 1;
        await driver.MoveAsync(default, Cancel);
        Assert.Equal("010601180", Assert.Single(head.Commands, one => one.StartsWith("01060118", StringComparison.Ordinal))[..9]);
        Assert.False(head.Motion.IsMoving);
        Assert.Equal(1, head.Resets);
    }

    [Fact]
    public async Task A_head_that_was_switched_off_and_on_gets_a_reset_and_the_order_all_the_same()
    {
        await using var head = new ViscaIpHead(ViscaWay.Numbered, _time);
        await using ViscaHead driver = Open(head, (int)ViscaWay.Numbered);
        await driver.MoveAsync(default, Cancel);
        head.Restart();
        await driver.MoveAsync(new PtzVelocity(1, 0, 0), Cancel);
        Assert.True(head.Motion.IsMoving);
        Assert.Equal(2, head.Resets);
        await driver.MoveAsync(default, Cancel);
        Assert.False(head.Motion.IsMoving);
        Assert.Equal(2, head.Resets);
    }

    [Fact]
    public async Task A_lost_stop_is_sent_again_over_bare_udp()
    {
        await using var head = new ViscaIpHead(ViscaWay.Udp, _time);
        await using ViscaHead driver = Open(head, (int)ViscaWay.Udp);
        await driver.MoveAsync(new PtzVelocity(1, 0, 0), Cancel);
        head.LoseMessages = 2;
        await driver.MoveAsync(default, Cancel);
        Assert.False(head.Motion.IsMoving);
    }

    [Fact]
    public async Task A_connection_that_the_head_has_closed_is_opened_again_for_the_next_order()
    {
        await using var head = new ViscaIpHead(ViscaWay.Tcp, _time);
        await using ViscaHead driver = Open(head, (int)ViscaWay.Tcp);
        await driver.MoveAsync(default, Cancel);
        head.CloseConnection!();
        await driver.MoveAsync(new PtzVelocity(1, 0, 0), Cancel);
        Assert.True(head.Motion.IsMoving);
        Assert.Equal(2, head.Connections);
    }

    [Theory]
    [InlineData((int)ViscaWay.Numbered)]
    [InlineData((int)ViscaWay.Udp)]
    [InlineData((int)ViscaWay.Tcp)]
    public async Task Nobody_at_the_port_is_told(int way)
    {
        var head = new ViscaIpHead((ViscaWay)way, _time);
        await using ViscaHead driver = Open(head, way);
        await head.DisposeAsync();
        DriverException e = await Assert.ThrowsAsync<DriverException>(async () => await driver.MoveAsync(default, Cancel));
        Assert.Contains("127.0.0.1:", e.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task What_a_stranger_sends_is_not_taken_for_the_heads_answer()
    {
        using var mute = new UdpClient(new IPEndPoint(IPAddress.Loopback, 0));
        using var transport = new Disposer(new ViscaRawTransport("127.0.0.1", ((IPEndPoint)mute.Client.LocalEndPoint!).Port, ProtocolType.Udp, TimeProvider.System));
        await transport.Inner.ConnectAsync(urgent: false, Cancel);
        ValueTask<ViscaExchange> exchange = transport.Inner.ExchangeAsync(
            Convert.FromHexString("8101060118180303FF"), ViscaMessage.Command, urgent: false, _ => true, TimeSpan.FromMilliseconds(300), Cancel);
        UdpReceiveResult order = await mute.ReceiveAsync(Cancel);
        using var stranger = new UdpClient(new IPEndPoint(IPAddress.Parse("127.0.0.2"), 0));
        await stranger.SendAsync(Convert.FromHexString("9041FF"), order.RemoteEndPoint, Cancel);
        Assert.Equal(ViscaExchange.Silence, await exchange);
    }

    [Fact]
    public async Task A_peer_that_never_falls_silent_holds_up_no_exchange()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        using var transport = new Disposer(new ViscaRawTransport("127.0.0.1", ((IPEndPoint)listener.LocalEndpoint).Port, ProtocolType.Tcp, TimeProvider.System));
        await transport.Inner.ConnectAsync(urgent: false, Cancel);
        using Socket peer = await listener.AcceptSocketAsync(Cancel);
        using var end = new CancellationTokenSource();
        Task flood = Task.Run(() =>
        {
            byte[] noise = new byte[1 << 20];
            try
            {
                while (!end.IsCancellationRequested) peer.Send(noise);
            }
            catch (SocketException)
            {
                return;                                                    // the agent has closed the connection
            }
        }, Cancel);
        ViscaExchange outcome = await transport.Inner.ExchangeAsync(
            Convert.FromHexString("8101060118180303FF"), ViscaMessage.Command, urgent: true, _ => true, TimeSpan.FromMilliseconds(100), Cancel).AsTask().WaitAsync(TimeSpan.FromSeconds(20), Cancel);
        Assert.Equal(ViscaExchange.Silence, outcome);
        await end.CancelAsync();
        transport.Inner.Suspect();
        await flood;
    }

    private sealed class Disposer(ViscaSocket inner) : IDisposable
    {
        public ViscaSocket Inner => inner;

        public void Dispose() => inner.Suspect();
    }
}
