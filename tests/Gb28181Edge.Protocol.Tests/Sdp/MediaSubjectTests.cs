using System.Text;
using Gb28181Edge.Protocol.Sdp;
using Gb28181Edge.Protocol.Tests.Support;

namespace Gb28181Edge.Protocol.Tests.Sdp;

public class MediaSubjectTests
{
    private const string Channel = "34020000001320000001", Platform = "34020000002000000001";

    [Theory]
    [InlineData(Channel + ":0200000001," + Platform + ":0", "0200000001", Platform, "0")]
    [InlineData(Channel + ":0," + Platform + ":0", "0", Platform, "0")]                              // Hik NCG: constant
    [InlineData(" " + Channel + " : 04020000001320000002 , " + Platform + ":1002 ", "04020000001320000002", Platform, "1002")]
    [InlineData(Channel + ":1", "1", "", "")]
    [InlineData(Channel + "," + Platform, "", Platform, "")]
    [InlineData(Channel + ":1," + Platform + ":2,more:3", "1", Platform, "2,more:3")]
    public void Subjects_are_read_with_and_without_their_parts(string text, string serial, string receiver, string receiverSerial)
    {
        Assert.True(MediaSubject.TryParse(text, out MediaSubject? subject));
        Assert.Equal(new MediaSubject(Channel, serial, receiver, receiverSerial), subject);
        Assert.Equal($"{Channel}:{serial}", subject!.SenderKey);
    }

    [Theory]
    [InlineData(null)]
    [InlineData("")]
    [InlineData("  ")]
    [InlineData(":1," + Platform + ":0")]
    [InlineData("," + Platform)]
    public void A_Subject_without_a_sender_is_none(string? text) => Assert.False(MediaSubject.TryParse(text, out _));

    [Fact]
    public void An_endless_Subject_is_none() => Assert.False(MediaSubject.TryParse(new string('1', 257), out _));

    [Fact]
    public void It_is_written_as_the_standard_says() =>
        Assert.Equal($"{Channel}:0200000001,{Platform}:0", new MediaSubject(Channel, "0200000001", Platform, "0").ToString());

    [Fact]
    public void Damaged_Subjects_never_throw() => Mutation.Loop(12, [Encoding.ASCII.GetBytes($"{Channel}:0200000001,{Platform}:0")], bytes =>
    {
        if (MediaSubject.TryParse(Encoding.Latin1.GetString(bytes), out MediaSubject? subject)) Assert.NotEmpty(subject!.SenderId);
    });
}
