using System.Net;
using System.Net.Sockets;
using System.Security.Cryptography.X509Certificates;
using Gb28181Edge.Cameras;
using Gb28181Edge.Drivers;
using Gb28181Edge.Drivers.Ptz;
using Gb28181Edge.Protocol.Rtsp;
using Gb28181Edge.Tests.Cameras;
using Gb28181Edge.Tests.Support.Heads;
using Gb28181Edge.Web;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Time.Testing;

namespace Gb28181Edge.Tests.Web;

/// <summary>Cameras over https with a certificate that nobody has signed: refused with the reason, taken where TrustAnyCertificate is set.</summary>
public sealed class CameraTlsTests : IDisposable
{
    private readonly FakeTimeProvider _time = new(TimeProvider.System.GetUtcNow());
    private readonly X509Certificate2 _certificate = SelfSigned.New();

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    public void Dispose() => _certificate.Dispose();

    [Fact]
    public async Task An_unsigned_certificate_is_refused_before_anything_is_sent()
    {
        await using FakeHttpServer server = Server();
        using var http = new CameraHttp(new CameraAccount("u", "p"), _time);
        CameraHttpException e = await Assert.ThrowsAsync<CameraHttpException>(() => http.SendAsync(Get(server), authorize: true, Cancel));
        Assert.Equal($"127.0.0.1:{server.Port} shows a certificate that is not trusted, or does not speak TLS (TrustAnyCertificate takes any)", e.Message);
        Assert.False(e.IsRefusal);                                         // of the password, which it never got
        Assert.Equal((0, 0), (server.Challenges, server.Requests.Count));
    }

    [Fact]
    public async Task With_TrustAnyCertificate_it_is_taken_and_the_password_is_answered_over_it_on_one_connection()
    {
        await using FakeHttpServer server = Server();
        using var http = new CameraHttp(new CameraAccount("u", "p", TrustAnyCertificate: true), _time);
        for (int i = 0; i < 3; i++)
            Assert.Equal("fine"u8.ToArray(), (await http.SendAsync(Get(server), authorize: true, Cancel)).Body);
        Assert.Equal((1, 1, 3), (server.Challenges, server.Accepted, server.Requests.Count));
    }

    [Fact]
    public async Task A_camera_that_speaks_no_TLS_is_told_as_such()
    {
        using var plain = new TcpListener(IPAddress.Loopback, 0);
        plain.Start();
        using var http = new CameraHttp(new CameraAccount(null, null, TrustAnyCertificate: true), _time);
        Task greeting = GreetAsync(plain);
        var request = new CameraRequest(HttpMethod.Get, new Uri($"https://127.0.0.1:{((IPEndPoint)plain.LocalEndpoint).Port}/"));
        CameraHttpException e = await Assert.ThrowsAsync<CameraHttpException>(() => http.SendAsync(request, authorize: true, Cancel));
        Assert.Contains("does not speak TLS", e.Message, StringComparison.Ordinal);
        await greeting;

        static async Task GreetAsync(TcpListener listener)
        {
            using Socket socket = await listener.AcceptSocketAsync(Cancel);
            await socket.SendAsync("SSH-2.0-OpenSSH_9.2\r\n"u8.ToArray(), Cancel);
            // reads to the end, lest the greeting is lost in a reset
            byte[] rest = new byte[4096];
            try
            {
                while (await socket.ReceiveAsync(rest, Cancel) > 0)
                {
                }
            }
            catch (SocketException e) when (e.SocketErrorCode == SocketError.ConnectionReset)
            {
                // the other side did not read all of the greeting
            }
        }
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task An_onvif_head_moves_over_https_where_its_certificate_is_taken(bool trust)
    {
        await using var head = new OnvifHead(OnvifLogin.WsSecurity, _time, _certificate);
        var client = new OnvifClient(head.DeviceService, new CameraAccount(OnvifHead.Username, OnvifHead.Password, trust), null, _time);
        await using var driver = new OnvifDriver(client, new OnvifTravel(MostZoom: 20), _time, NullLogger.Instance);
        await MovesAsync(driver, trust);
        Assert.Equal(trust ? (1, 1) : (0, 0), (head.Moves, head.Stops));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task An_isapi_head_moves_over_https_where_its_certificate_is_taken(bool trust)
    {
        await using var head = new IsapiHead(_time, certificate: _certificate);
        var http = new CameraHttp(new CameraAccount(IsapiHead.Username, IsapiHead.Password, trust), _time);
        await using var driver = new IsapiDriver(head.Server.Url, http, 1, isUpPositive: false, _time);
        await MovesAsync(driver, trust);
        Assert.Equal(trust ? (1, 1) : (0, 0), (head.Moves, head.Stops));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_dahua_head_moves_over_https_where_its_certificate_is_taken(bool trust)
    {
        await using var head = new DahuaHead(_time, _certificate);
        var http = new CameraHttp(new CameraAccount(DahuaHead.Username, DahuaHead.Password, trust), _time);
        await using var driver = new DahuaDriver(head.Server.Url, http, 1, isUpPositive: false, _time);
        await MovesAsync(driver, trust);
        Assert.Equal(trust ? 1 : 0, head.Moves.Count);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task An_onvif_camera_tells_its_address_over_https_where_its_certificate_is_taken(bool trust)
    {
        await using var rtsp = new FakeRtspServer(connection => connection.PlayAsync());
        await using var camera = new OnvifHead(OnvifLogin.WsSecurity, TimeProvider.System, _certificate) { StreamUri = $"rtsp://10.255.255.1:{rtsp.Port}/live" };
        var source = new OnvifCamera(
            camera.DeviceService, new CameraAccount(OnvifHead.Username, OnvifHead.Password, trust), null, RtspLowerTransport.Tcp, TimeProvider.System, NullLogger.Instance);
        CameraException e = await Assert.ThrowsAsync<CameraException>(() => source.RunAsync(new CollectingSink(), Cancel));   // the RTSP server ends it
        Assert.Equal(!trust, e.Message.Contains("shows a certificate that is not trusted", StringComparison.Ordinal));
        Assert.Equal(trust, rtsp.Requests.Any(line => line.StartsWith("DESCRIBE", StringComparison.Ordinal)));
    }

    private FakeHttpServer Server() => new(_ => new FakeHttpResponse(200, "fine")) { Username = "u", Password = "p", Certificate = _certificate };

    private static CameraRequest Get(FakeHttpServer server) => new(HttpMethod.Get, new Uri(server.Url, "/a"));

    private static async Task MovesAsync(IPtzDriver driver, bool trust)
    {
        if (trust)
        {
            await driver.MoveAsync(default, Cancel);
            await driver.MoveAsync(new PtzVelocity(0.5f, 0, 0), Cancel);
            return;
        }
        DriverException e = await Assert.ThrowsAsync<DriverException>(async () => await driver.MoveAsync(default, Cancel));
        Assert.Contains("shows a certificate that is not trusted", e.Message, StringComparison.Ordinal);
    }
}
