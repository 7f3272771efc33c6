using System.Net;
using System.Text;
using Gb28181Edge.Gb28181;
using Gb28181Edge.Protocol.Sip;

namespace Gb28181Edge.Tests.Gb28181;

public sealed class LiveOfferTests
{
    private static readonly IPEndPoint Source = new(IPAddress.Parse("192.0.2.10"), 5060);

    public static TheoryData<string, bool> Hosts => new()
    {
        { "192.0.2.9", true },
        { "media.example.com", true },
        { "media_1.example.com", true },
        { "", false },
        { "a,b", false },
        { "%zz", false },
        { new string('a', 64), false },
        { string.Join('.', Enumerable.Repeat("abcdefg", 40)), false },
        { new string('a', 300), false },
    };

    // What no resolver takes as a name is an exception of the runtime there, not an answer.
    [Theory]
    [MemberData(nameof(Hosts))]
    public void Media_goes_to_an_address_or_a_name_that_can_be_one(string host, bool isServed)
    {
        var invite = new SipRequest(SipMethod.Invite, "sip:34020000001310000001@192.0.2.20")
        {
            Body = Encoding.ASCII.GetBytes($"v=0\r\no=- 0 0 IN IP4 192.0.2.9\r\ns=Play\r\nc=IN IP4 {host}/7\r\nt=0 0\r\nm=video 6000 RTP/AVP 96\r\na=rtpmap:96 PS/90000\r\n"),
        };
        Assert.Equal(isServed, LiveOffer.Read(invite, Source) is not null);
    }
}
