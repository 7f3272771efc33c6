using Gb28181Edge.Protocol.Rtsp;

namespace Gb28181Edge.Protocol.Tests.Rtsp;

public class RtspUrlTests
{
    [Theory]
    [InlineData("rtsp://192.0.2.20/stream1", "192.0.2.20", 554, "rtsp://192.0.2.20/stream1", null, null)]
    [InlineData("RTSP://cam:8554", "cam", 8554, "rtsp://cam:8554", null, null)]
    [InlineData("rtsp://admin:12345@192.0.2.20:554/h264/ch1?x=a@b", "192.0.2.20", 554, "rtsp://192.0.2.20:554/h264/ch1?x=a@b", "admin", "12345")]
    [InlineData("rtsp://admin:p@ss:w@cam/1", "cam", 554, "rtsp://cam/1", "admin", "p@ss:w")]
    [InlineData("rtsp://admin:a%40b%2Fc@cam/1", "cam", 554, "rtsp://cam/1", "admin", "a@b/c")]
    [InlineData("rtsp://admin@cam/1", "cam", 554, "rtsp://cam/1", "admin", "")]
    [InlineData("rtsp://[2001:db8::1]:8554/s", "2001:db8::1", 8554, "rtsp://[2001:db8::1]:8554/s", null, null)]
    [InlineData("rtsp://cam?channel=1", "cam", 554, "rtsp://cam?channel=1", null, null)]
    [InlineData("rtsp://cam/通道1", "cam", 554, "rtsp://cam/%E9%80%9A%E9%81%931", null, null)]
    public void Url_is_taken_apart(string text, string host, int port, string requestUri, string? username, string? password)
    {
        Assert.True(RtspUrl.TryParse(text, out RtspUrl? url, out _));
        Assert.Equal((host, port, requestUri, username, password), (url!.Host, url.Port, url.RequestUri, url.Username, url.Password));
        Assert.Equal(requestUri, url.ToString());
    }

    [Theory]
    [InlineData("http://cam/1", RtspUrlFault.Scheme)]
    [InlineData("rtsps://cam/1", RtspUrlFault.Scheme)]
    [InlineData("", RtspUrlFault.Scheme)]
    [InlineData("rtsp://", RtspUrlFault.Host)]
    [InlineData("rtsp:///1", RtspUrlFault.Host)]
    [InlineData("rtsp://2001:db8::1/1", RtspUrlFault.Host)]
    [InlineData("rtsp://[2001:db8::1/1", RtspUrlFault.Host)]
    [InlineData("rtsp://\u6444\u50CF\u673A/1", RtspUrlFault.Host)]
    [InlineData("rtsp://cam#1", RtspUrlFault.Host)]
    [InlineData("rtsp://[a]b]/1", RtspUrlFault.Host)]
    [InlineData("rtsp://cam:0/1", RtspUrlFault.Port)]
    [InlineData("rtsp://cam:65536/1", RtspUrlFault.Port)]
    [InlineData("rtsp://cam:abc/1", RtspUrlFault.Port)]
    [InlineData("rtsp://cam/1 2", RtspUrlFault.Character)]
    [InlineData("rtsp://cam/1\r\nX: y", RtspUrlFault.Character)]
    [InlineData("rtsp://a%0d%0aX:y@cam/1", RtspUrlFault.Character)]
    public void Url_that_is_none_is_refused_with_its_fault(string text, object expected)
    {
        Assert.False(RtspUrl.TryParse(text, out _, out RtspUrlFault fault));
        Assert.Equal<object>(expected, fault);
    }

    [Theory] // RFC 2326 C.1.1, and what servers expect of it
    [InlineData("rtsp://h/s/", "trackID=1", "rtsp://h/s/trackID=1")]
    [InlineData("rtsp://h/s", "trackID=1", "rtsp://h/s/trackID=1")]
    [InlineData("rtsp://h/s", "/trackID=1", "rtsp://h/s/trackID=1")]
    [InlineData("rtsp://h/s/", "/trackID=1", "rtsp://h/s/trackID=1")]
    [InlineData("rtsp://h/s?a=1", "trackID=1", "rtsp://h/s?a=1/trackID=1")]
    [InlineData("rtsp://h/s", "?track=1", "rtsp://h/s?track=1")]
    [InlineData("rtsp://h/s", "rtsp://other/t", "rtsp://other/t")]
    [InlineData("rtsp://h/s", "*", "rtsp://h/s")]
    [InlineData("rtsp://h/s", "", "rtsp://h/s")]
    [InlineData("rtsp://h/s", null, "rtsp://h/s")]
    public void Control_is_put_behind_the_base(string baseUri, string? control, string expected) =>
        Assert.Equal(expected, RtspControl.Resolve(baseUri, control));

    [Fact]
    public void Base_is_the_first_whole_url_of_content_base_content_location_and_request()
    {
        Assert.Equal("rtsp://a/", RtspControl.Base("rtsp://a/", "rtsp://b/", "rtsp://c/"));
        Assert.Equal("rtsp://b/", RtspControl.Base("/a/", "rtsp://b/", "rtsp://c/"));
        Assert.Equal("rtsp://c/", RtspControl.Base(null, "b", "rtsp://c/"));
    }
}
