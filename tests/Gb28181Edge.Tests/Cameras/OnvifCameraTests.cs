using Gb28181Edge.Cameras;
using Gb28181Edge.Protocol.Rtsp;
using Gb28181Edge.Tests.Support.Heads;
using Gb28181Edge.Web;

namespace Gb28181Edge.Tests.Cameras;

public sealed class OnvifCameraTests
{
    private readonly CollectingSink _sink = new();
    private readonly ListLogger _log = new();

    private OnvifCamera Open(OnvifHead camera, string password = OnvifHead.Password) =>
        new(camera.DeviceService, new CameraAccount(OnvifHead.Username, password), null, RtspLowerTransport.Tcp, TimeProvider.System, _log);

    [Fact]
    public async Task A_camera_is_asked_for_its_address_before_every_attempt_and_plays_at_the_configured_host()
    {
        await using var rtsp = new FakeRtspServer(async connection =>
        {
            await connection.PlayAsync();
            for (uint i = 0; i < 10; i++) await connection.SendRtpAsync(0, 96, 3600 * i, i == 0 ? "65881122" : "419A3344");
        });
        await using var camera = new OnvifHead(OnvifLogin.WsSecurity, TimeProvider.System) { StreamUri = "rtsp://10.255.255.1:1/wrong" };
        OnvifCamera source = Open(camera);
        await Assert.ThrowsAsync<CameraException>(() => source.RunAsync(_sink, TestContext.Current.CancellationToken));
        camera.StreamUri = $"rtsp://10.255.255.1:{rtsp.Port}/Streaming/Channels/101?transportmode=unicast&amp;profile=P%201";
        await Assert.ThrowsAsync<CameraException>(() => source.RunAsync(_sink, TestContext.Current.CancellationToken));      // it closes the connection in the end
        Assert.Equal(10, _sink.Video);
        Assert.Contains(rtsp.Requests, line => line.Contains($"rtsp://127.0.0.1:{rtsp.Port}/Streaming/Channels/101?transportmode=unicast&profile=P%201", StringComparison.Ordinal));
        Assert.DoesNotContain(_log.Lines, line => line.Contains(OnvifHead.Password, StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_refused_login_is_told_without_the_password()
    {
        await using var camera = new OnvifHead(OnvifLogin.WsSecurity, TimeProvider.System);
        CameraException e = await Assert.ThrowsAsync<CameraException>(() => Open(camera, "geheim").RunAsync(_sink, TestContext.Current.CancellationToken));
        Assert.Contains("user name or password are wrong", e.Message, StringComparison.Ordinal);
        Assert.DoesNotContain("geheim", e.ToString(), StringComparison.Ordinal);
    }
}
