using System.Net;
using Gb28181Edge.Gb28181;
using Gb28181Edge.Protocol.Sip;
using Gb28181Edge.Protocol.Sip.UserAgent;
using Gb28181Edge.Sip;
using Gb28181Edge.Streaming;
using Gb28181Edge.Tests.Support;

namespace Gb28181Edge.Tests.Gb28181;

public sealed class LiveSessionTests
{
    private static readonly SipCallEvent Ack = new SipCallEvent.Acknowledged(default);

    // GB/T 28181-2016 annex L, GB/T 28181-2022 annex D: protocol and attributes of the offer, what we do, what the answer says
    [Theory]
    [InlineData("RTP/AVP", "", "Udp", "")]
    [InlineData("RTP/AVP", "a=setup:active\r\n", "Udp", "")]                                                  // noise with UDP
    [InlineData("TCP/RTP/AVP", "a=setup:passive\r\na=connection:new\r\n", "TcpActive", "a=setup:active\r\na=connection:new\r\n")]
    [InlineData("TCP/RTP/AVP", "a=setup:active\r\na=connection:new\r\n", "TcpPassive", "a=setup:passive\r\na=connection:new\r\n")]
    [InlineData("TCP/RTP/AVP", "a=setup:actpass\r\n", "TcpActive", "a=setup:active\r\na=connection:new\r\n")]
    [InlineData("TCP/RTP/AVP", "", "TcpActive", "a=setup:active\r\na=connection:new\r\n")]                    // SRS
    [InlineData("RTP/AVP/TCP", "a=setup:PASSIVE \r\n", "TcpActive", "a=setup:active\r\na=connection:new\r\n")] // the official test tool
    public async Task Offer_is_answered_with_the_opposite_role(string protocol, string attributes, string transport, string answered)
    {
        var run = new LiveRun();
        (FakeCall call, FakeMediaSession media) = await run.AcceptedAsync(LiveRun.Offer(protocol, attributes: attributes));
        Assert.Equal(
            new MediaSessionOptions(Enum.Parse<MediaTransport>(transport), IPAddress.Parse("192.0.2.20"), new IPEndPoint(IPAddress.Parse("192.0.2.1"), 30_000), 200_000_001), media.Options);
        Assert.Equal(
            $"v=0\r\no={FakeDevice.Gate} 0 0 IN IP4 192.0.2.20\r\ns=Play\r\nc=IN IP4 192.0.2.20\r\nt=0 0\r\nm=video {media.LocalPort} {protocol} 96\r\n"
            + $"a=sendonly\r\na=rtpmap:96 PS/90000\r\n{answered}y=0200000001\r\n", call.AnswerText);
    }

    [Fact]
    public async Task Router_address_is_told_and_the_routed_one_is_bound()
    {
        (FakeCall call, FakeMediaSession media) = await new LiveRun(mediaAddress: IPAddress.Parse("198.51.100.7")).AcceptedAsync();
        Assert.Equal(IPAddress.Parse("192.0.2.20"), media.Options.LocalAddress);
        Assert.Contains("c=IN IP4 198.51.100.7\r\n", call.AnswerText, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Multicast_is_served_with_its_ttl_and_echoed()
    {
        var run = new LiveRun();
        (FakeCall call, FakeMediaSession media) = await run.AcceptedAsync(LiveRun.Offer(connection: "c=IN IP4 239.1.2.3/16"));
        Assert.Equal((IPAddress.Parse("239.1.2.3"), 16), (media.Options.Remote.Address, media.Options.MulticastTtl));
        Assert.Contains("c=IN IP4 239.1.2.3/16\r\n", call.AnswerText, StringComparison.Ordinal);
        Assert.Contains("m=video 30000 RTP/AVP 96\r\n", call.AnswerText, StringComparison.Ordinal);
        Assert.Equal("488", await run.RefusedAsync(LiveRun.Offer("TCP/RTP/AVP", connection: "c=IN IP4 239.1.2.3/16")));
    }

    [Theory] // GB/T 28181-2016 annex F
    [InlineData("0200000001", 200_000_001u)]
    [InlineData("100000001", 100_000_001u)]
    [InlineData("630886", 630_886u)]
    [InlineData("0999999999", 999_999_999u)]
    public async Task Ssrc_of_the_offer_is_used_and_echoed_in_ten_digits(string y, uint ssrc)
    {
        (FakeCall call, FakeMediaSession media) = await new LiveRun().AcceptedAsync(LiveRun.Offer(y: y));
        Assert.Equal(ssrc, media.Options.Ssrc);
        Assert.EndsWith($"y={ssrc:D10}\r\n", call.AnswerText, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(null)]
    [InlineData("")]
    [InlineData("null")]
    [InlineData("0000000000")]
    [InlineData("99999999999")]
    public async Task Missing_ssrc_is_made_of_the_platforms_domain_and_is_unique(string? y)
    {
        var run = new LiveRun();
        var seen = new HashSet<uint>();
        for (int i = 0; i < 30; i++)
        {
            (FakeCall call, FakeMediaSession media) = await run.AcceptedAsync(LiveRun.Offer(y: y));
            Assert.Contains("\r\ny=020000", call.AnswerText, StringComparison.Ordinal);
            Assert.True(seen.Add(media.Options.Ssrc));
        }
    }

    [Theory]
    [InlineData("no SDP", null)]
    [InlineData("nonsense", "hello")]
    [InlineData("no 96", "98")]
    [InlineData("private stream", "DAHUA")]
    [InlineData("Playback", "Playback")]
    [InlineData("Download", "Download")]
    [InlineData("Talk", "Talk")]
    [InlineData("port 0", "port")]
    [InlineData("nowhere", "0.0.0.0")]
    [InlineData("unknown name", "no-such-host.invalid")]
    public async Task Unusable_offer_is_refused_with_488(string what, string? detail)
    {
        var run = new LiveRun();
        string? sdp = what switch
        {
            "no SDP" or "nonsense" => detail,
            "no 96" => LiveRun.Offer(payloads: detail!),
            "private stream" => LiveRun.Offer().Replace("PS/90000", "DAHUA/90000", StringComparison.Ordinal),
            "Playback" or "Download" or "Talk" => LiveRun.Offer(name: detail!, time: "1717200000 1717203600"),
            "port 0" => LiveRun.Offer(port: 0),
            _ => LiveRun.Offer(address: detail!),
        };
        Assert.Equal("488", await run.RefusedAsync(sdp));
        await run.NothingIsLeftAsync();
    }

    [Fact]
    public async Task Name_in_the_offer_is_resolved()
    {
        (_, FakeMediaSession media) = await new LiveRun().AcceptedAsync(LiveRun.Offer(address: "localhost"));
        Assert.Equal(IPAddress.Loopback, media.Options.Remote.Address);
    }

    [Fact]
    public async Task Name_that_is_not_resolved_within_three_seconds_is_488()
    {
        var time = new SteppedTime(DateTimeOffset.UnixEpoch);
        var run = new LiveRun(options: new LiveOptions { Time = time, Resolve = (_, _, _) => new TaskCompletionSource<IPAddress[]>().Task });
        FakeCall call = run.Invite(LiveRun.Offer(address: "slow.example"));
        await Eventually.TrueAsync(() => time.NextDue is not null, "the look-up has a deadline");
        Assert.Equal(DateTimeOffset.UnixEpoch.AddSeconds(3), time.NextDue);
        Assert.Empty(call.Said);
        time.StepToNext();
        await Eventually.TrueAsync(() => call.Said.Count > 0, "an answer to the INVITE");
        Assert.Equal(["488"], call.Said);
        await run.NothingIsLeftAsync();
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task End_does_not_wait_for_a_name(bool orderly)
    {
        var stopped = new TaskCompletionSource();
        var run = new LiveRun(options: new LiveOptions
        {
            Time = new SteppedTime(DateTimeOffset.UnixEpoch),                    // its deadline never comes
            Resolve = (_, _, stop) =>
            {
                stop.Register(stopped.SetResult);
                return new TaskCompletionSource<IPAddress[]>().Task;
            },
        });
        FakeCall call = run.Invite(LiveRun.Offer(address: "slow.example"));
        Task ending = run.City.EndAllAsync(orderly, TestContext.Current.CancellationToken).AsTask();
        await Eventually.TrueAsync(() => ending.IsCompleted, "the end of all sessions");
        await ending;
        Assert.True(stopped.Task.IsCompleted);
        Assert.DoesNotContain("488", call.Said);
        Assert.DoesNotContain("200", call.Said);
        await run.NothingIsLeftAsync();
    }

    [Fact]
    public async Task Offer_without_any_address_is_served_at_its_source()
    {
        string sdp = "v=0\r\ns=##ms20091214\r\nm=video 6000 RTP/AVP 96\r\n";
        (_, FakeMediaSession media) = await new LiveRun().AcceptedAsync(sdp);
        Assert.Equal("192.0.2.1:6000", media.Options.Remote.ToString());
    }

    [Fact]
    public async Task Unknown_channel_is_404_and_the_devices_own_id_is_its_first_camera()
    {
        var run = new LiveRun();
        Assert.Equal("404", await run.RefusedAsync(LiveRun.Offer(), channel: FakeDevice.Stranger));
        (FakeCall call, _) = await run.AcceptedAsync(channel: FakeDevice.Id);
        Assert.Equal(1, run.Gate.Lent);
        Assert.Contains($"o={FakeDevice.Id} ", call.AnswerText, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Media_starts_with_the_ack_and_once()
    {
        var run = new LiveRun();
        (FakeCall call, FakeMediaSession media) = await run.AcceptedAsync();
        Assert.Equal(0, media.Starts);
        call.Happens(Ack);
        call.Happens(Ack);
        call.Happens(new SipCallEvent.TransportLost());
        await Eventually.TrueAsync(() => call.Events.Count == 0 && media.Starts > 0, "the start");
        call.Happens(new SipCallEvent.Bye());
        await run.NothingIsLeftAsync();
        Assert.Equal(1, media.Starts);
        Assert.Equal(["200"], call.Said);
    }

    [Fact]
    public async Task Missing_ack_sends_no_media_and_leaves_nothing()
    {
        var run = new LiveRun();
        (FakeCall call, FakeMediaSession media) = await run.AcceptedAsync();
        call.Happens(new SipCallEvent.AckMissing());
        await run.NothingIsLeftAsync();
        Assert.Equal(0, media.Starts);
    }

    [Theory]
    [InlineData("PeerGone")]
    [InlineData("ConnectFailed")]
    [InlineData("Unreachable")]
    public async Task Lost_media_ends_the_call_with_a_bye(string why)
    {
        var run = new LiveRun();
        (FakeCall call, FakeMediaSession media) = await run.AcceptedAsync();
        call.Happens(Ack);
        media.End(Enum.Parse<MediaEnd>(why));
        await run.NothingIsLeftAsync();
        Assert.Equal(["200", "BYE"], call.Said);
    }

    [Fact] // GB/T 28181-2016 annex M, GB/T 28181-2022 annex K
    public async Task Same_sender_of_the_same_platform_replaces_and_of_another_does_not()
    {
        var run = new LiveRun();
        string subject = $"{FakeDevice.Gate}:0,34020000002000000001:0";
        (FakeCall first, FakeMediaSession firstMedia) = await run.AcceptedAsync(subject: subject);
        (FakeCall other, _) = await run.AcceptedAsync(subject: subject, platform: run.County);
        (FakeCall second, _) = await run.AcceptedAsync(subject: subject);
        await Eventually.TrueAsync(() => first.Said.Count == 2, "a BYE to the replaced call");
        Assert.Equal(["200", "BYE"], first.Said);
        Assert.True(firstMedia.IsDisposed);
        Assert.Equal(["200"], other.Said);
        Assert.Equal(["200"], second.Said);
        Assert.Equal((2, 2), (run.Gate.Lent, run.Table.Count));
    }

    [Fact]
    public async Task Replaced_session_gives_its_port_to_the_new_one()
    {
        var run = new LiveRun(ports: 1);
        for (int i = 0; i < 20; i++) await run.AcceptedAsync(subject: $"{FakeDevice.Gate}:1,x:1");
        Assert.Equal(1, run.Gate.Lent);
    }

    [Fact]
    public async Task Without_subject_or_with_another_serial_nothing_is_replaced()
    {
        var run = new LiveRun();
        await run.AcceptedAsync();
        await run.AcceptedAsync();
        await run.AcceptedAsync(subject: $"{FakeDevice.Gate}:1,x:1");
        await run.AcceptedAsync(subject: $"{FakeDevice.Gate}:2,x:1");
        Assert.Equal(4, run.Table.Count);
    }

    [Fact]
    public async Task One_camera_serves_sixteen_of_several_platforms_each_with_its_own_ssrc()
    {
        var run = new LiveRun();
        for (int i = 0; i < 16; i++) await run.AcceptedAsync(LiveRun.Offer(y: null), platform: i % 2 == 0 ? run.City : run.County);
        Assert.Equal(16, run.Gate.Sessions.Select(session => session.Options.Ssrc).Distinct().Count());
        Assert.Equal((8, 8), (run.City.Count, run.County.Count));
    }

    [Fact]
    public async Task Exhausted_ports_are_486()
    {
        var run = new LiveRun(ports: 1);
        await run.AcceptedAsync();
        Assert.Equal("486", await run.RefusedAsync(LiveRun.Offer()));
        Assert.Equal((1, 1), (run.Gate.Lent, run.Table.Count));
    }

    [Fact]
    public async Task Full_camera_takes_its_platforms_oldest_place_and_refuses_a_platform_that_has_none()
    {
        var run = new LiveRun(maxPerCamera: 2);
        (FakeCall oldest, _) = await run.AcceptedAsync();
        (FakeCall newer, _) = await run.AcceptedAsync();
        Assert.Equal("486", await run.RefusedAsync(LiveRun.Offer(), platform: run.County));
        await run.AcceptedAsync();
        await Eventually.TrueAsync(() => oldest.Said.Contains("BYE"), "a BYE to the oldest");
        Assert.Equal(["200"], newer.Said);
        await run.AcceptedAsync(channel: FakeDevice.Yard, platform: run.County);  // another camera has its own count
        Assert.Equal((2, 1), (run.Gate.Lent, run.Yard.Lent));
    }

    [Fact]
    public async Task Requests_within_the_call_get_their_answers()
    {
        var run = new LiveRun();
        (FakeCall call, _) = await run.AcceptedAsync();
        async Task<SipResponse> AskAsync(string method, string? sdp = null)
        {
            var request = new SipRequest(new SipMethod(method), "sip:x@192.0.2.20") { Body = System.Text.Encoding.ASCII.GetBytes(sdp ?? "") };
            foreach (HeaderName name in new[] { HeaderName.From, HeaderName.To, HeaderName.CallId }) request.Add(name, call.Invite.Text(name)!);
            request.Add(HeaderName.CSeq, $"21 {method}");
            var answer = new TaskCompletionSource<SipResponse>();
            call.Happens(new SipCallEvent.Request(new SipIncoming(request, new IPEndPoint(IPAddress.Loopback, 1), SipTransport.Udp, response => answer.SetResult(response))));
            return await Eventually.ResultAsync(answer.Task, $"an answer to {method}");
        }

        Assert.Equal(200, (await AskAsync("INFO", "PAUSE RTSP/1.0\r\nCSeq: 1\r\n")).StatusCode);
        Assert.Equal(405, (await AskAsync("MESSAGE")).StatusCode);
        SipResponse same = await AskAsync("INVITE", LiveRun.Offer());
        Assert.Equal((200, call.AnswerText), (same.StatusCode, System.Text.Encoding.ASCII.GetString(same.Body.Span)));
        Assert.Equal(488, (await AskAsync("INVITE", LiveRun.Offer(port: 31_000))).StatusCode);
        Assert.Equal(488, (await AskAsync("INVITE")).StatusCode);
        Assert.Equal(1, run.Table.Count);
    }

    [Fact]
    public async Task Lost_platform_ends_its_own_sessions_silently()
    {
        var run = new LiveRun();
        (FakeCall lost, FakeMediaSession media) = await run.AcceptedAsync();
        (FakeCall kept, _) = await run.AcceptedAsync(platform: run.County);
        await run.City.EndAllAsync(orderly: false, TestContext.Current.CancellationToken);
        Assert.Equal(["200", "forgotten"], lost.Said);
        Assert.True(media.IsDisposed);
        Assert.Equal(["200"], kept.Said);
        Assert.Equal(1, run.Table.Count);
    }

    [Fact]
    public async Task Leaving_sends_a_bye_to_everyone()
    {
        var run = new LiveRun();
        (FakeCall one, _) = await run.AcceptedAsync();
        (FakeCall two, _) = await run.AcceptedAsync(channel: FakeDevice.Yard);
        await run.City.EndAllAsync(orderly: true, TestContext.Current.CancellationToken);
        Assert.Equal(["200", "BYE"], one.Said);
        Assert.Equal(["200", "BYE"], two.Said);
        await run.NothingIsLeftAsync();
    }

    // Whatever happens in whatever order, at once or one after the other: no port, no session and no wait is left, and without an ACK
    // nothing was sent.
    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task No_order_of_events_leaves_anything_behind(bool waitBetween)
    {
        string[] steps = ["ack", "bye", "cancel", "ack missing", "media gone", "unreachable", "replace", "platform lost", "transport lost"];
        foreach (string first in steps)
        {
            foreach (string second in steps)
            {
                foreach (string third in steps)
                {
                    var run = new LiveRun(ports: 2);
                    string subject = $"{FakeDevice.Gate}:1,x:1";
                    FakeCall call = run.Invite(LiveRun.Offer(), subject: subject);
                    bool acknowledged = false;
                    foreach (string step in new[] { first, second, third })
                    {
                        if (waitBetween) await Eventually.TrueAsync(() => call.Events.Count == 0 || call.Said.Any(word => word is "BYE" or "forgotten"), "its events taken, or its end");
                        acknowledged |= step == "ack";
                        await StepAsync(run, call, step, subject);
                    }
                    await run.City.EndAllAsync(orderly: true, TestContext.Current.CancellationToken);
                    await run.NothingIsLeftAsync();
                    Assert.All(run.Gate.Sessions, session => Assert.True(session.IsDisposed));
                    if (!acknowledged) Assert.All(run.Gate.Sessions, session => Assert.Equal(0, session.Starts));
                    Assert.True(call.Said.Count(word => word is "BYE" or "forgotten") <= 1, $"{first}, {second}, {third}: {string.Join(' ', call.Said)}");
                }
            }
        }
    }

    private static async Task StepAsync(LiveRun run, FakeCall call, string step, string subject)
    {
        switch (step)
        {
            case "ack": call.Happens(Ack); break;
            case "bye": call.Happens(new SipCallEvent.Bye()); break;
            case "cancel": call.Happens(new SipCallEvent.Cancelled()); break;
            case "ack missing": call.Happens(new SipCallEvent.AckMissing()); break;
            case "transport lost": call.Happens(new SipCallEvent.TransportLost()); break;
            case "media gone": foreach (FakeMediaSession session in run.Gate.Sessions.Take(1)) session.End(MediaEnd.PeerGone); break;
            case "unreachable": foreach (FakeMediaSession session in run.Gate.Sessions.TakeLast(1)) session.End(MediaEnd.Unreachable); break;
            case "replace": run.Invite(LiveRun.Offer(), subject: subject); break;
            case "platform lost": await run.City.EndAllAsync(orderly: false, TestContext.Current.CancellationToken); break;
        }
    }
}
