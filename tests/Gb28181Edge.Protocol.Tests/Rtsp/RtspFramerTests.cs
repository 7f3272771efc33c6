using System.Text;
using Gb28181Edge.Protocol.Rtsp;
using Gb28181Edge.Tests.Support;

namespace Gb28181Edge.Protocol.Tests.Rtsp;

public class RtspFramerTests
{
    public static TheoryData<string, byte[], string> Valid => new()
    {
        { "response", "RTSP/1.0 200 OK\r\nCSeq: 1\r\n\r\n"u8.ToArray(), "200 cseq 1" },
        { "response without reason", "RTSP/1.0 200\r\nCSeq: 2\r\n\r\n"u8.ToArray(), "200 cseq 2" },
        { "bare LF", "RTSP/1.0 404 Not Found\nCSeq:3\n\n"u8.ToArray(), "404 cseq 3" },
        { "bare LF, then CR LF", "RTSP/1.0 404 Not Found\nCSeq:3\n\r\n"u8.ToArray(), "404 cseq 3" },
        { "body", "RTSP/1.0 200 OK\r\ncseq: 4\r\ncontent-length: 5\r\n\r\nv=0\r\n"u8.ToArray(), "200 cseq 4 v=0\r\n" },
        { "server's request", "OPTIONS rtsp://c/1 RTSP/1.0\r\nCSeq: 5\r\n\r\n"u8.ToArray(), "OPTIONS rtsp://c/1 cseq 5" },
        { "no CSeq", "RTSP/1.0 200 OK\r\nServer: x\r\n\r\n"u8.ToArray(), "200 cseq " },
        { "folded header", "RTSP/1.0 200 OK\r\nX: a\r\n b\r\nCSeq: 6\r\n\r\n"u8.ToArray(), "200 cseq 6" },
        { "empty lines before", "\r\n\r\nRTSP/1.0 200 OK\r\nCSeq: 7\r\n\r\n"u8.ToArray(), "200 cseq 7" },
        { "interleaved", [(byte)'$', 3, 0, 2, 0xAB, 0xCD], "$3 ABCD" },
        { "interleaved, empty", [(byte)'$', 0, 0, 0], "$0 " },
        { "interleaved, with line ends in it", [(byte)'$', 1, 0, 4, 13, 10, 13, 10], "$1 0D0A0D0A" },
        { "interleaved, largest", [(byte)'$', 1, 0xFF, 0xFF, .. new byte[65535]], "$1 " + new string('0', 2 * 65535) },
    };

    [Theory, MemberData(nameof(Valid))]
    public void Framer_gives_the_same_however_the_bytes_arrive(string name, byte[] bytes, string expected)
    {
        byte[] neighbour = [.. "RTSP/1.0 200 OK\r\nCSeq: 99\r\n\r\n"u8, (byte)'$', 0, 0, 1, 0x7F];
        byte[] stream = [.. bytes, .. neighbour];
        foreach (int step in (int[])[stream.Length, 1, 7])
        {
            var framer = new RtspFramer();
            List<string> seen = [];
            foreach (byte[] piece in stream.Chunk(step)) Feed(framer, piece, seen);
            Assert.True(seen.SequenceEqual([expected, "200 cseq 99", "$0 7F"]), $"{name} in steps of {step}: {seen.Count} frames");
        }
    }

    [Theory, MemberData(nameof(Valid))]
    public void Framer_gives_nothing_of_a_prefix(string name, byte[] bytes, string expected)
    {
        Assert.NotEmpty(expected);
        var framer = new RtspFramer();
        List<string> seen = [];
        Feed(framer, bytes.AsSpan(0, bytes.Length - 1), seen);
        Assert.True(seen.Count == 0, name);
        Assert.Equal(RtspFault.None, framer.Fault);
    }

    public static TheoryData<string, byte[], object> Faulty => new()
    {
        { "binary garbage", [0, 1, 2, 3], RtspFault.NotRtsp },
        { "another protocol", "HTTP/1.1 400 Bad Request\r\n\r\n"u8.ToArray(), RtspFault.NotRtsp },
        { "small letters", "garbage\r\n\r\n"u8.ToArray(), RtspFault.NotRtsp },
        { "one word", "GARBAGE\r\n\r\n"u8.ToArray(), RtspFault.NotRtsp },
        { "status is no number", "RTSP/1.0 abc OK\r\n\r\n"u8.ToArray(), RtspFault.NotRtsp },
        { "status of four digits", "RTSP/1.0 2000 OK\r\n\r\n"u8.ToArray(), RtspFault.NotRtsp },
        { "header without colon", "RTSP/1.0 200 OK\r\nCSeq 1\r\n\r\n"u8.ToArray(), RtspFault.Header },
        { "folded first header", "RTSP/1.0 200 OK\r\n CSeq: 1\r\n\r\n"u8.ToArray(), RtspFault.Header },
        { "negative length", "RTSP/1.0 200 OK\r\nContent-Length: -1\r\n\r\n"u8.ToArray(), RtspFault.ContentLength },
        { "length is no number", "RTSP/1.0 200 OK\r\nContent-Length: many\r\n\r\n"u8.ToArray(), RtspFault.ContentLength },
        { "length too large", "RTSP/1.0 200 OK\r\nContent-Length: 65537\r\n\r\n"u8.ToArray(), RtspFault.ContentLength },
        { "length beyond 32 bits", "RTSP/1.0 200 OK\r\nContent-Length: 99999999999\r\n\r\n"u8.ToArray(), RtspFault.ContentLength },
        { "endless line", [.. "RTSP/1.0 200 "u8, .. Enumerable.Repeat((byte)'a', RtspLimits.MaxHeadSize)], RtspFault.TooLong },
        { "too many headers", Encoding.ASCII.GetBytes("RTSP/1.0 200 OK\r\n" + string.Concat(Enumerable.Repeat("a: b\r\n", 101)) + "\r\n"), RtspFault.TooLong },
    };

    [Theory, MemberData(nameof(Faulty))]
    public void Framer_names_the_fault_and_reads_no_more(string name, byte[] bytes, object expected)
    {
        var framer = new RtspFramer();
        List<string> seen = [];
        Feed(framer, bytes, seen);
        Feed(framer, "RTSP/1.0 200 OK\r\n\r\n"u8, seen);
        Assert.True(seen.Count == 0, name);
        Assert.Equal<object>(expected, framer.Fault);
    }

    [Fact]
    public void Framer_takes_any_length_of_stream_in_the_same_memory()
    {
        var framer = new RtspFramer();
        List<string> seen = [];
        byte[] frame = [(byte)'$', 0, 0x05, 0x78, .. new byte[1400]];
        Feed(framer, frame, seen);
        long payloads = 0;
        long allocated = Allocations.Of(() =>
        {
            payloads = 0;
            for (int i = 0; i < 10_000; i++)
            {
                frame.CopyTo(framer.Free);
                framer.Advance(frame.Length);
                while (framer.TryRead(out RtspFrame read)) payloads += read.Payload.Length;
            }
        });
        Assert.Equal(0, allocated);
        Assert.Equal(14_000_000, payloads);
    }

    [Fact]
    public void Framer_and_message_never_throw_on_mutated_bytes()
    {
        const int Seed = 20_220_701;
        var random = new Random(Seed);
        byte[][] vectors = [.. Valid.Select(row => row.Data.Item2).Where(bytes => bytes.Length < 1000), .. Faulty.Select(row => row.Data.Item2)];
        int frames = 0;
        for (int run = 0; run < 10_000; run++)
        {
            var stream = new List<byte>();
            for (int i = random.Next(1, 4); i > 0; i--) stream.AddRange(vectors[random.Next(vectors.Length)]);
            for (int i = random.Next(0, 6); i > 0; i--)
            {
                int at = random.Next(stream.Count);
                switch (random.Next(3))
                {
                    case 0: stream[at] = (byte)random.Next(256); break;
                    case 1: stream.Insert(at, (byte)random.Next(256)); break;
                    default: if (stream.Count > 1) stream.RemoveAt(at); break;
                }
            }
            var framer = new RtspFramer();
            List<string> seen = [];
            foreach (byte[] piece in stream.Chunk(random.Next(1, 200))) Feed(framer, piece, seen);
            frames += seen.Count;
        }
        Assert.True(frames > 1000, $"seed {Seed}: {frames} frames");
    }

    private static void Feed(RtspFramer framer, ReadOnlySpan<byte> bytes, List<string> seen)
    {
        while (!bytes.IsEmpty)
        {
            int part = Math.Min(bytes.Length, framer.Free.Length);
            bytes[..part].CopyTo(framer.Free.Span);
            framer.Advance(part);
            bytes = bytes[part..];
            while (framer.TryRead(out RtspFrame frame))
            {
                seen.Add(frame.Message is { } message
                    ? $"{(message.IsRequest ? $"{message.Method} {message.Uri}" : $"{message.StatusCode}")} cseq {message.CSeq}"
                        + (message.Body.Length > 0 ? " " + Encoding.ASCII.GetString(message.Body) : "")
                    : $"${frame.Channel} {Convert.ToHexString(frame.Payload)}");
            }
            if (framer.Fault != RtspFault.None) return;
        }
    }
}
