using Gb28181Edge.Protocol.Sip;

namespace Gb28181Edge.Protocol.Tests.Sip;

public class SipStreamFramerTests
{
    [Theory, MemberData(nameof(SipVectors.EachFramed), MemberType = typeof(SipVectors))]
    public void Framer_gives_the_same_messages_however_the_bytes_arrive(SipVector vector)
    {
        byte[] stream = [.. vector.Bytes, .. SipVectors.Keepalive.Bytes];
        foreach (int step in (int[])[stream.Length, 1, 7])
        {
            var framer = new SipStreamFramer(SipLimits.Default);
            List<byte[]> seen = [];
            foreach (byte[] piece in stream.Chunk(step))
                Assert.Equal(SipFault.None, framer.Push(piece, message => seen.Add(SipWriter.ToBytes(message))));
            Assert.Equal([SipWriter.ToBytes(vector.Parsed), SipWriter.ToBytes(SipVectors.Keepalive.Parsed)], seen);
            Assert.Equal(0, framer.Pending);
        }
    }

    [Theory, MemberData(nameof(SipVectors.EachFramed), MemberType = typeof(SipVectors))]
    public void Every_prefix_is_incomplete(SipVector vector)
    {
        for (int length = 0; length < vector.Bytes.Length; length++)
        {
            var framer = new SipStreamFramer(SipLimits.Default);
            List<string> seen = [];
            Assert.Equal(SipFault.None, framer.Push(vector.Bytes.AsSpan(0, length), message => seen.Add(message.StartLine)));
            Assert.Empty(seen);
            Assert.Equal(SipFault.None, framer.Push(vector.Bytes.AsSpan(length), message => seen.Add(message.StartLine)));
            Assert.Equal([vector.StartLine], seen);
        }
    }

    [Fact] // RFC 3261 §7.5, RFC 5626 §4.4.1
    public void Blank_lines_between_messages_are_passed_over_and_two_are_a_ping()
    {
        var framer = new SipStreamFramer(SipLimits.Default);
        List<string> seen = [];
        foreach (byte b in (byte[])[.. "\r\n"u8, .. SipVectors.Keepalive.Bytes]) framer.Push([b], message => seen.Add(message.StartLine));
        Assert.Single(seen);
        Assert.False(framer.TakePing());
        framer.Push("\r\n\r\n"u8, message => seen.Add(message.StartLine));
        Assert.True(framer.TakePing());
        Assert.False(framer.TakePing());
        framer.Push(SipVectors.Keepalive.Bytes, message => seen.Add(message.StartLine));
        Assert.Equal(2, seen.Count);
        Assert.Equal(SipFault.None, framer.Fault);
    }

    [Fact]
    public void A_bad_message_in_a_good_frame_is_reported_and_the_stream_goes_on()
    {
        byte[] bad = SipVectors.Latin1("BYE sip:a@b SIP/2.0\nVia: SIP/2.0/TCP h\nFrom: <sip:a@b>\nTo: <sip:a@b>\nCall-ID: 1\nCSeq: 1 INVITE\nContent-Length: 4\n\nbody");
        var framer = new SipStreamFramer(SipLimits.Default);
        List<(string?, SipFault)> seen = [];
        Assert.Equal(SipFault.None, framer.Push([.. bad, .. SipVectors.Keepalive.Bytes], (message, fault) => seen.Add((message?.CallId, fault))));
        Assert.Equal([("1", SipFault.CSeqMethod), ("ka-000173@192.0.2.20", SipFault.None)], seen);
    }

    [Theory]
    [InlineData("many", "ContentLength")]
    [InlineData("-1", "ContentLength")]
    [InlineData("", "ContentLength")]
    [InlineData("70000", "MessageTooLarge")]
    [InlineData("99999999999999999999", "MessageTooLarge")]
    public void A_frame_without_a_sane_length_ends_the_stream(string length, string fault)
    {
        SipFault expected = Enum.Parse<SipFault>(fault);
        var framer = new SipStreamFramer(SipLimits.Default);
        byte[] head = SipVectors.Latin1($"BYE sip:a@b SIP/2.0\nVia: SIP/2.0/TCP h\nl : {length}\n\n");
        Assert.Equal(expected, framer.Push(head, (SipMessage _) => Assert.Fail("no message")));
        Assert.Equal(expected, framer.Push(SipVectors.Keepalive.Bytes, (SipMessage _) => Assert.Fail("no message")));
    }

    [Theory]
    [InlineData(1_000, 2_000)]
    [InlineData(2_000, 1_000)]
    public void A_head_without_end_ends_the_stream_and_holds_no_more_than_the_limit(int headBytes, int messageBytes)
    {
        var framer = new SipStreamFramer(SipLimits.Default with { HeadBytes = headBytes, MessageBytes = messageBytes });
        SipFault fault = SipFault.None;
        int pushed = 0;
        while (fault == SipFault.None && pushed < 10_000)
        {
            fault = framer.Push("X: 1234567\r\n"u8, (SipMessage _) => Assert.Fail("no message"));
            pushed += 12;
        }
        Assert.Equal(SipFault.HeadTooLarge, fault);
        Assert.InRange(pushed, 1_000, 1_012);
        Assert.InRange(framer.Pending, 0, 2_001);
    }

    [Fact]
    public void A_piece_larger_than_the_buffer_gives_all_its_messages()
    {
        byte[] one = SipVectors.Keepalive.Bytes;
        byte[] stream = [.. Enumerable.Repeat(one, 1_000).SelectMany(bytes => bytes)];
        int seen = 0;
        var framer = new SipStreamFramer(SipLimits.Default with { MessageBytes = one.Length });
        Assert.Equal(SipFault.None, framer.Push(stream, (SipMessage _) => seen++));
        Assert.Equal(1_000, seen);
    }
}
