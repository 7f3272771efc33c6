using System.Globalization;
using System.Text;
using Gb28181Edge.Protocol.Media;
using Gb28181Edge.Protocol.Rtsp;
using Gb28181Edge.Protocol.Sip;
using Gb28181Edge.Protocol.Sip.Auth;

namespace Gb28181Edge.Protocol.Tests.Rtsp;

public class RtspSessionTests
{
    private const string Sdp = """
        v=0
        m=video 0 RTP/AVP 96
        a=rtpmap:96 H264/90000
        a=control:trackID=1
        m=audio 0 RTP/AVP 8
        a=control:trackID=2
        """;

    private const string Public = "Public: OPTIONS, DESCRIBE, SETUP, PLAY, GET_PARAMETER, TEARDOWN";

    [Fact]
    public void Session_asks_options_describe_setup_a_track_and_play()
    {
        var run = new SessionRun("rtsp://cam/s");
        Assert.Equal("OPTIONS rtsp://cam/s", run.Sent());
        run.Answer(200, Public);
        Assert.Equal("DESCRIBE rtsp://cam/s", run.Sent());
        Assert.Contains("Accept: application/sdp", run.LastText);
        run.AnswerBody(Sdp, "Content-Base: rtsp://cam/s/");
        Assert.Equal("SETUP rtsp://cam/s/trackID=1", run.Sent());
        Assert.Contains("Transport: RTP/AVP/TCP;unicast;interleaved=0-1", run.LastText);
        run.Answer(200, "Session: 12345678;timeout=30", "Transport: RTP/AVP/TCP;unicast;interleaved=0-1");
        Assert.Equal("SETUP rtsp://cam/s/trackID=2", run.Sent());
        Assert.Contains("Transport: RTP/AVP/TCP;unicast;interleaved=2-3", run.LastText);
        Assert.Contains("Session: 12345678\r\n", run.LastText);
        run.Answer(200, "Session: 12345678;timeout=30", "Transport: RTP/AVP/TCP;unicast;interleaved=4-5");
        Assert.Equal("PLAY rtsp://cam/s/", run.Sent());
        Assert.Contains("Session: 12345678\r\n", run.LastText);
        Assert.Equal([RtspEffectKind.SetUp], run.Others());
        run.Answer(200);
        Assert.Equal([RtspEffectKind.Playing], run.Others());
        Assert.Equal([(Codec.G711A, (byte)4, (byte)5)], run.Session.Tracks.Skip(1).Select(t => (t.Media.Codec!.Value, t.RtpChannel, t.RtcpChannel)));
    }

    [Fact]
    public void Session_asks_for_udp_ports_and_takes_the_servers()
    {
        var run = new SessionRun("rtsp://cam/s", RtspLowerTransport.Udp);
        run.Answer(200, Public).AnswerBody(Sdp);
        Assert.Contains("Transport: RTP/AVP;unicast;client_port=40000-40001", run.LastText);
        run.Answer(200, "Session: 1", "Transport: RTP/AVP/UDP;unicast;client_port=40000-40001;server_port=6970-6971;source=192.0.2.9;ssrc=ABCD");
        Assert.Contains("client_port=40002-40003", run.LastText);
        run.Answer(200, "Session: 1", "Transport: RTP/AVP;unicast;server_port=6972");
        Assert.Equal((6970, 6971, "192.0.2.9"), (run.Session.Tracks[0].ServerRtpPort, run.Session.Tracks[0].ServerRtcpPort, run.Session.Tracks[0].Source));
        Assert.Equal((6972, 6973, null), (run.Session.Tracks[1].ServerRtpPort, run.Session.Tracks[1].ServerRtcpPort, run.Session.Tracks[1].Source));
    }

    [Theory]
    [InlineData("Public: OPTIONS, get_parameter", "Session: 1;timeout=30", "GET_PARAMETER", 12.0)]
    [InlineData("Public: OPTIONS, DESCRIBE", "Session: 1", "OPTIONS", 24.0)]
    [InlineData("Server: x", "Session: 1; timeout=10", "OPTIONS", 4.0)]
    [InlineData("Server: x", "Session: 1;timeout=0", "OPTIONS", 24.0)]
    [InlineData("Server: x", "Session: 1;timeout=nonsense", "OPTIONS", 24.0)]
    [InlineData("Server: x", "Session: 1;timeout=1", "OPTIONS", 1.2)]
    public void Keepalive_goes_out_at_four_tenths_of_the_timeout(string offered, string session, string method, double seconds)
    {
        SessionRun run = new SessionRun("rtsp://cam/s").Play(offered, session);
        for (int i = 1; i <= 3; i++)
        {
            Assert.Equal(TimeSpan.FromSeconds(i * seconds), run.Session.NextDeadline);
            run.At(run.Session.NextDeadline!.Value);
            Assert.StartsWith(method + " rtsp://cam/s", run.Sent(), StringComparison.Ordinal);
            Assert.Contains("Session: 1\r\n", run.LastText);
            run.Answer(200);
        }
    }

    [Fact]
    public void Keepalive_changes_to_options_when_get_parameter_is_refused()
    {
        SessionRun run = new SessionRun("rtsp://cam/s").Play(Public, "Session: 1");
        run.At(TimeSpan.FromSeconds(24));
        Assert.StartsWith("GET_PARAMETER", run.Sent(), StringComparison.Ordinal);
        run.Answer(501);
        run.At(TimeSpan.FromSeconds(48));
        Assert.StartsWith("OPTIONS", run.Sent(), StringComparison.Ordinal);
    }

    [Fact]
    public void Keepalive_that_is_never_answered_is_no_failure_and_goes_on()
    {
        SessionRun run = new SessionRun("rtsp://cam/s").Play(Public, "Session: 1");
        int sent = 0;
        while (run.Session.NextDeadline is { } due && due < TimeSpan.FromSeconds(100))
        {
            run.At(due);
            if (run.TrySent() is not null) sent++;
        }
        Assert.Equal(4, sent);                       // at 24, 48, 72, 96
        Assert.Empty(run.Others());
    }

    [Fact]
    public void Session_is_lost_when_the_keepalive_is_answered_454()
    {
        SessionRun run = new SessionRun("rtsp://cam/s").Play(Public, "Session: 1");
        run.At(TimeSpan.FromSeconds(24)).Answer(454);
        Assert.Equal(RtspFailure.SessionLost, run.Failure());
        Assert.Null(run.Session.NextDeadline);
    }

    [Theory]
    [InlineData("Digest realm=\"cam\", nonce=\"n1\"")]
    [InlineData("Digest realm=\"cam\", nonce=\"n1\", algorithm=SHA-256, qop=\"auth\"")]
    public void Digest_challenge_is_answered_once_and_then_taken_for_granted(string challenge)
    {
        var run = new SessionRun("rtsp://admin:secret@cam/s");
        run.Answer(200, Public);
        run.Answer(401, "WWW-Authenticate: Basic realm=\"cam\"", "WWW-Authenticate: " + challenge);
        Assert.Equal("DESCRIBE rtsp://cam/s", run.Sent());
        DigestCredentials first = run.Credentials();
        Assert.True(first.Verify(new SipMethod("DESCRIBE"), "secret"));
        Assert.Equal("rtsp://cam/s", first.Uri);
        run.AnswerBody(Sdp);
        Assert.Equal("SETUP rtsp://cam/s/trackID=1", run.Sent());
        DigestCredentials second = run.Credentials();
        Assert.True(second.Verify(new SipMethod("SETUP"), "secret"));
        Assert.True(first.Cnonce is null || first.Cnonce != second.Cnonce);
        Assert.DoesNotContain("secret", run.Everything);
    }

    [Fact]
    public void Basic_challenge_is_answered()
    {
        var run = new SessionRun("rtsp://admin:secret@cam/s");
        run.Answer(401, "WWW-Authenticate: Basic realm=\"cam\"");
        Assert.Contains("Authorization: Basic YWRtaW46c2VjcmV0\r\n", run.LastText);
    }

    [Fact]
    public void Second_401_is_a_refusal()
    {
        var run = new SessionRun("rtsp://admin:wrong@cam/s");
        run.Answer(401, "WWW-Authenticate: Digest realm=\"cam\", nonce=\"n1\"");
        Assert.NotNull(run.TrySent());
        run.Answer(401, "WWW-Authenticate: Digest realm=\"cam\", nonce=\"n2\"");
        Assert.Equal(RtspFailure.Unauthorized, run.Failure());
    }

    [Fact]
    public void Stale_nonce_is_answered_with_the_new_one()
    {
        var run = new SessionRun("rtsp://admin:secret@cam/s");
        run.Answer(401, "WWW-Authenticate: Digest realm=\"cam\", nonce=\"n1\"").Answer(200, Public);
        run.Answer(401, "WWW-Authenticate: Digest realm=\"cam\", nonce=\"n2\", stale=true");
        Assert.Equal("n2", run.Credentials().Nonce);
        run.Answer(401, "WWW-Authenticate: Digest realm=\"cam\", nonce=\"n3\", stale=true");
        run.Answer(401, "WWW-Authenticate: Digest realm=\"cam\", nonce=\"n4\", stale=true");
        Assert.Equal(RtspFailure.Unauthorized, run.Failure());
    }

    [Fact]
    public void Challenge_without_a_user_name_is_a_refusal_that_says_so()
    {
        var run = new SessionRun("rtsp://cam/s");
        run.Answer(401, "WWW-Authenticate: Digest realm=\"cam\", nonce=\"n1\"");
        Assert.Equal(RtspFailure.Unauthorized, run.Failure());
        Assert.Contains("the URL has none", run.FailureText);
    }

    [Fact]
    public void Redirect_reconnects_with_the_credentials_and_starts_again()
    {
        var run = new SessionRun("rtsp://admin:secret@cam/s");
        run.Answer(200, Public).Answer(302, "Location: rtsp://other:8554/live");
        RtspUrl target = run.Target();
        Assert.Equal(("other", 8554, "rtsp://other:8554/live", "admin"), (target.Host, target.Port, target.RequestUri, target.Username));
        run.Start();
        Assert.Equal("OPTIONS rtsp://other:8554/live", run.Sent());
        // Basic would show the password to a host that the user did not name
        run.Answer(401, "WWW-Authenticate: Basic realm=\"x\"");
        Assert.Equal(RtspFailure.Unauthorized, run.Failure());
    }

    [Fact]
    public void Redirects_end_after_five()
    {
        var run = new SessionRun("rtsp://cam/s");
        for (int i = 0; i < RtspSession.MaxRedirects; i++)
        {
            run.Answer(301, "Location: rtsp://cam/" + i.ToString(CultureInfo.InvariantCulture));
            Assert.NotNull(run.Target());
            run.Start();
        }
        run.Answer(301, "Location: rtsp://cam/again");
        Assert.Equal(RtspFailure.Redirect, run.Failure());
    }

    [Theory]
    [InlineData(404, RtspFailure.NotFound)]
    [InlineData(403, RtspFailure.Unauthorized)]
    [InlineData(454, RtspFailure.SessionLost)]
    [InlineData(503, RtspFailure.Refused)]
    [InlineData(302, RtspFailure.Redirect)]
    public void Describe_refused_names_the_reason(int status, object expected)
    {
        var run = new SessionRun("rtsp://cam/s");
        run.Answer(200, Public).Answer(status);
        Assert.Equal<object>(expected, run.Failure());
    }

    [Theory]
    [InlineData("v=0", RtspFailure.NoVideo, "")]
    [InlineData("m=audio 0 RTP/AVP 8", RtspFailure.NoVideo, "")]
    [InlineData("m=video 0 RTP/AVP 26", RtspFailure.UnsupportedVideo, "JPEG/90000")]
    public void Description_without_a_picture_that_we_take_is_a_failure(string sdp, object expected, string text)
    {
        var run = new SessionRun("rtsp://cam/s");
        run.Answer(200, Public).AnswerBody(sdp);
        Assert.Equal<object>(expected, run.Failure());
        Assert.Equal(text, run.FailureText);
    }

    [Theory]
    [InlineData(461, "Server: x")]
    [InlineData(200, "Transport: RTP/AVP;unicast;client_port=1-2;server_port=3-4")]
    [InlineData(200, "Transport: RAW/RAW/UDP")]
    public void Another_transport_than_asked_for_is_a_failure(int status, string header)
    {
        var run = new SessionRun("rtsp://cam/s");
        run.Answer(200, Public).AnswerBody(Sdp).Answer(status, "Session: 1", header);
        Assert.Equal(RtspFailure.UnsupportedTransport, run.Failure());
    }

    [Fact]
    public void Sound_that_is_refused_is_gone_without()
    {
        var run = new SessionRun("rtsp://cam/s");
        run.Answer(200, Public).AnswerBody(Sdp).Answer(200, "Session: 1").Answer(461);
        Assert.Equal("PLAY rtsp://cam/s", run.Sent());
        Assert.Single(run.Session.Tracks);
    }

    [Fact]
    public void Options_that_is_refused_is_gone_without()
    {
        var run = new SessionRun("rtsp://cam/s");
        run.Answer(405);
        Assert.Equal("DESCRIBE rtsp://cam/s", run.Sent());
    }

    [Fact]
    public void No_answer_in_time_is_a_failure()
    {
        var run = new SessionRun("rtsp://cam/s");
        run.Answer(200, Public);
        run.At(RtspSession.AnswerTime - TimeSpan.FromTicks(1));
        Assert.Empty(run.Others());
        run.At(RtspSession.AnswerTime);
        Assert.Equal((RtspFailure.NoAnswer, "DESCRIBE"), (run.Failure(), run.FailureText));
    }

    [Fact]
    public void Answers_that_nobody_waits_for_are_passed_over()
    {
        var run = new SessionRun("rtsp://cam/s");
        run.Raw("RTSP/1.0 200 OK\r\nCSeq: 77\r\n\r\n").Raw("RTSP/1.0 100 Continue\r\nCSeq: 1\r\n\r\n");
        Assert.Equal("OPTIONS rtsp://cam/s", run.Sent());
        Assert.Null(run.TrySent());
        run.Raw("RTSP/1.0 200 OK\r\n\r\n");          // some cameras leave CSeq out
        Assert.Equal("DESCRIBE rtsp://cam/s", run.Sent());
    }

    [Fact]
    public void Stop_tears_down_and_closes_with_the_answer_or_without()
    {
        SessionRun run = new SessionRun("rtsp://cam/s").Play(Public, "Session: 1");
        run.Stop();
        Assert.StartsWith("TEARDOWN rtsp://cam/s", run.Sent(), StringComparison.Ordinal);
        Assert.Contains("Session: 1\r\n", run.LastText);
        Assert.Empty(run.Others());
        run.Answer(200);
        Assert.Equal([RtspEffectKind.Closed], run.Others());

        run = new SessionRun("rtsp://cam/s").Play(Public, "Session: 1");
        run.Stop().At(RtspSession.TeardownTime);
        Assert.Equal([RtspEffectKind.Closed], run.Others());

        run = new SessionRun("rtsp://cam/s");
        run.Stop();
        Assert.Equal([RtspEffectKind.Closed], run.Others());
    }

    [Theory]
    [InlineData("OPTIONS * RTSP/1.0", "RTSP/1.0 200 OK", null)]
    [InlineData("SET_PARAMETER rtsp://cam/s RTSP/1.0", "RTSP/1.0 200 OK", null)]
    [InlineData("RECORD rtsp://cam/s RTSP/1.0", "RTSP/1.0 501 Not Implemented", null)]
    [InlineData("TEARDOWN rtsp://cam/s RTSP/1.0", "RTSP/1.0 200 OK", RtspEffectKind.Failed)]
    [InlineData("REDIRECT rtsp://cam/s RTSP/1.0\r\nLocation: rtsp://other/s", "RTSP/1.0 200 OK", RtspEffectKind.Reconnect)]
    public void Server_requests_are_answered(string request, string answer, object? effect)
    {
        SessionRun run = new SessionRun("rtsp://cam/s").Play(Public, "Session: 1");
        run.Raw(request + "\r\nCSeq: 42\r\n\r\n");
        Assert.StartsWith(answer + "\r\nCSeq: 42\r\n", run.LastText, StringComparison.Ordinal);
        Assert.Equal(effect is RtspEffectKind kind ? [kind] : [], run.Others());
    }

    /// <summary>Plays the server: takes what the session sends, answers with the request's own CSeq.</summary>
    private sealed class SessionRun
    {
        private readonly List<RtspEffect> _effects = [];
        private readonly Queue<string> _sent = new();
        private readonly List<RtspEffect> _others = [];
        private readonly StringBuilder _everything = new();
        private TimeSpan _now;

        public SessionRun(string url, RtspLowerTransport transport = RtspLowerTransport.Tcp)
        {
            Assert.True(RtspUrl.TryParse(url, out RtspUrl? parsed, out _));
            Session = new RtspSession(new RtspSessionOptions(parsed!, transport, [40000, 40002], "test", "c0"));
            Start();
        }

        public RtspSession Session { get; }
        public string LastText { get; private set; } = "";
        public string Everything => _everything.ToString();
        public string FailureText { get; private set; } = "";

        public void Start()
        {
            Session.Start(_now, _effects);
            Take();
        }

        public SessionRun Play(string offered, string session)
        {
            Answer(200, offered).AnswerBody(Sdp).Answer(200, session).Answer(200, session).Answer(200);
            _sent.Clear();
            _others.Clear();
            return this;
        }

        public SessionRun At(TimeSpan now)
        {
            _now = now;
            Session.OnTimer(now, _effects);
            return Take();
        }

        public SessionRun Stop()
        {
            Session.Stop(_now, _effects);
            return Take();
        }

        public SessionRun Answer(int status, params string[] headers) => Raw(
            $"RTSP/1.0 {status} Reason\r\nCSeq: {LastCSeq}\r\n{string.Concat(headers.Select(h => h + "\r\n"))}\r\n");

        public SessionRun AnswerBody(string body, params string[] headers) => Raw(
            $"RTSP/1.0 200 OK\r\nCSeq: {LastCSeq}\r\nContent-Length: {body.Length}\r\n{string.Concat(headers.Select(h => h + "\r\n"))}\r\n{body}");

        public SessionRun Raw(string text)
        {
            var framer = new RtspFramer();
            byte[] bytes = Encoding.ASCII.GetBytes(text);
            bytes.CopyTo(framer.Free);
            framer.Advance(bytes.Length);
            Assert.True(framer.TryRead(out RtspFrame frame));
            Session.OnMessage(frame.Message!, _now, _effects);
            return Take();
        }

        public string Sent() => TrySent() ?? "";

        public string? TrySent()
        {
            string? last = _sent.Count == 0 ? null : _sent.Last();
            _sent.Clear();
            return last;
        }

        public RtspEffectKind[] Others()
        {
            RtspEffectKind[] kinds = [.. _others.Select(e => e.Kind)];
            _others.Clear();
            return kinds;
        }

        public RtspFailure Failure()
        {
            RtspEffect effect = Assert.Single(_others, e => e.Kind == RtspEffectKind.Failed);
            FailureText = effect.Text;
            return effect.Failure;
        }

        public RtspUrl Target()
        {
            RtspEffect effect = Assert.Single(_others);
            _others.Clear();
            return effect.Target!;
        }

        public DigestCredentials Credentials()
        {
            string line = LastText.Split("\r\n").Single(l => l.StartsWith("Authorization: ", StringComparison.Ordinal));
            Assert.True(DigestCredentials.TryParse(line.AsSpan("Authorization: ".Length), out DigestCredentials? credentials));
            return credentials!;
        }

        private string LastCSeq => LastText.Split("\r\n").Single(l => l.StartsWith("CSeq: ", StringComparison.Ordinal))["CSeq: ".Length..];

        private SessionRun Take()
        {
            foreach (RtspEffect effect in _effects)
            {
                if (effect.Kind != RtspEffectKind.Send) { _others.Add(effect); continue; }
                LastText = Encoding.Latin1.GetString(effect.Bytes);
                _everything.Append(LastText);
                _sent.Enqueue(LastText.Split(" RTSP/1.0")[0]);
            }
            _effects.Clear();
            return this;
        }
    }
}
