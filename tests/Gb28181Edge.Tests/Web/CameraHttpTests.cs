using System.Net;
using System.Net.Sockets;
using Gb28181Edge.Tests.Support.Heads;
using Gb28181Edge.Web;
using Microsoft.Extensions.Time.Testing;

namespace Gb28181Edge.Tests.Web;

public class CameraHttpTests
{
    private readonly FakeTimeProvider _time = new();

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    private static CameraRequest Get(Uri site) => new(HttpMethod.Get, new Uri(site, "/a?b=c%20d&e=1"));

    [Theory]
    [InlineData("MD5")]
    [InlineData("SHA-256")]
    public async Task One_challenge_serves_many_requests_on_one_connection(string scheme)
    {
        await using var server = new FakeHttpServer(_ => new FakeHttpResponse(200, "fine")) { Username = "u", Password = "pä:ss", Scheme = scheme };
        using var http = new CameraHttp(new CameraAccount("u", "pä:ss"), _time);
        for (int i = 0; i < 20; i++)
            Assert.Equal("fine"u8.ToArray(), (await http.SendAsync(Get(server.Url), authorize: true, Cancel)).Body);
        Assert.Equal((1, 1, 20), (server.Challenges, server.Accepted, server.Requests.Count));
    }

    [Fact]
    public async Task A_redirect_is_not_followed()
    {
        await using var other = new FakeHttpServer(_ => new FakeHttpResponse(200, "caught"));
        await using var server = new FakeHttpServer(_ => new FakeHttpResponse(302, "") { Location = other.Url.AbsoluteUri });
        using var http = new CameraHttp(new CameraAccount("u", "p"), _time);
        Assert.Equal(302, (await http.SendAsync(Get(server.Url), authorize: true, Cancel)).Status);
        Assert.Equal(0, other.Accepted);
    }

    [Fact]
    public async Task A_refused_password_is_tried_once_and_not_for_ever()
    {
        await using var server = new FakeHttpServer(_ => new FakeHttpResponse(200, "")) { Username = "u", Password = "right" };
        using var http = new CameraHttp(new CameraAccount("u", "wrong"), _time);
        CameraHttpException e = await Assert.ThrowsAsync<CameraHttpException>(() => http.SendAsync(Get(server.Url), authorize: true, Cancel));
        Assert.True(e.IsRefusal);
        Assert.Equal(2, server.Challenges);
        await Assert.ThrowsAsync<CameraHttpException>(() => http.SendAsync(Get(server.Url), authorize: true, Cancel));
        Assert.Equal(4, server.Challenges);                                // the nonce it had might have run out
    }

    [Fact]
    public async Task A_camera_that_refuses_again_and_again_is_left_alone_for_a_while()
    {
        await using var server = new FakeHttpServer(_ => new FakeHttpResponse(200, "")) { Username = "u", Password = "right" };
        using var http = new CameraHttp(new CameraAccount("u", "wrong"), _time);
        for (int i = 0; i < CameraHttp.MostRefusals; i++)
            await Assert.ThrowsAsync<CameraHttpException>(() => http.SendAsync(Get(server.Url), authorize: true, Cancel));
        int asked = server.Challenges;
        CameraHttpException e = await Assert.ThrowsAsync<CameraHttpException>(() => http.SendAsync(Get(server.Url), authorize: true, Cancel));
        Assert.Contains("left alone for 30 s", e.Message, StringComparison.Ordinal);
        Assert.Equal(asked, server.Challenges);
        _time.Advance(CameraHttp.RefusalPause);
        await Assert.ThrowsAsync<CameraHttpException>(() => http.SendAsync(Get(server.Url), authorize: true, Cancel));
        Assert.True(server.Challenges > asked);
    }

    [Fact]
    public async Task Nobody_at_the_port_is_told_with_the_place()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        int port = ((IPEndPoint)listener.LocalEndpoint).Port;
        listener.Stop();
        using var http = new CameraHttp(new CameraAccount(null, null), _time);
        CameraHttpException e = await Assert.ThrowsAsync<CameraHttpException>(
            () => http.SendAsync(new CameraRequest(HttpMethod.Get, new Uri($"http://127.0.0.1:{port}/")), authorize: true, Cancel));
        Assert.StartsWith($"127.0.0.1:{port} cannot be reached", e.Message, StringComparison.Ordinal);
        Assert.False(e.IsRefusal);
    }

    [Fact]
    public async Task Without_a_user_name_a_challenge_is_told_as_such()
    {
        await using var server = new FakeHttpServer(_ => new FakeHttpResponse(200, "")) { Username = "u", Password = "p" };
        using var http = new CameraHttp(new CameraAccount(null, null), _time);
        CameraHttpException e = await Assert.ThrowsAsync<CameraHttpException>(() => http.SendAsync(Get(server.Url), authorize: true, Cancel));
        Assert.Contains("wants a user name and a password", e.Message, StringComparison.Ordinal);
    }
}
