using System.Net;
using Gb28181Edge.Protocol.Sip;
using Gb28181Edge.Protocol.Sip.Auth;
using Gb28181Edge.Protocol.Sip.UserAgent;

namespace Gb28181Edge.Protocol.Tests.Sip.UserAgent;

public class RegistrationTests
{
    private const string Uri = "sip:34020000002000000001@3402000000", Nonce = "WWW-Authenticate: Digest realm=\"3402000000\",nonce=\"n1\",qop=\"auth\"";

    private static readonly IPEndPoint Inside = new(IPAddress.Parse("192.0.2.20"), 5060), Outside = new(IPAddress.Parse("198.51.100.7"), 40000);

    /// <summary>A registration, its clock in seconds, and the last REGISTER it sent.</summary>
    private sealed class Run
    {
        public Run(RegistrationSettings? settings = null)
        {
            Machine = new Registration(settings ?? Settings);
            Machine.Start(TimeSpan.Zero);
        }

        public static RegistrationSettings Settings { get; } = new() { Username = "34020000001110000001", Password = "Pa55word", GbVersion = "2.0" };

        public Registration Machine { get; }
        public double Now { get; set; }
        public double Random { get; set; } = 0.5;
        public SipRequest Register { get; private set; } = null!;
        public double? Deadline => Machine.NextDeadline?.TotalSeconds;
        public double? RegisterAt => Machine.RegisterAt?.TotalSeconds;
        private TimeSpan Time => TimeSpan.FromSeconds(Now);

        public RegistrationStep Next(out RegistrationChange change) => Machine.Next(Time, out change);

        public RegistrationStep Next()
        {
            RegistrationStep step = Machine.Next(Time, out RegistrationChange change);
            Assert.Equal(RegistrationChange.None, change);
            return step;
        }

        public void Send(string cnonce = "c1")
        {
            Assert.Equal(RegistrationStep.Register, Next());
            Compose(cnonce);
        }

        public void Compose(string cnonce = "c1")
        {
            Register = new SipRequest(SipMethod.Register, Uri);
            Register.PushVia(new ViaHeader { Transport = "UDP", Host = "192.0.2.20", Port = 5060 });
            Register.Add(HeaderName.From, "<sip:34020000001110000001@3402000000>;tag=f1");
            Register.Add(HeaderName.To, "<sip:34020000001110000001@3402000000>");
            Register.Add(HeaderName.CallId, "c");
            Register.Add(HeaderName.Contact, "<sip:34020000001110000001@192.0.2.20:5060>");
            Machine.Compose(Register, cnonce);
        }

        public RegistrationChange Answer(int status, params string[] fields) => Answer(status, null, fields);

        public RegistrationChange Answer(int status, IPEndPoint? seen, params string[] fields)
        {
            SipResponse response = SipResponse.For(Register, status, "s");
            foreach (string field in fields) response.Add(field[..field.IndexOf(':', StringComparison.Ordinal)], field[(field.IndexOf(':', StringComparison.Ordinal) + 1)..]);
            return Machine.OnRegisterOutcome(Register, response, null, seen, Time, Random);
        }

        public RegistrationChange Silence() => Machine.OnRegisterOutcome(Register, null, "no answer within 32 s", null, Time, Random);

        public RegistrationChange Keepalive(int status, IPEndPoint? seen = null)
        {
            Now = Deadline!.Value;
            Assert.Equal(RegistrationStep.Keepalive, Next());
            return Machine.OnKeepaliveOutcome(status, seen, Time, Random);
        }

        public static Run Registered(RegistrationSettings? settings = null, IPEndPoint? seen = null)
        {
            var run = new Run(settings);
            run.Send();
            Assert.Equal(RegistrationChange.Registered, run.Answer(200, seen));
            return run;
        }

        public DigestCredentials Credentials
        {
            get
            {
                Assert.True(DigestCredentials.TryParse(Register.Text(HeaderName.Authorization), out DigestCredentials? credentials));
                return credentials;
            }
        }
    }

    [Fact] // GB/T 28181-2016 §9.1.2.1
    public void A_challenge_is_answered_in_the_same_call_with_the_next_CSeq()
    {
        var run = new Run();
        run.Send();
        Assert.Equal(("1 REGISTER", "3600", "2.0"), (run.Register.Text(HeaderName.CSeq), run.Register.Text(HeaderName.Expires), run.Register.Text(HeaderName.XGbVer)));
        Assert.Null(run.Register.Text(HeaderName.Authorization));
        Assert.Equal(RegistrationChange.Continues, run.Answer(401, Nonce));
        run.Send("c2");
        Assert.Equal("2 REGISTER", run.Register.Text(HeaderName.CSeq));
        Assert.Equal(("n1", "00000001", "c2", Uri), (run.Credentials.Nonce, run.Credentials.NonceCount, run.Credentials.Cnonce, run.Credentials.Uri));
        Assert.True(run.Credentials.Verify(SipMethod.Register, "Pa55word"));
        Assert.Equal(RegistrationChange.Registered, run.Answer(200));
        Assert.True(run.Machine.IsRegistered);
        Assert.Null(run.Machine.LastError);
    }

    [Fact]
    public void The_edition_of_2022_is_announced_as_3_0()
    {
        var run = new Run(Run.Settings with { GbVersion = "3.0" });
        run.Send();
        Assert.Equal("3.0", run.Register.Text(HeaderName.XGbVer));
    }

    [Theory]
    [InlineData(", stale=true", "n1")]
    [InlineData("", "n2")]
    public void A_stale_or_new_nonce_is_answered_once_more(string stale, string nonce)
    {
        var run = new Run();
        run.Send();
        run.Answer(401, Nonce);
        run.Send();
        Assert.Equal(RegistrationChange.Continues, run.Answer(401, Nonce.Replace("n1", nonce, StringComparison.Ordinal) + stale));
        run.Send();
        Assert.Equal(nonce, run.Credentials.Nonce);
        Assert.Equal(RegistrationChange.Failed, run.Answer(401, Nonce.Replace("n1", "n3", StringComparison.Ordinal)));
        Assert.Equal("wrong user name or password", run.Machine.LastError);
    }

    [Fact]
    public void The_same_nonce_after_our_answer_is_a_wrong_password_and_waits_the_longest_pause()
    {
        var run = new Run { Random = 0 };
        run.Send();
        run.Answer(401, Nonce);
        run.Send();
        Assert.Equal(RegistrationChange.Failed, run.Answer(401, Nonce));
        Assert.Equal("wrong user name or password", run.Machine.LastError);
        Assert.Equal(57, run.RegisterAt);
        run.Now = 57;
        run.Send();
        Assert.Null(run.Register.Text(HeaderName.Authorization));
    }

    [Theory]
    [InlineData("Basic realm=\"x\"", "Pa55word", "the platform asks for an authentication that this device does not know")]
    [InlineData("Digest realm=\"x\",nonce=\"n\"", null, "the platform asks for a password, and none is configured")]
    public void A_challenge_that_cannot_be_answered_says_so(string challenge, string? password, string error)
    {
        var run = new Run(Run.Settings with { Password = password });
        run.Send();
        Assert.Equal(RegistrationChange.Failed, run.Answer(401, "WWW-Authenticate: " + challenge));
        Assert.Equal(error, run.Machine.LastError);
    }

    [Fact]
    public void A_proxys_challenge_is_answered_in_its_field()
    {
        var run = new Run();
        run.Send();
        Assert.Equal(RegistrationChange.Continues, run.Answer(407, Nonce.Replace("WWW-", "Proxy-", StringComparison.Ordinal)));
        run.Send();
        Assert.NotNull(run.Register.Text(HeaderName.ProxyAuthorization));
        Assert.Null(run.Register.Text(HeaderName.Authorization));
    }

    [Theory]
    [InlineData(403)]
    [InlineData(404)]
    [InlineData(603)]
    public void A_refusal_is_not_hammered(int status)
    {
        var run = new Run { Random = 1 };
        run.Send();
        Assert.Equal(RegistrationChange.Failed, run.Answer(status));
        Assert.Equal(60, run.RegisterAt);
        run.Now = 59;
        Assert.Equal(RegistrationStep.None, run.Next());
        Assert.StartsWith($"{status} ", run.Machine.LastError, StringComparison.Ordinal);
    }

    [Fact]
    public void Silence_is_tried_again_sooner_first_and_then_up_to_the_longest_pause()
    {
        var run = new Run();
        List<double> pauses = [];
        for (int i = 0; i < 6; i++)
        {
            run.Send();
            Assert.Equal(RegistrationChange.Failed, run.Silence());
            pauses.Add(run.RegisterAt!.Value - run.Now);
            run.Now = run.RegisterAt.Value;
        }
        Assert.Equal([7.5, 15, 30, 45, 45, 45], pauses);
        run.Send();
        run.Answer(200);
        run.Now = run.RegisterAt!.Value;
        run.Send();
        run.Answer(500);
        Assert.Equal(7.5, run.RegisterAt!.Value - run.Now);
    }

    [Theory]
    [InlineData(0, 5)]
    [InlineData(1, 10)]
    public void The_first_retry_comes_after_5_to_10_seconds(double random, double pause)
    {
        var run = new Run { Random = random };
        run.Send();
        run.Answer(500);
        Assert.Equal(pause, run.RegisterAt);
    }

    [Theory]
    [InlineData("Retry-After: 120", 120)]
    [InlineData("Retry-After: 1", 7.5)]
    [InlineData("Retry-After: 999999 (maintenance)", 3600)]
    public void Retry_After_lengthens_a_pause(string field, double pause)
    {
        var run = new Run();
        run.Send();
        run.Answer(503, field);
        Assert.Equal(pause, run.RegisterAt);
    }

    // RFC 3261 §10.2.4; a Contact's expires is read before the Expires field
    [Theory]
    [InlineData(3600, new string[0], 3600)]
    [InlineData(3600, new[] { "Expires: 1800" }, 1800)]
    [InlineData(3600, new[] { "Expires: 1800", "Contact: <sip:34020000001110000001@192.0.2.20:5060>;expires=900" }, 900)]
    [InlineData(3600, new[] { "Contact: <sip:34020000001110000001@192.0.2.99:5060>;expires=300", "Contact: <sip:34020000001110000001@192.0.2.20:5060>;expires=900" }, 900)]
    [InlineData(3600, new[] { "Expires: 5" }, 60)]
    [InlineData(3600, new[] { "Expires: 0" }, 3600)]
    [InlineData(3600, new[] { "Expires: nonsense" }, 3600)]
    [InlineData(3600, new[] { "Expires: 99999999" }, 3600)]
    public void Granted_is_what_the_200_says(int asked, string[] fields, int granted)
    {
        var run = new Run(Run.Settings with { ExpiresSeconds = asked });
        run.Send();
        run.Answer(200, fields);
        Assert.Equal(granted, run.Machine.GrantedSeconds);
        Assert.Equal(granted, run.Machine.ExpiresAt?.TotalSeconds);
    }

    [Theory]
    [InlineData(0, 2565)]
    [InlineData(0.5, 2700)]
    [InlineData(1, 2835)]
    public void It_is_refreshed_at_three_quarters_give_or_take_a_twentieth(double random, double at)
    {
        var run = new Run { Random = random };
        run.Send();
        run.Answer(200);
        Assert.Equal(at, run.RegisterAt!.Value, 6);
        run.Now = at + 0.001;
        while (run.Next(out _) is var step && step != RegistrationStep.Register) Assert.Equal(RegistrationStep.Keepalive, step);
        run.Compose();
        Assert.Equal("2 REGISTER", run.Register.Text(HeaderName.CSeq));
        Assert.Equal(RegistrationChange.Refreshed, run.Answer(200));
    }

    [Fact]
    public void A_failed_refresh_is_tried_again_until_the_registration_runs_out()
    {
        Run run = Run.Registered(Run.Settings with { ExpiresSeconds = 60, KeepaliveInterval = TimeSpan.FromHours(1) });
        run.Now = 45;
        run.Send();
        Assert.Equal(RegistrationChange.Failed, run.Silence());
        Assert.True(run.Machine.IsRegistered);
        run.Now = 52.5;
        run.Send();
        Assert.Equal(RegistrationChange.Failed, run.Silence());
        Assert.Equal(60, run.Deadline);
        run.Now = 60;
        Assert.Equal(RegistrationStep.None, run.Next(out RegistrationChange change));
        Assert.Equal(RegistrationChange.Lost, change);
        Assert.False(run.Machine.IsRegistered);
        Assert.Equal(67.5, run.Deadline);
    }

    [Fact]
    public void A_refused_refresh_is_a_loss_at_once()
    {
        Run run = Run.Registered();
        run.Now = 2700;
        while (run.Next() != RegistrationStep.Register) { }
        run.Compose();
        Assert.Equal(RegistrationChange.Lost, run.Answer(403));
        Assert.False(run.Machine.IsRegistered);
        Assert.InRange(run.RegisterAt!.Value - run.Now, 57, 60);
    }

    [Fact] // RFC 3261 §10.2.8
    public void Too_brief_an_interval_is_raised_once_a_round()
    {
        var run = new Run(Run.Settings with { ExpiresSeconds = 60 });
        run.Send();
        Assert.Equal(RegistrationChange.Continues, run.Answer(423, "Min-Expires: 600"));
        run.Send();
        Assert.Equal("600", run.Register.Text(HeaderName.Expires));
        Assert.Equal(RegistrationChange.Failed, run.Answer(423, "Min-Expires: 700"));
        run.Now = run.RegisterAt!.Value;
        run.Send();
        Assert.Equal(RegistrationChange.Failed, run.Answer(423, "Min-Expires: 500"));
    }

    [Fact] // some platforms refuse header fields that they do not know
    public void After_a_400_the_next_try_leaves_the_version_out_and_then_puts_it_in_again()
    {
        var run = new Run();
        List<bool> sent = [];
        for (int i = 0; i < 4; i++)
        {
            run.Send();
            sent.Add(run.Register.Text(HeaderName.XGbVer) is not null);
            run.Answer(400);
            run.Now = run.RegisterAt!.Value;
        }
        Assert.Equal([true, false, true, false], sent);
    }

    [Fact] // GB/T 28181-2016 §9.6.1
    public void Keepalives_go_out_at_their_interval_and_a_200_resets_the_misses()
    {
        Run run = Run.Registered();
        Assert.Equal(60, run.Deadline);
        Assert.Equal(RegistrationChange.None, run.Keepalive(0));
        Assert.Equal(RegistrationChange.None, run.Keepalive(500));
        Assert.Equal(2, run.Machine.Misses);
        Assert.Equal(180, run.Deadline);
        Assert.Equal(RegistrationChange.None, run.Keepalive(200));
        Assert.Equal(0, run.Machine.Misses);
        Assert.Equal(240, run.Deadline);
    }

    [Fact]
    public void Misses_in_a_row_lose_the_platform_and_it_is_registered_anew_at_once()
    {
        Run run = Run.Registered();
        Assert.Equal(RegistrationChange.None, run.Keepalive(0));
        Assert.Equal(RegistrationChange.None, run.Keepalive(503));
        Assert.Equal(RegistrationChange.Lost, run.Keepalive(0));
        Assert.Equal("3 keepalives in a row were not answered", run.Machine.LastError);
        Assert.Null(run.Machine.ExpiresAt);
        run.Send();
        Assert.Equal("2 REGISTER", run.Register.Text(HeaderName.CSeq));
        Assert.Equal(RegistrationChange.Registered, run.Answer(200));
        Assert.Equal(0, run.Machine.Misses);
    }

    [Theory]
    [InlineData(403)]
    [InlineData(404)]
    [InlineData(481)]
    public void A_platform_that_has_forgotten_us_is_registered_with_at_once(int status)
    {
        Run run = Run.Registered();
        Assert.Equal(RegistrationChange.Lost, run.Keepalive(status));
        Assert.Equal(60, run.RegisterAt);
        run.Send();
    }

    [Fact]
    public void A_platform_that_forgets_us_each_time_is_not_hammered()
    {
        Run run = Run.Registered(Run.Settings with { KeepaliveInterval = TimeSpan.FromSeconds(1) });
        Assert.Equal(RegistrationChange.Lost, run.Keepalive(404));
        Assert.Equal(8.5, run.RegisterAt);
    }

    [Fact] // RFC 3581: received and rport
    public void An_address_that_changed_on_the_way_is_registered_anew()
    {
        Run run = Run.Registered(seen: Inside);
        Assert.Equal(RegistrationChange.None, run.Keepalive(200, Inside));
        Assert.Equal(RegistrationChange.None, run.Keepalive(200, null));
        Assert.Equal(RegistrationChange.AddressChanged, run.Keepalive(200, Outside));
        Assert.True(run.Machine.IsRegistered);
        Assert.Equal(Outside, run.Machine.SeenAs);
        run.Send();
        Assert.Equal(RegistrationChange.Refreshed, run.Answer(200, Outside));
        Assert.Equal(RegistrationChange.None, run.Keepalive(200, Outside));
    }

    [Fact]
    public void An_address_that_changes_all_the_time_costs_one_registration_in_ten_seconds()
    {
        Run run = Run.Registered(Run.Settings with { KeepaliveInterval = TimeSpan.FromSeconds(1) }, Inside);
        Assert.Equal(RegistrationChange.AddressChanged, run.Keepalive(200, Outside));
        Assert.Equal(10, run.RegisterAt);
        Assert.Equal(RegistrationChange.AddressChanged, run.Keepalive(200, Inside));
        Assert.Equal(10, run.RegisterAt);
    }

    [Fact] // GB/T 28181-2022 §9.1.1 f)
    public void A_lost_connection_is_a_loss_and_a_short_pause()
    {
        Run run = Run.Registered();
        run.Now = 30;
        Assert.Equal(RegistrationChange.Lost, run.Machine.OnConnectionLost(TimeSpan.FromSeconds(30), 0));
        Assert.Equal(35, run.RegisterAt);
        Assert.Equal(RegistrationChange.None, run.Machine.OnConnectionLost(TimeSpan.FromSeconds(31), 0));
    }

    [Fact]
    public void Leaving_deregisters_with_a_challenge_and_ends()
    {
        Run run = Run.Registered();
        run.Now = 10;
        Assert.Equal(RegistrationChange.None, run.Machine.Leave(TimeSpan.FromSeconds(10)));
        run.Send();
        Assert.Equal("0", run.Register.Text(HeaderName.Expires));
        Assert.Equal(RegistrationChange.Continues, run.Answer(401, Nonce));
        run.Send();
        Assert.Equal("0", run.Register.Text(HeaderName.Expires));
        Assert.Equal(RegistrationChange.Left, run.Answer(200));
        Assert.Null(run.Deadline);
        run.Now = 100_000;
        Assert.Equal(RegistrationStep.None, run.Next());
    }

    [Fact]
    public void Leaving_is_over_when_nothing_is_registered_or_nobody_answers()
    {
        var never = new Run();
        Assert.Equal(RegistrationChange.Left, never.Machine.Leave(TimeSpan.Zero));

        var underWay = new Run();
        underWay.Send();
        Assert.Equal(RegistrationChange.None, underWay.Machine.Leave(TimeSpan.Zero));
        underWay.Send();
        Assert.Equal("0", underWay.Register.Text(HeaderName.Expires));

        Run silent = Run.Registered();
        silent.Machine.Leave(TimeSpan.Zero);
        silent.Send();
        Assert.Equal(RegistrationChange.Left, silent.Silence());
    }
}
