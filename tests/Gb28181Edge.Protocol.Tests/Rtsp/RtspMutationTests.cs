using System.Text;
using Gb28181Edge.Protocol.Rtsp;
using Gb28181Edge.Protocol.Tests.Support;

namespace Gb28181Edge.Protocol.Tests.Rtsp;

/// <summary>What a person or a camera wrote, damaged: nothing throws, and nothing that is taken can forge a line of a request.</summary>
public class RtspMutationTests
{
    [Fact]
    public void Damaged_urls_never_throw_and_what_is_taken_can_stand_in_a_request_line()
    {
        int taken = 0;
        Mutation.Loop(2326, Seeds(
            "rtsp://192.0.2.20/stream1", "RTSP://cam:8554", "rtsp://admin:12345@192.0.2.20:554/h264/ch1?x=a@b", "rtsp://admin:a%40b%2Fc@cam/1",
            "rtsp://[2001:db8::1]:8554/s", "rtsp://cam?channel=1", "rtsp://cam/通道1", "rtsp://a%0d%0aX:y@cam/1"), bytes =>
        {
            if (!RtspUrl.TryParse(Encoding.UTF8.GetString(bytes), out RtspUrl? url, out RtspUrlFault fault))
            {
                Assert.NotEqual(RtspUrlFault.None, fault);
                return;
            }
            Assert.All(url!.RequestUri, c => Assert.InRange(c, '!', '~'));
            Assert.NotEmpty(url.Host);
            Assert.DoesNotContain(url.Host, c => c is '/' or '@' or '[' or ']' or '?' or '#');
            Assert.InRange(url.Port, 1, 65535);
            Assert.DoesNotContain(url.Username + url.Password, char.IsControl);
            Assert.True(RtspUrl.TryParse(url.RequestUri, out RtspUrl? again, out _));
            Assert.Equal((url.Host, url.Port, url.RequestUri, null), (again!.Host, again.Port, again.RequestUri, again.Username));
            taken++;
        });
        Assert.True(taken > 1000, $"{taken}");
    }

    [Fact]
    public void Damaged_transport_headers_never_throw_and_channels_and_ports_are_in_range()
    {
        int taken = 0;
        Mutation.Loop(1239, Seeds(
            "RTP/AVP/TCP;unicast;interleaved=0-1;ssrc=DEADBEEF", "RTP/AVP;unicast;client_port=40000-40001;server_port=6970-6971;source=192.0.2.9",
            "RTP/AVP/UDP;unicast;server_port=65535", "RTP/AVP/TCP;interleaved=254-255;mode=\"PLAY\"", "RTP/AVP/TCP;interleaved=255,RTP/AVP;unicast"), bytes =>
        {
            if (RtspTransportHeader.Parse(Encoding.Latin1.GetString(bytes)) is not { } transport) return;
            Assert.Equal(transport.RtpChannel is null, transport.RtcpChannel is null);
            Assert.Equal(transport.ServerRtpPort is null, transport.ServerRtcpPort is null);
            if (transport.RtpChannel is not null) Assert.True(transport.IsTcp);
            if (transport.ServerRtpPort is { } port) Assert.InRange(port, 0, 65535);
            if (transport.ServerRtcpPort is { } rtcpPort) Assert.InRange(rtcpPort, 0, 65535);
            if (transport.Source is { } source) Assert.NotEmpty(source);
            taken++;
        });
        Assert.True(taken > 1000, $"{taken}");
    }

    [Fact]
    public void Damaged_message_heads_never_throw_and_their_headers_are_single_lines()
    {
        int taken = 0;
        Mutation.Loop(16, Seeds(
            "RTSP/1.0 200 OK\r\nCSeq: 1\r\nSession: 1234;timeout=60\r\nTransport: RTP/AVP/TCP;interleaved=0-1\r\n\r\n",
            "RTSP/1.0 401 Unauthorized\r\nCSeq: 2\r\nWWW-Authenticate: Digest realm=\"a\", nonce=\"b\"\r\nWWW-Authenticate: Basic realm=\"a\"\r\n\r\n",
            "RTSP/1.0 200 OK\r\nX: a\r\n b\r\n\tc\r\nContent-Length: 65536\r\n\r\n", "OPTIONS rtsp://c/1 RTSP/1.0\nCSeq:5\n\n"), bytes =>
        {
            if (!RtspMessage.TryParseHead(bytes, out RtspMessage? message, out int bodyLength, out RtspFault fault))
            {
                Assert.NotEqual(RtspFault.None, fault);
                return;
            }
            Assert.InRange(bodyLength, 0, RtspLimits.MaxBodySize);
            Assert.True(message.IsRequest ? message.Uri is { Length: > 0 } : message.StatusCode is >= 100 and <= 999);
            foreach (string name in (string[])["CSeq", "Session", "Transport", "WWW-Authenticate", "X"])
            {
                Assert.Equal(message.Headers(name).FirstOrDefault(), message.Header(name));
                Assert.All(message.Headers(name), value => Assert.DoesNotContain('\n', value));
            }
            Assert.True(message.CSeq is null || message.Header("CSeq") is not null);
            taken++;
        });
        Assert.True(taken > 1000, $"{taken}");
    }

    [Fact]
    public void Damaged_challenges_never_throw_and_an_answer_is_one_line()
    {
        Assert.True(RtspUrl.TryParse("rtsp://admin:12345@cam/1", out RtspUrl? url, out _));
        int answered = 0;
        Mutation.Loop(7616, Seeds(
            "Digest realm=\"IP Camera\", nonce=\"4a3f\", algorithm=\"MD5\", stale=\"FALSE\"", "Digest realm=\"a\\\"b\",nonce=\"c\",qop=\"auth,auth-int\",opaque=\"\"",
            "Digest realm=a, nonce=b, algorithm=SHA-256, qop=auth", "Basic realm=\"/\"", "Basic realm=\"a\", Digest realm=\"a\", nonce=\"b\""), bytes =>
        {
            // as it comes out of a message: a line
            string challenge = Encoding.Latin1.GetString(bytes).ReplaceLineEndings(" ").Replace('\n', ' ').Replace('\r', ' ');
            var authorization = new RtspAuthorization(url!, "0a1b2c3d");
            AuthorizationAnswer answer = authorization.Challenge([challenge], "cam", 0);
            string? header = authorization.Header(RtspMethod.Describe, url!.RequestUri);
            Assert.Equal(answer == AuthorizationAnswer.Again, header is not null);
            if (header is null) return;
            Assert.DoesNotContain('\n', header);
            Assert.DoesNotContain('\r', header);
            Assert.True(header.StartsWith("Digest ", StringComparison.Ordinal) || header.StartsWith("Basic ", StringComparison.Ordinal));
            Assert.DoesNotContain("12345", header);
            answered++;
        });
        Assert.True(answered > 1000, $"{answered}");
    }

    private static byte[][] Seeds(params string[] texts) => [.. texts.Select(Encoding.UTF8.GetBytes)];
}
