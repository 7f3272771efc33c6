using System.Text;
using System.Xml.Linq;
using Gb28181Edge.Protocol.Web;
using Gb28181Edge.Protocol.Web.Onvif;

namespace Gb28181Edge.Protocol.Tests.Web;

public class OnvifTests
{
    private const string Soap = "xmlns:s=\"http://www.w3.org/2003/05/soap-envelope\" xmlns:tt=\"http://www.onvif.org/ver10/schema\"";

    private static readonly XNamespace S = OnvifNames.Envelope, Tt = OnvifNames.Schema, Ptz = OnvifNames.Ptz;

    // the worked example of the ONVIF Application Programmer's Guide §6.1.1.3: nonce, Created and password give this digest
    [Fact]
    public void The_password_digest_is_that_of_the_programmers_guide()
    {
        var token = new OnvifToken("user", "userpassword", Convert.FromBase64String("LKqI6G/AikKCQrN0zqZFlg=="), new DateTimeOffset(2010, 9, 16, 7, 50, 45, TimeSpan.Zero));
        Assert.Equal("2010-09-16T07:50:45Z", token.CreatedText);
        Assert.Equal("tuOSpGlFlIXsozq4HFNeeGeFLEI=", token.Digest());
        Assert.DoesNotContain("userpassword", token.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public void A_request_is_an_envelope_with_its_token_and_no_password()
    {
        var token = new OnvifToken("a<b", "sécret", new byte[16], new DateTimeOffset(2026, 3, 1, 13, 0, 0, TimeSpan.FromHours(1)));
        OnvifRequest request = OnvifRequests.ContinuousMove("P&1", (-0.5, 0), 0.25, TimeSpan.FromSeconds(5));
        string text = Encoding.UTF8.GetString(request.ToBytes(token));
        Assert.DoesNotContain("sécret", text, StringComparison.Ordinal);
        XElement envelope = XElement.Parse(text);
        Assert.Equal("2026-03-01T12:00:00Z", envelope.Descendants(XName.Get("Created", OnvifNames.Utility)).Single().Value);
        Assert.Equal("a<b", envelope.Descendants(XName.Get("Username", OnvifNames.Security)).Single().Value);
        XElement move = envelope.Element(S + "Body")!.Element(Ptz + "ContinuousMove")!;
        Assert.Equal(["ProfileToken", "Velocity", "Timeout"], move.Elements().Select(one => one.Name.LocalName));
        Assert.Equal("P&1", move.Element(Ptz + "ProfileToken")!.Value);
        Assert.Equal("PT5S", move.Element(Ptz + "Timeout")!.Value);
        XElement panTilt = move.Element(Ptz + "Velocity")!.Element(Tt + "PanTilt")!;
        Assert.Equal(("-0.5", "0", OnvifNames.GenericVelocity), (panTilt.Attribute("x")!.Value, panTilt.Attribute("y")!.Value, panTilt.Attribute("space")!.Value));
        Assert.Equal("0.25", move.Element(Ptz + "Velocity")!.Element(Tt + "Zoom")!.Attribute("x")!.Value);
        Assert.Equal("application/soap+xml; charset=utf-8; action=\"http://www.onvif.org/ver20/ptz/wsdl/ContinuousMove\"", request.ContentType);
        Assert.Null(XElement.Parse(Encoding.UTF8.GetString(request.ToBytes(null))).Element(S + "Header"));
    }

    [Theory]
    [InlineData(5, "PT5S")]
    [InlineData(1.5, "PT1.5S")]
    [InlineData(90, "PT90S")]
    public void A_duration_is_written_in_seconds(double seconds, string text)
    {
        Assert.Equal(text, OnvifDuration.Format(TimeSpan.FromSeconds(seconds)));
        Assert.True(OnvifDuration.TryParse(text, out TimeSpan duration));
        Assert.Equal(seconds, duration.TotalSeconds);
    }

    [Theory]
    [InlineData("PT1M", 60)]
    [InlineData("P1Y", 86_400)]
    [InlineData("PT2147483647H", 86_400)]
    public void A_duration_is_read_as_cameras_write_it(string text, double seconds)
    {
        Assert.True(OnvifDuration.TryParse(text, out TimeSpan duration));
        Assert.Equal(seconds, duration.TotalSeconds);
    }

    [Theory]
    [InlineData(null)]
    [InlineData("")]
    [InlineData("5")]
    [InlineData("-PT5S")]
    public void What_is_no_duration_is_not_taken(string? text) => Assert.False(OnvifDuration.TryParse(text, out _));

    [Fact]
    public void A_fault_tells_its_codes_and_what_they_mean()
    {
        string xml = $"<s:Envelope {Soap}><s:Body><s:Fault><s:Code><s:Value>s:Sender</s:Value><s:Subcode><s:Value>ter:InvalidArgVal</s:Value><s:Subcode><s:Value>ter:NoProfile</s:Value></s:Subcode></s:Subcode></s:Code><s:Reason><s:Text xml:lang=\"en\">Profile token\ndoes not exist</s:Text></s:Reason></s:Fault></s:Body></s:Envelope>";
        Assert.True(OnvifAnswer.TryRead(Encoding.UTF8.GetBytes(xml), out XmlNode? response, out OnvifFault? fault));
        Assert.Null(response);
        Assert.Equal(["Sender", "InvalidArgVal", "NoProfile"], fault!.Codes);
        Assert.Equal("it has no such profile (Sender/InvalidArgVal/NoProfile: Profile token does not exist)", fault.Describe());
        Assert.False(fault.IsNotAuthorized);
    }

    [Theory]
    [InlineData("<s:Code><s:Value>s:Sender</s:Value><s:Subcode><s:Value>ter:NotAuthorized</s:Value></s:Subcode></s:Code>")]
    [InlineData("<s:Code><s:Value>s:Sender</s:Value><s:Subcode><s:Value>wsse:FailedAuthentication</s:Value></s:Subcode></s:Code>")]
    [InlineData("<s:Code><s:Value>s:Receiver</s:Value></s:Code><s:Reason><s:Text>Sender Not Authorized</s:Text></s:Reason>")]
    [InlineData("<faultcode>wsse:FailedAuthentication</faultcode><faultstring>no</faultstring>")]
    public void Every_way_to_refuse_a_login_is_understood(string fault)
    {
        Assert.True(OnvifAnswer.TryRead(Encoding.UTF8.GetBytes($"<s:Envelope {Soap}><s:Body><s:Fault>{fault}</s:Fault></s:Body></s:Envelope>"), out _, out OnvifFault? read));
        Assert.True(read!.IsNotAuthorized);
    }

    [Theory]
    [InlineData("")]
    [InlineData("<html><body>404</body></html>")]
    [InlineData("<s:Envelope xmlns:s=\"x\"><s:Body/></s:Envelope>")]
    [InlineData("<s:Envelope xmlns:s=\"x\"><s:Body><a></s:Body></s:Envelope>")]
    [InlineData("<!DOCTYPE a [<!ENTITY e \"e\">]><s:Envelope xmlns:s=\"x\"><s:Body><a>&e;</a></s:Body></s:Envelope>")]
    public void What_is_no_answer_is_not_taken(string text) => Assert.False(OnvifAnswer.TryRead(Encoding.UTF8.GetBytes(text), out _, out _));

    [Fact]
    public void A_clock_is_read_in_utc_and_an_impossible_one_is_not()
    {
        static XmlNode Clock(string day) => Response($"<r><SystemDateAndTime><UTCDateTime><Time><Hour>23</Hour><Minute>59</Minute><Second>60</Second></Time><Date><Year>2024</Year><Month>2</Month><Day>{day}</Day></Date></UTCDateTime></SystemDateAndTime></r>");
        Assert.True(OnvifAnswer.TryTime(Clock("29"), out DateTimeOffset time));
        Assert.Equal(new DateTimeOffset(2024, 3, 1, 0, 0, 0, TimeSpan.Zero), time);
        Assert.False(OnvifAnswer.TryTime(Clock("30"), out _));
        Assert.False(OnvifAnswer.TryTime(Clock("x"), out _));
    }

    [Fact]
    public void Services_are_read_of_either_answer_and_only_http()
    {
        OnvifServices old = OnvifAnswer.Services(Response("<r><Capabilities><Media><XAddr>http://a/m http://[fe80::1]/m</XAddr></Media><PTZ><XAddr>file:///etc/passwd</XAddr></PTZ></Capabilities></r>"));
        Assert.Equal((new Uri("http://a/m"), null, null), (old.Media, old.Ptz, old.Imaging));
        OnvifServices now = OnvifAnswer.Services(Response($"<r><Service><Namespace>{OnvifNames.Ptz}</Namespace><XAddr>https://a:8443/p</XAddr></Service><Service><Namespace>{OnvifNames.Media2}</Namespace><XAddr>http://a/m2</XAddr></Service></r>"));
        Assert.Equal((null, new Uri("http://a/m2"), new Uri("https://a:8443/p")), (now.Media, now.Media2, now.Ptz));
    }

    [Fact]
    public void A_number_means_the_preset_that_we_named_then_a_name_then_a_token()
    {
        OnvifPreset[] presets = [new("1", "gb-2"), new("2", "Gate"), new("x", "3"), new("3", "gb-x"), new("GB", "GB-255")];
        Assert.Equal("1", OnvifPresetMap.Find(presets, 2)?.Token);
        Assert.Null(OnvifPresetMap.Find(presets, 1));
        Assert.Equal("x", OnvifPresetMap.Find(presets, 3)?.Token);
        Assert.Equal("GB", OnvifPresetMap.Find(presets, 255)?.Token);
        Assert.Null(OnvifPresetMap.Find(presets, 4));
    }

    [Fact]
    public void Reading_any_damaged_answer_never_throws()
    {
        byte[] seed = Encoding.UTF8.GetBytes($"<?xml version=\"1.0\" encoding=\"UTF-8\"?><s:Envelope {Soap}><s:Body><r><PTZStatus><Position><tt:PanTilt x=\"0.5\" y=\"-1e300\" space=\"u\"/><tt:Zoom x=\"NaN\"/></Position></PTZStatus><PTZNode token=\"n\"><SupportedPTZSpaces/><MaximumNumberOfPresets>5</MaximumNumberOfPresets></PTZNode><Preset token=\"t\"><Name>gb-1</Name></Preset></r></s:Body></s:Envelope>");
        var random = new Random(4711);
        for (int i = 0; i < 5000; i++)
        {
            byte[] bytes = [.. seed];
            for (int n = random.Next(1, 6); n > 0; n--) bytes[random.Next(bytes.Length)] = (byte)random.Next(256);
            if (random.Next(4) == 0) bytes = bytes[..random.Next(bytes.Length)];
            if (!OnvifAnswer.TryRead(bytes, out XmlNode? response, out _) || response is null) continue;
            OnvifAnswer.Position(response);
            OnvifAnswer.TryNode(response, out _);
            OnvifAnswer.Presets(response);
            OnvifAnswer.Profiles(response);
            OnvifAnswer.Services(response);
            OnvifAnswer.TryTime(response, out _);
            OnvifAnswer.Timeouts(response);
        }
    }

    [Fact]
    public void A_position_that_is_no_number_is_not_known()
    {
        OnvifPosition position = OnvifAnswer.Position(Response("<r><PTZStatus><Position><PanTilt x=\"0.5\" y=\"NaN\"/><Zoom x=\"0.25\"/></Position></PTZStatus></r>"));
        Assert.Null(position.PanTilt);
        Assert.Equal(0.25, position.Zoom);
    }

    private static XmlNode Response(string xml)
    {
        Assert.True(XmlNode.TryRead(Encoding.UTF8.GetBytes(xml), out XmlNode? node, out _));
        return node;
    }
}
