using System.Text;
using Gb28181Edge.Protocol.Web;

namespace Gb28181Edge.Protocol.Tests.Web;

public class WebTests
{
    // RFC 7616 §3.9.1
    private const string Md5 = "Digest realm=\"http-auth@example.org\", qop=\"auth, auth-int\", algorithm=MD5, nonce=\"7ypf/xlj9XXwfDPEoM4URrv/xwf94BcCAzFZH4GiTo0v\", opaque=\"FQhe/qaU925kfnzjCev0ciny7QMkPqMAFRtzCUYo5tdS\"";
    private const string Cnonce = "f2/wE4q74E6zIJEtWaHKaf5wv/H5QzzpXusqGemxURZJ";

    [Theory]
    [InlineData("MD5", "8ca523f5e9506fed4657c9700eebdbec")]
    [InlineData("SHA-256", "753927fa0e85d155564e2e272a28d1802ca10daf4496794697cf8db5856cb6c1")]
    public void The_digest_is_that_of_the_standards_example(string algorithm, string response)
    {
        var authorization = new HttpAuthorization("Mufasa", "Circle of Life");
        Assert.Null(authorization.Header("GET", "/dir/index.html", Cnonce, out _));
        Assert.Equal(HttpAnswer.Again, authorization.Challenge([Md5.Replace("MD5", algorithm, StringComparison.Ordinal)], null, 0));
        string first = authorization.Header("GET", "/dir/index.html", Cnonce, out string? nonce)!;
        Assert.Contains($"response=\"{response}\"", first, StringComparison.Ordinal);
        Assert.Contains("nc=00000001", first, StringComparison.Ordinal);
        Assert.Contains("nc=00000002", authorization.Header("GET", "/dir/index.html", Cnonce, out _)!, StringComparison.Ordinal);
        Assert.StartsWith("7ypf", nonce, StringComparison.Ordinal);
    }

    [Fact]
    public void A_challenge_is_answered_again_only_when_it_is_news()
    {
        var authorization = new HttpAuthorization("u", "p");
        Assert.Equal(HttpAnswer.Again, authorization.Challenge(["Digest realm=\"r\", nonce=\"1\""], null, 0));
        Assert.Equal(HttpAnswer.Refused, authorization.Challenge(["Digest realm=\"r\", nonce=\"1\""], "1", 1));
        Assert.Equal(HttpAnswer.Refused, authorization.Challenge(["Digest realm=\"r\", nonce=\"2\""], "1", 1));
        Assert.Equal(HttpAnswer.Again, authorization.Challenge(["Digest realm=\"r\", nonce=\"3\", stale=true"], "2", 1));
        Assert.Equal(HttpAnswer.Refused, authorization.Challenge(["Digest realm=\"r\", nonce=\"4\", stale=true"], "3", 2));
        Assert.Equal(HttpAnswer.Again, authorization.Challenge(["Digest realm=\"r\", nonce=\"5\""], "4", 0));
        Assert.Contains("nonce=\"5\"", authorization.Header("GET", "/", "c", out _)!, StringComparison.Ordinal);
    }

    [Fact]
    public void Digest_goes_before_basic_and_nothing_goes_without_a_user()
    {
        var authorization = new HttpAuthorization("u", "p");
        Assert.Equal(HttpAnswer.Again, authorization.Challenge(["Basic realm=\"r\"", "Digest realm=\"r\", nonce=\"1\""], null, 0));
        Assert.StartsWith("Digest ", authorization.Header("GET", "/", "c", out _)!, StringComparison.Ordinal);
        Assert.Equal(HttpAnswer.NotUnderstood, authorization.Challenge(["Negotiate"], null, 0));
        Assert.Equal(HttpAnswer.NoCredentials, new HttpAuthorization(null, null).Challenge(["Basic realm=\"r\""], null, 0));
        var basic = new HttpAuthorization("Aladdin", "open sesame");
        Assert.Equal(HttpAnswer.Again, basic.Challenge(["Basic realm=\"r\""], null, 0));
        Assert.Equal("Basic QWxhZGRpbjpvcGVuIHNlc2FtZQ==", basic.Header("GET", "/", "c", out _));      // RFC 7617 §2
        Assert.Equal(HttpAnswer.Refused, basic.Challenge(["Basic realm=\"r\""], null, 1));
    }

    [Fact]
    public void Xml_is_bounded_and_never_expands()
    {
        Assert.False(XmlNode.TryRead(Encoding.UTF8.GetBytes($"<a>{new string('x', XmlNode.MostBytes)}</a>"), out _, out XmlFault fault));
        Assert.Equal(XmlFault.TooLarge, fault);
        Assert.False(XmlNode.TryRead(Encoding.UTF8.GetBytes(string.Concat(Enumerable.Repeat("<a>", 60)) + string.Concat(Enumerable.Repeat("</a>", 60))), out _, out fault));
        Assert.Equal(XmlFault.TooLarge, fault);
        Assert.False(XmlNode.TryRead("<!DOCTYPE a [<!ENTITY b \"bb\">]><a>&b;</a>"u8, out _, out fault));
        Assert.Equal(XmlFault.Malformed, fault);
        Assert.False(XmlNode.TryRead(" \r\n\0"u8, out _, out fault));
        Assert.Equal(XmlFault.Empty, fault);
        Assert.False(XmlNode.TryRead("<?xml version=\"1.0\" encoding=\"x-nowhere\"?><a/>"u8, out _, out fault));
        Assert.Equal(XmlFault.Malformed, fault);
    }

    [Fact]
    public void Xml_is_found_by_its_names_whatever_the_prefixes_and_blanks()
    {
        Assert.True(XmlNode.TryRead("\r\n <?xml version=\"1.0\"?><x:A xmlns:x=\"u\"><x:B c=\" 1 \">  t<!-- c -->u </x:B><b>2</b></x:A>"u8.ToArray().AsSpan(), out XmlNode? root, out _));
        Assert.Equal("tu", root.TextAt("b"));
        Assert.Equal("1", root.Child("B")!.Attribute("C"));
        Assert.Equal(2, root.All("b").Count());
        Assert.Null(root.TextAt("b", "c"));
    }

    [Theory]
    [InlineData(0, 0)]
    [InlineData(0.001f, 1)]
    [InlineData(-0.5f, -50)]
    [InlineData(1, 100)]
    [InlineData(-7, -100)]
    public void Isapi_speeds_are_percent(float velocity, int speed) => Assert.Equal(speed, Isapi.Speed(velocity));

    [Fact]
    public void Isapi_bodies_and_answers_are_as_cameras_have_them()
    {
        Assert.Equal("<?xml version=\"1.0\" encoding=\"UTF-8\"?><PTZData><pan>-60</pan><tilt>0</tilt><zoom>1</zoom></PTZData>", Encoding.UTF8.GetString(Isapi.Motion(-60, 0, 1)));
        Assert.True(Isapi.TryPosition("<PTZStatus version=\"2.0\" xmlns=\"http://www.hikvision.com/ver20/XMLSchema\"><AbsoluteHigh><elevation>-150</elevation><azimuth>1350</azimuth><absoluteZoom>40</absoluteZoom></AbsoluteHigh></PTZStatus>"u8, out IsapiPosition position));
        Assert.Equal(new IsapiPosition(1350, -150, 40), position);
        Assert.False(Isapi.TryPosition("<PTZStatus><AbsoluteHigh><elevation>x</elevation><azimuth>1</azimuth></AbsoluteHigh></PTZStatus>"u8, out _));
        Assert.True(IsapiStatus.TryRead("<ResponseStatus><statusCode>4</statusCode><statusString>Invalid Operation</statusString><subStatusCode>notSupport</subStatusCode></ResponseStatus>"u8, out IsapiStatus? status));
        Assert.True(status is { IsDone: false, IsNotSupported: true });
        Assert.Equal("Invalid Operation (4, notsupport)", status.ToString());
    }

    [Theory]
    [InlineData(33, true)]
    [InlineData(46, true)]
    [InlineData(47, false)]
    [InlineData(94, true)]
    [InlineData(106, false)]
    [InlineData(1, false)]
    public void Isapi_presets_with_a_meaning_of_their_own_are_known(int number, bool special) => Assert.Equal(special, Isapi.IsSpecialPreset(number));

    public static TheoryData<float, float, float, string> DahuaMoves => new()
    {
        { -0.5f, 0, 0, "Left 0 4" },
        { 0, 1, 0, "Up 0 8" },
        { 0.01f, -0.25f, 0, "RightDown 2 1" },
        { -1, 0.5f, -1, "LeftUp 4 8,ZoomWide 0 0" },
        { 0, 0, 0, "" },
    };

    [Theory, MemberData(nameof(DahuaMoves))]
    public void Dahua_movements_have_a_code_each(float pan, float tilt, float zoom, string moves) =>
        Assert.Equal(moves, string.Join(',', DahuaCgi.Moves(pan, tilt, zoom, 0, 0).Select(move => $"{move.Code} {move.Arg1} {move.Arg2}")));

    [Fact]
    public void Dahua_requests_and_answers_are_as_cameras_have_them()
    {
        var cgi = new DahuaCgi(0);
        Assert.Equal("/cgi-bin/ptz.cgi?action=start&channel=0&code=LeftUp&arg1=4&arg2=8&arg3=0", cgi.Start(new DahuaMove("LeftUp", 4, 8)));
        Assert.Equal("/cgi-bin/ptz.cgi?action=stop&channel=0&code=Left&arg1=0&arg2=0&arg3=0", cgi.Stop("Left"));
        Assert.Equal("/cgi-bin/ptz.cgi?action=start&channel=0&code=PositionABS&arg1=91.6&arg2=-2.6&arg3=1", cgi.Absolute(91.6, -2.6, 1));
        Assert.True(DahuaCgi.IsDone("OK\r\n"u8));
        Assert.False(DahuaCgi.IsDone("Error\r\nBad Request!"u8));
        Assert.True(DahuaCgi.TryPosition("status.Action=Preset\r\nstatus.Postion[0]=91.600000\r\nstatus.Postion[1]=-2.600000\r\nstatus.Postion[2]=1.000000\r\n"u8, out DahuaPosition position));
        Assert.Equal(new DahuaPosition(91.6, -2.6, 1), position);
        Assert.True(DahuaCgi.TryPosition("status.Position[0]=1\nstatus.Position[1]=2"u8, out position));
        Assert.Null(position.Zoom);
        Assert.False(DahuaCgi.TryPosition("status.Postion[0]=nan\nstatus.Postion[1]=2"u8, out _));
    }

    [Theory]
    [InlineData(-180, 180, 270, -0.5)]
    [InlineData(-180, 180, 180, 1)]
    [InlineData(-170, 170, 180, 1)]
    [InlineData(-170, 170, 185, -1)]
    [InlineData(0, 360, 90, -0.5)]
    [InlineData(180, -180, 90, -0.5)]
    public void A_pan_angle_is_turned_into_the_heads_travel_or_its_nearer_end(double min, double max, double degrees, double units) =>
        Assert.Equal(units, new AngleScale(-1, 1, min, max).PanToUnits(degrees), 9);

    [Fact]
    public void Angles_come_back_as_they_went()
    {
        var scale = new AngleScale(-1, 1, -90, 250);
        for (double pan = 0; pan < 250; pan += 7.5) Assert.Equal(pan, scale.UnitsToPan(scale.PanToUnits(pan)), 9);
        Assert.Equal(271, scale.UnitsToPan(scale.PanToUnits(271)), 9);
    }
}
