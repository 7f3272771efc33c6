using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Text;
using System.Text.RegularExpressions;
using Gb28181Edge.Tests.Support;

namespace Gb28181Edge.Tests.Interop;

/// <summary>CANCEL right behind its INVITE: whichever the agent gets to first, nothing is left of the call. RFC 3261 §9.2.</summary>
/// <remarks>Written by hand, for SIPp reads between two requests, and what it reads then fails its scenario.</remarks>
[Trait("Needs", "packages")]
public sealed partial class CancelTests : AgentTests
{
    private const int Calls = 10;

    [Theory]
    [InlineData("udp")]
    [InlineData("tcp")]
    public async Task CANCEL_right_behind_its_INVITE_leaves_nothing_behind(string transport)
    {
        await using AgentProcess agent = await StartAsync(new AgentFile { PlatformPort = Platform.Port });
        using var media = new UdpClient(new IPEndPoint(IPAddress.Loopback, 0));
        using var socket = transport == "udp"
            ? new Socket(AddressFamily.InterNetwork, SocketType.Dgram, ProtocolType.Udp)
            : new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        socket.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        await socket.ConnectAsync(agent.Sip, Cancellation);
        var caller = new Caller(socket, transport.ToUpperInvariant(), ((IPEndPoint)media.Client.LocalEndPoint!).Port);
        for (int call = 1; call <= Calls; call++)
        {
            byte[] invite = caller.Request("INVITE", call, null), cancel = caller.Request("CANCEL", call, null);
            if (transport == "tcp")
            {
                await socket.SendAsync((byte[])[.. invite, .. cancel], Cancellation);
            }
            else
            {
                await socket.SendAsync(invite, Cancellation);
                await socket.SendAsync(cancel, Cancellation);
            }
            Assert.Equal(200, (await caller.FinalAsync("CANCEL", call)).Status);
            (int status, string tag) = await caller.FinalAsync("INVITE", call);
            await socket.SendAsync(caller.Request("ACK", call, tag), Cancellation);
            if (status == 487) continue;
            Assert.Equal(200, status);
            await socket.SendAsync(caller.Request("BYE", call, tag), Cancellation);
            Assert.Equal(200, (await caller.FinalAsync("BYE", call)).Status);
        }
        await Eventually.TrueAsync(() => agent.Log.CountOf(": live over") == agent.Log.CountOf(": live ended"), "every call that began has ended");
        Assert.Equal(agent.Log.CountOf(": live over"), agent.Log.CountOf(": live ended: Cancelled") + agent.Log.CountOf(": live ended: Bye"));
        await agent.StopAsync();
    }

    /// <summary>A platform's side of calls, one after the other.</summary>
    private sealed partial class Caller(Socket socket, string transport, int mediaPort)
    {
        private readonly StringBuilder _received = new();
        private readonly byte[] _buffer = new byte[65_536];

        public byte[] Request(string method, int call, string? tag)
        {
            string local = socket.LocalEndPoint!.ToString()!;
            string sdp = method == "INVITE"
                ? $"v=0\r\no={AgentFile.Platform} 0 0 IN IP4 127.0.0.1\r\ns=Play\r\nc=IN IP4 127.0.0.1\r\nt=0 0\r\nm=video {mediaPort} RTP/AVP 96\r\na=recvonly\r\na=rtpmap:96 PS/90000\r\ny=02000002{call:D2}\r\n"
                : "";
            // the CANCEL has the INVITE's branch, and so has the ACK of a refusal; that of a 200 is matched by the dialog
            string branch = method == "BYE" ? $"z9hG4bKbye{call}" : $"z9hG4bKinvite{call}";
            return Encoding.ASCII.GetBytes(
                $"{method} sip:{AgentFile.Camera}@127.0.0.1 SIP/2.0\r\nVia: SIP/2.0/{transport} {local};rport;branch={branch}\r\n" +
                $"From: <sip:{AgentFile.Platform}@3402000000>;tag=caller\r\nTo: <sip:{AgentFile.Camera}@3402000000>{(tag is null ? "" : $";tag={tag}")}\r\n" +
                $"Call-ID: call{call}@{local}\r\nCSeq: {(method == "BYE" ? 2 : 1)} {method}\r\nContact: <sip:{AgentFile.Platform}@{local}>\r\nMax-Forwards: 70\r\n" +
                (sdp.Length > 0 ? "Content-Type: application/sdp\r\n" : "") + $"Content-Length: {sdp.Length}\r\n\r\n{sdp}");
        }

        /// <summary>Reads until the final answer to a request is there.</summary>
        public async Task<(int Status, string Tag)> FinalAsync(string method, int call)
        {
            while (true)
            {
                foreach (Match answer in Answers().Matches(_received.ToString()))
                {
                    string fields = answer.Groups["fields"].Value;
                    int status = int.Parse(answer.Groups["status"].Value, CultureInfo.InvariantCulture);
                    if (status >= 200 && fields.Contains($"Call-ID: call{call}@", StringComparison.Ordinal) && fields.Contains($" {method}\r\n", StringComparison.Ordinal))
                        return (status, ToTag().Match(fields).Groups[1].Value);
                }
                int size = await Eventually.ResultAsync(socket.ReceiveAsync(_buffer, Cancellation).AsTask(), $"the answer to {method} of call {call}");
                Assert.NotEqual(0, size);
                _received.Append(Encoding.ASCII.GetString(_buffer, 0, size));
            }
        }

        [GeneratedRegex(@"SIP/2\.0 (?<status>\d{3}) [^\r]*\r\n(?<fields>(?:[^\r]+\r\n)+)\r\n")]
        private static partial Regex Answers();

        [GeneratedRegex(@"^To:.*;tag=([^;\r]+)", RegexOptions.Multiline)]
        private static partial Regex ToTag();
    }
}
