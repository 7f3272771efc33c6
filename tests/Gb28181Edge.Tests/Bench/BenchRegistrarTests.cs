using System.Net;
using Gb28181Edge.Bench;
using Gb28181Edge.Protocol.Manscdp;
using Gb28181Edge.Protocol.Sip;
using Gb28181Edge.Protocol.Sip.Auth;
using Gb28181Edge.Protocol.Sip.UserAgent;

namespace Gb28181Edge.Tests.Bench;

public sealed class BenchRegistrarTests
{
    private const string Device = "34020000001110000001";
    private const string Uri = "sip:34020000002000000001@3402000000";

    private static readonly DateTimeOffset Noon = new(2026, 5, 1, 4, 0, 0, 123, TimeSpan.Zero);

    [Fact]
    public void First_register_is_challenged()
    {
        (SipResponse response, BenchEvent happened) = Send(new BenchRegistrar(new BenchOptions()), Register());
        Assert.Equal(401, response.StatusCode);
        Assert.Equal(new BenchEvent.Challenged(Device, IsStale: false), happened);
        DigestChallenge challenge = Challenge(response);
        Assert.Equal(("3402000000", DigestAlgorithm.Md5, true), (challenge.Realm, challenge.Algorithm, challenge.HasQopAuth));
        Assert.Equal("2.0", response.Text(HeaderName.XGbVer));
    }

    [Theory]
    [InlineData(DigestAlgorithm.Md5, true)]
    [InlineData(DigestAlgorithm.Md5, false)]
    [InlineData(DigestAlgorithm.Sha256, true)]
    internal void Right_digest_is_accepted_with_date_and_expiry(DigestAlgorithm algorithm, bool qop)
    {
        BenchRegistrar registrar = new(new BenchOptions { Algorithm = algorithm, OffersQop = qop, MaximumExpires = 600, Version = GbVersion.Gb2022 });
        (SipResponse response, BenchEvent happened) = Send(registrar, Answered(registrar, "12345678"));
        Assert.Equal(200, response.StatusCode);
        Assert.Equal(600, Assert.IsType<BenchEvent.Registered>(happened).Expires);
        Assert.Equal(("600", "2026-05-01T12:00:00.123", "3.0"),
            (response.Text(HeaderName.Expires), response.Text(HeaderName.Date), response.Text(HeaderName.XGbVer)));
    }

    [Fact]
    public void Wrong_password_is_refused()
    {
        BenchRegistrar registrar = new(new BenchOptions());
        (SipResponse response, BenchEvent happened) = Send(registrar, Answered(registrar, "87654321"));
        Assert.Equal(403, response.StatusCode);
        Assert.Equal(new BenchEvent.Refused(Device, 403, "wrong password"), happened);
    }

    [Fact]
    public void Digest_over_another_uri_or_for_another_user_is_refused()
    {
        BenchRegistrar registrar = new(new BenchOptions());
        DigestChallenge challenge = Challenge(Send(registrar, Register()).Response);
        DigestCredentials right = DigestCredentials.Answer(challenge, Device, "12345678", SipMethod.Register, Uri, "abcdef");
        foreach (DigestCredentials wrong in (DigestCredentials[])[
            right with { Uri = "sip:other@3402000000" }, right with { Username = "34020000001110000009" }, right with { Response = new string('0', 32) }])
            Assert.Equal(403, Send(registrar, Register(wrong)).Response.StatusCode);
        Assert.Equal(200, Send(registrar, Register(right)).Response.StatusCode);
    }

    [Fact]
    public void Nonce_of_somebody_else_is_stale_and_so_is_an_old_one()
    {
        BenchRegistrar registrar = new(new BenchOptions { NonceLifetime = TimeSpan.FromSeconds(60) });
        SipRequest answered = Answered(registrar, "12345678");
        (SipResponse response, BenchEvent happened) = registrar.Handle(answered, Source, SipTransport.Udp, TimeSpan.FromSeconds(61), Noon);
        Assert.Equal((401, true), (response.StatusCode, Challenge(response).IsStale));
        Assert.Equal(new BenchEvent.Challenged(Device, IsStale: true), happened);

        DigestChallenge foreign = Challenge(Send(new BenchRegistrar(new BenchOptions()), Register()).Response);
        DigestCredentials credentials = DigestCredentials.Answer(foreign, Device, "12345678", SipMethod.Register, Uri, "abcdef");
        Assert.Equal(401, Send(registrar, Register(credentials)).Response.StatusCode);
    }

    [Fact]
    public void Expires_0_ends_the_registration_and_a_second_register_is_a_refresh()
    {
        BenchRegistrar registrar = new(new BenchOptions { Password = null });
        Assert.False(Assert.IsType<BenchEvent.Registered>(Send(registrar, Register()).Event).IsRefresh);
        Assert.True(Assert.IsType<BenchEvent.Registered>(Send(registrar, Register()).Event).IsRefresh);
        Assert.Equal(new BenchEvent.Unregistered(Device), Send(registrar, Register(expires: 0)).Event);
        Assert.False(Assert.IsType<BenchEvent.Registered>(Send(registrar, Register()).Event).IsRefresh);
    }

    [Fact]
    public void Unknown_device_is_refused()
    {
        BenchRegistrar registrar = new(new BenchOptions { DeviceId = "34020000001110000002" });
        Assert.Equal(403, Send(registrar, Register()).Response.StatusCode);
    }

    private static readonly IPEndPoint Source = new(IPAddress.Loopback, 5060);

    private static (SipResponse Response, BenchEvent Event) Send(BenchRegistrar registrar, SipRequest request) =>
        registrar.Handle(request, Source, SipTransport.Udp, TimeSpan.Zero, Noon);

    private static SipRequest Answered(BenchRegistrar registrar, string password) => Register(DigestCredentials.Answer(
        Challenge(Send(registrar, Register()).Response), Device, password, SipMethod.Register, Uri, "0a4f113b"));

    private static DigestChallenge Challenge(SipResponse response)
    {
        Assert.True(DigestChallenge.TryParse(response.Text(HeaderName.WwwAuthenticate), out DigestChallenge? challenge));
        return challenge;
    }

    private static SipRequest Register(DigestCredentials? credentials = null, int expires = 3600)
    {
        SipRequest request = new(SipMethod.Register, Uri);
        request.Add(HeaderName.Via, "SIP/2.0/UDP 127.0.0.1:5060;branch=z9hG4bK1");
        request.Add(HeaderName.From, $"<sip:{Device}@3402000000>;tag=1");
        request.Add(HeaderName.To, $"<sip:{Device}@3402000000>");
        request.Add(HeaderName.CallId, "1@127.0.0.1");
        request.Add(HeaderName.CSeq, "1 REGISTER");
        request.Add(HeaderName.Contact, $"<sip:{Device}@127.0.0.1:5060>");
        request.Add(HeaderName.Expires, expires.ToString(null as IFormatProvider));
        if (credentials is not null) request.Add(HeaderName.Authorization, credentials.ToString());
        return request;
    }
}
