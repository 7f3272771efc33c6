using System.Text;
using Gb28181Edge.Protocol.Sip;
using Gb28181Edge.Protocol.Sip.Auth;

namespace Gb28181Edge.Protocol.Tests.Sip;

/// <summary>10 000 mutilations of every kind of input: whatever comes, nothing throws, and what is accepted can be read and written.</summary>
public class SipMutationTests
{
    private const int Runs = 10_000;

    [Fact]
    public void Parser_takes_any_bytes_without_throwing() => Mutate(20261, [.. SipVectors.All.Select(vector => vector.Bytes)], bytes =>
    {
        bool parsed = SipParser.TryParse(bytes, SipLimits.Default, out SipMessage? message, out SipFault fault);
        Assert.Equal(parsed, fault == SipFault.None);
        if (message is null) return;
        _ = (message.CallId, message.CSeq, message.From, message.To, message.TopVia, message.Contact, message.Expires, message.ContentType);
        if (message is SipRequest request) SipWriter.ToBytes(SipResponse.For(request, 400, "t"));
        SipWriter.ToMaskedText(message);
        if (!parsed) return;
        byte[] written = SipWriter.ToBytes(message);
        Assert.True(SipParser.TryParse(written, SipLimits.Default with { HeadBytes = 100_000, HeaderLineBytes = 100_000, MessageBytes = 200_000 }, out SipMessage? again, out fault), fault.ToString());
        Assert.Equal(written, SipWriter.ToBytes(again!));
    });

    [Fact]
    public void Framer_takes_any_bytes_in_any_pieces_without_throwing()
    {
        var random = new Random(7);
        Mutate(20262, [.. SipVectors.All.Select(vector => (byte[])[.. vector.Bytes, .. SipVectors.Keepalive.Bytes])], bytes =>
        {
            List<string> whole = Framed(bytes, bytes.Length), pieces = Framed(bytes, random.Next(1, 50));
            Assert.Equal(whole, pieces);
        });

        static List<string> Framed(byte[] bytes, int step)
        {
            var framer = new SipStreamFramer(SipLimits.Default);
            List<string> seen = [];
            foreach (byte[] piece in bytes.Chunk(Math.Max(step, 1))) framer.Push(piece, (message, fault) => seen.Add($"{message?.StartLine} {fault}"));
            seen.Add(framer.Fault.ToString());
            return seen;
        }
    }

    [Fact]
    public void Uri_takes_any_text_without_throwing() => MutateText(20263,
        ["sip:34020000001110000001@3402000000", "sips:a:b@[2001:db8::1]:5061;transport=tcp;lr?Subject=x", "tel:+86-10"],
        text =>
        {
            bool parsed = SipUri.TryParse(text, out SipUri? uri);
            Assert.Equal(parsed, SipUri.IsValid(text));
            if (!parsed) return;
            Assert.True(SipUri.TryParse(uri!.ToString(), out SipUri? again));
            Assert.Equal(uri.ToString(), again.ToString());
        });

    [Fact]
    public void NameAddr_takes_any_text_without_throwing() => MutateText(20264,
        ["\"a \\\" b\" <sip:1@2;x=y>;tag=t;expires=\"3\"", "\u0095\\<sip:1@2>", "sip:1@2;tag=t", "<sip:1@2>"],
        text =>
        {
            bool parsed = NameAddr.TryParse(text, out NameAddr? address);
            Assert.Equal(parsed, NameAddr.IsValid(text));
            if (!parsed) return;
            Assert.True(NameAddr.TryParse(address!.ToString(), out NameAddr? again), address.ToString());
            Assert.Equal(address.ToString(), again.ToString());
            Assert.Equal("n", address.WithTag("n").Tag);
        });

    [Fact]
    public void Via_takes_any_text_without_throwing() => MutateText(20265,
        ["SIP/2.0/UDP 192.0.2.1:5060;rport=5;received=192.0.2.2;branch=z9hG4bK1;x=\"a;b\"", "SIP / 2.0 / TCP [::1] : 5060 ;branch=a"],
        text =>
        {
            bool parsed = ViaHeader.TryParse(text, out ViaHeader? via);
            Assert.Equal(parsed, ViaHeader.IsValid(text));
            if (!parsed) return;
            Assert.True(ViaHeader.TryParse(via!.ToString(), out ViaHeader? again), via.ToString());
            Assert.Equal(via.ToString(), again.ToString());
        });

    [Fact]
    public void Challenge_and_credentials_take_any_text_without_throwing() => MutateText(20266,
        [
            "Digest realm=\"a,b\",qop=\"auth,auth-int\",nonce=\"n\",opaque=\"\",algorithm=MD5,stale=TRUE, Basic realm=\"x\"",
            "Digest username=\"u\",realm=\"r\",nonce=\"n\",uri=\"sip:a@b\",response=\"00\",qop=auth,nc=00000001,cnonce=\"c\"",
        ],
        text =>
        {
            if (DigestChallenge.TryParse(text, out DigestChallenge? challenge))
            {
                Assert.True(DigestChallenge.TryParse(challenge.ToString(), out DigestChallenge? again), challenge.ToString());
                Assert.Equal(challenge.ToString(), again.ToString());
            }
            if (!DigestCredentials.TryParse(text, out DigestCredentials? credentials)) return;
            Assert.False(credentials.Verify(SipMethod.Register, "no"));
        });

    private static void MutateText(int seed, string[] seeds, Action<string> check) =>
        Mutate(seed, [.. seeds.Select(Encoding.Latin1.GetBytes)], bytes => check(Encoding.Latin1.GetString(bytes)));

    private static void Mutate(int seed, byte[][] seeds, Action<byte[]> check)
    {
        var random = new Random(seed);
        byte[] spice = [.. "\r\n\t ,;:<>\"\\=@[]?/\0"u8, 0x81, 0xFF];
        for (int run = 0; run < Runs; run++)
        {
            List<byte> bytes = [.. seeds[random.Next(seeds.Length)]];
            for (int change = random.Next(1, 6); change > 0 && bytes.Count > 0; change--)
            {
                int at = random.Next(bytes.Count);
                switch (random.Next(6))
                {
                    case 0: bytes[at] = (byte)random.Next(256); break;
                    case 1: bytes[at] = spice[random.Next(spice.Length)]; break;
                    case 2: bytes.Insert(at, spice[random.Next(spice.Length)]); break;
                    case 3: bytes.RemoveAt(at); break;
                    case 4: bytes.RemoveRange(at, random.Next(Math.Min(bytes.Count - at, 20))); break;
                    default: bytes.InsertRange(at, bytes.GetRange(at, random.Next(Math.Min(bytes.Count - at, 40)))); break;
                }
            }
            byte[] input = [.. bytes];
            Exception? thrown = Record.Exception(() => check(input));
            Assert.True(thrown is null, $"seed {seed}, run {run}: {thrown}\n{Encoding.Latin1.GetString(input)}");
        }
    }
}
