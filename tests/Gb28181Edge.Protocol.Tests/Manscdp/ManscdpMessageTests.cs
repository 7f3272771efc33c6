using System.Text;
using Gb28181Edge.Protocol.Manscdp;
using Gb28181Edge.Protocol.Tests.Support;

namespace Gb28181Edge.Protocol.Tests.Manscdp;

public class ManscdpMessageTests
{
    private const string Body = "<CmdType>Catalog</CmdType><SN>40</SN><DeviceID>34020000001110000001</DeviceID>";

    [Theory]
    [InlineData("Control")]
    [InlineData("Query")]
    [InlineData("Notify")]
    [InlineData("Response")]
    public void Every_root_is_read(string name)
    {
        ManscdpMessage message = Parse($"<?xml version=\"1.0\" encoding=\"GB2312\"?>\r\n<{name}>{Body}</{name}>");
        Assert.Equal(name, message.Root.ToString());
        Assert.Equal((CmdType.Catalog, "40", "34020000001110000001"), (message.CmdType, message.Sn, message.DeviceId));
    }

    [Theory]
    [InlineData("\r\n\r\n<?xml version=\"1.0\"?><Query>" + Body + "</Query>")]
    [InlineData("<query><cmdtype>CATALOG</cmdtype><sn> 40 </sn><deviceid>\n 34020000001110000001\t</deviceid></query>")]
    [InlineData("<Query xmlns=\"urn:x\" xmlns:g=\"urn:g\"><g:CmdType>Catalog</g:CmdType><SN>40</SN><DeviceID>34020000001110000001</DeviceID></Query>")]
    [InlineData("<Query>" + Body + "</Query>\0")]
    [InlineData("<Query>" + Body + "</Query>\r\n\r\ngarbage < after the root")]
    [InlineData("<Query><!-- c --><?pi ?>" + Body + "</Query>")]
    [InlineData("<Query><CmdType><![CDATA[Cata]]>log</CmdType><SN>4<!-- -->0</SN><DeviceID>34020000001110000001</DeviceID></Query>")]
    public void What_peers_write_around_a_body_does_not_matter(string text)
    {
        ManscdpMessage message = Parse(text);
        Assert.Equal((ManscdpRoot.Query, CmdType.Catalog, "40", "34020000001110000001"), (message.Root, message.CmdType, message.Sn, message.DeviceId));
    }

    [Fact]
    public void A_control_character_in_a_name_is_tolerated()
    {
        ManscdpMessage message = Parse("<Notify><CmdType>Keepalive</CmdType><SN>1</SN><DeviceID>34</DeviceID><Name>a\u0001b&#x2;</Name></Notify>");
        Assert.Equal("a b\u0002", message.Value("Name"));
    }

    [Fact]
    public void Children_are_found_by_name_with_their_attributes()
    {
        ManscdpMessage message = Parse("<Response>" + Body + "<DeviceList Num=\" 2 \"><Item><Name>a</Name></Item><Item/></DeviceList><Result>ok</Result><Empty/></Response>");
        ManscdpElement list = message.Body.Child("devicelist")!;
        Assert.Equal("2", list.Attribute("num"));
        Assert.Null(list.Attribute("SumNum"));
        Assert.Equal(2, list.Children.Count);
        Assert.Equal("a", list.Children[0].Value("Name"));
        Assert.Null(message.Value("Empty"));
        Assert.Null(message.Value("Absent"));
        Assert.True(message.Result);
    }

    [Theory]
    [InlineData("ERROR", false)]
    [InlineData("Error", false)]
    [InlineData("maybe", null)]
    public void Result_is_read_without_case(string text, bool? result) =>
        Assert.Equal(result, Parse($"<Response>{Body}<Result>{text}</Result></Response>").Result);

    [Theory]
    [InlineData("", ManscdpFault.Empty)]
    [InlineData(" \r\n\0", ManscdpFault.Empty)]
    [InlineData("<?xml version=\"1.0\"?>", ManscdpFault.Empty)]
    [InlineData("<!-- only -->", ManscdpFault.Empty)]
    [InlineData("<?xml version=\"1.0\"", ManscdpFault.Empty)]
    [InlineData("text", ManscdpFault.Malformed)]
    [InlineData("<Query><CmdType>Catalog", ManscdpFault.Malformed)]
    [InlineData("<Query><CmdType>Catalog</SN></Query>", ManscdpFault.Malformed)]
    [InlineData("<Query>&nosuch;</Query>", ManscdpFault.Malformed)]
    [InlineData("<Keepalive><CmdType>Catalog</CmdType></Keepalive>", ManscdpFault.Root)]
    [InlineData("<Query/>", ManscdpFault.CmdType)]
    [InlineData("<Query><SN>1</SN><CmdType> </CmdType></Query>", ManscdpFault.CmdType)]
    [InlineData("<!DOCTYPE Query [<!ENTITY a \"b\">]><Query><CmdType>&a;</CmdType></Query>", ManscdpFault.Malformed)]
    [InlineData("<!DOCTYPE Query SYSTEM \"file:///etc/passwd\"><Query>" + Body + "</Query>", ManscdpFault.Malformed)]
    public void What_is_no_message_is_a_fault(string text, object fault)
    {
        Assert.False(ManscdpMessage.TryParse(Encoding.UTF8.GetBytes(text), out ManscdpMessage? message, out ManscdpFault found));
        Assert.Equal(fault, found);
        Assert.Null(message);
    }

    [Fact]
    public void Every_limit_is_held_at_its_edge()
    {
        var limits = new ManscdpLimits(MaxBytes: 120, MaxElements: 6, MaxDepth: 3);
        Check("<Query><CmdType>X</CmdType><a><b/></a><c/><d/></Query>", ManscdpFault.None);
        Check("<Query><CmdType>X</CmdType><a><b/></a><c/><d/><e/></Query>", ManscdpFault.TooLarge);
        Check("<Query><CmdType>X</CmdType><a><b><c/></b></a></Query>", ManscdpFault.TooLarge);
        Check("<Query><CmdType>X</CmdType></Query>".PadRight(120), ManscdpFault.None);
        Check("<Query><CmdType>X</CmdType></Query>".PadRight(121), ManscdpFault.TooLarge);
        Check("<Query><CmdType>X</CmdType></Query>", ManscdpFault.None);

        void Check(string text, ManscdpFault fault)
        {
            ManscdpMessage.TryParse(Encoding.UTF8.GetBytes(text), limits, out _, out ManscdpFault found);
            Assert.Equal(fault, found);
        }
    }

    [Fact]
    public void A_flood_of_attributes_is_too_large()
    {
        string attributes = string.Concat(Enumerable.Range(0, 65).Select(i => $" a{i}=\"1\""));
        Assert.False(ManscdpMessage.TryParse(Encoding.UTF8.GetBytes($"<Query{attributes}>{Body}</Query>"), out _, out ManscdpFault fault));
        Assert.Equal(ManscdpFault.TooLarge, fault);
    }

    [Fact]
    public void Every_prefix_of_a_message_is_a_fault()
    {
        byte[] whole = Encoding.UTF8.GetBytes(ManscdpVectors.Text("alarm-typed").TrimEnd());
        for (int length = 0; length < whole.Length; length++)
            Assert.False(ManscdpMessage.TryParse(whole.AsSpan(0, length), out _, out _), $"{length} bytes");
        Assert.True(ManscdpMessage.TryParse(whole, out _, out _));
    }

    [Fact]
    public void Damaged_bodies_never_throw()
    {
        var limits = new ManscdpLimits(MaxBytes: 8192);
        Mutation.Loop(28181, ManscdpVectors.All, bytes =>
        {
            if (ManscdpMessage.TryParse(bytes, limits, out ManscdpMessage? message, out ManscdpFault fault))
            {
                DeviceControl.Read(message!);
                Answers.Catalog(message!);
                Answers.Alarm(message!);
                Answers.DeviceStatus(message!);
                PtzAnswers.PresetQuery(message!);
                PtzAnswers.HomePositionQuery(message!);
                PtzAnswers.CruiseTrackListQuery(message!);
                PtzAnswers.CruiseTrackQuery(message!);
                PtzAnswers.PtzPosition(message!);
                Answers.ConfigDownload(message!);
            }
            Assert.Equal(message is null, fault != ManscdpFault.None);
        });
    }

    internal static ManscdpMessage Parse(string text)
    {
        Assert.True(ManscdpMessage.TryParse(Encoding.UTF8.GetBytes(text), out ManscdpMessage? message, out ManscdpFault fault), fault.ToString());
        return message!;
    }
}
