using System.Text;
using BenchmarkDotNet.Attributes;
using Gb28181Edge.Protocol.Sip;

namespace Gb28181Edge.Benchmarks;

/// <summary>One INVITE as a platform sends it: parsed, and written again.</summary>
[MemoryDiagnoser]
public class SipBenchmarks
{
    private static readonly byte[] Invite = Encoding.Latin1.GetBytes(
        """
        INVITE sip:34020000001310000001@192.0.2.1:5060 SIP/2.0
        Via: SIP/2.0/UDP 192.0.2.10:5060;rport;branch=z9hG4bK352707374
        Max-Forwards: 70
        Contact: <sip:34020000002000000001@192.0.2.10:5060>
        To: <sip:34020000001310000001@3402000000>
        From: <sip:34020000002000000001@3402000000>;tag=e3719a0b
        Call-ID: 1f2f6d9b5a2e4d0c@192.0.2.10
        CSeq: 1 INVITE
        Subject: 34020000001310000001:0200000001,34020000002000000001:0
        Content-Type: APPLICATION/SDP
        Content-Length: 175

        v=0
        o=34020000001310000001 0 0 IN IP4 192.0.2.10
        s=Play
        c=IN IP4 192.0.2.10
        t=0 0
        m=video 30000 RTP/AVP 96
        a=recvonly
        a=rtpmap:96 PS/90000
        y=0200000001
        f=v/////a///

        """.ReplaceLineEndings("\r\n"));

    private readonly byte[] _written = new byte[4096];
    private SipMessage? _message;

    [GlobalSetup]
    [Benchmark]
    public void ParseInvite()
    {
        if (!SipParser.TryParse(Invite, SipLimits.Default, out _message, out SipFault fault)) throw new InvalidOperationException($"{fault}");
    }

    [Benchmark]
    public int WriteInvite() => SipWriter.Write(_message!, _written);
}
