using System.Net;
using System.Net.Sockets;
using System.Text;
using Gb28181Edge.Bench;
using Gb28181Edge.Protocol.Manscdp;
using Gb28181Edge.Tests.Support;

namespace Gb28181Edge.Tests.Interop;

/// <summary>Bytes that nobody should send, to the real agent: it answers as the standard says or not at all, and goes on serving.</summary>
[Trait("Needs", "packages")]
public sealed class BadInputTests : AgentTests
{
    private const string TeleBoot = "<?xml version=\"1.0\"?>\r\n<Control>\r\n<CmdType>DeviceControl</CmdType>\r\n<SN>1</SN>\r\n<DeviceID>" + AgentFile.Device + "</DeviceID>\r\n<TeleBoot>Boot</TeleBoot>\r\n</Control>\r\n";

    [Fact]
    public async Task Garbage_datagrams_are_passed_over()
    {
        await using AgentProcess agent = await StartAsync(new AgentFile { PlatformPort = Platform.Port });
        using var stranger = new UdpClient(new IPEndPoint(IPAddress.Loopback, 0));
        var random = new Random(28181);
        byte[] message = Message(AgentFile.Platform, "MESSAGE", TeleBoot, 0, port: 5060);
        for (int i = 0; i < 500; i++)
        {
            byte[] datagram = i % 2 == 0 ? new byte[random.Next(3000)] : [.. message];
            if (i % 2 == 0) random.NextBytes(datagram);
            // the line that names the request is damaged in any case: what is left must not be obeyed
            else for (int flips = 0; flips < 20; flips++) datagram[flips == 0 ? random.Next(7) : random.Next(datagram.Length)] = (byte)random.Next(256);
            await stranger.SendAsync(datagram, agent.Sip, Cancellation);
            if (i % 50 == 49) await IsServedAsync();                       // its socket's buffer is not what is tested
        }
        foreach (string text in (string[])["", "\r\n\r\n", "\0", "SIP/2.0 200 OK\r\n\r\n", "REGISTER\r\n\r\n", "MESSAGE sip: SIP/2.0\r\nContent-Length: -1\r\n\r\n"])
            await stranger.SendAsync(Encoding.ASCII.GetBytes(text), agent.Sip, Cancellation);
        await IsServedAsync();
        await agent.StopAsync();
    }

    [Fact]
    public async Task Garbage_on_connections_has_them_closed_and_nobody_else_is_harmed()
    {
        await using AgentProcess agent = await StartAsync(new AgentFile { PlatformPort = Platform.Port, Transport = "tcp" });
        var random = new Random(28181);
        byte[] noise = new byte[100_000];
        random.NextBytes(noise);
        byte[][] garbage =
        [
            noise,
            [.. Enumerable.Repeat((byte)'A', 200_000)],                                                // a line that does not end
            Encoding.ASCII.GetBytes("MESSAGE sip:a@b SIP/2.0\r\nContent-Length: 99999999999\r\n\r\n"),
            Encoding.ASCII.GetBytes("MESSAGE sip:a@b SIP/2.0\r\n" + string.Concat(Enumerable.Repeat("X: y\r\n", 50_000)) + "\r\n"),
            Encoding.ASCII.GetBytes("GET / HTTP/1.1\r\nHost: edge\r\n\r\n"),
        ];
        foreach (byte[] bytes in garbage)
        {
            using var stranger = new TcpClient();
            await stranger.ConnectAsync(agent.Sip, Cancellation);
            await Eventually.ResultAsync(IsClosedAfterAsync(stranger, bytes), $"the connection that sent {bytes.Length} bytes of garbage is closed");
            await IsServedAsync();
        }
        // half a message, and gone; and connections on which nothing comes
        using (var half = new TcpClient())
        {
            await half.ConnectAsync(agent.Sip, Cancellation);
            await half.GetStream().WriteAsync(Message(AgentFile.Platform, "MESSAGE", TeleBoot, 1, 5060).AsMemory(0, 120), Cancellation);
        }
        var idle = new List<TcpClient>();
        try
        {
            for (int i = 0; i < 100; i++)
            {
                idle.Add(new TcpClient());
                await idle[i].ConnectAsync(agent.Sip, Cancellation);
            }
            await IsServedAsync();
        }
        finally
        {
            idle.ForEach(connection => connection.Dispose());
        }
        await agent.StopAsync();
    }

    [Theory]
    [InlineData("34020000002000000099", "127.0.0.1")]                      // the right place, another identity
    [InlineData(AgentFile.Platform, "127.0.0.2")]                          // the right identity from elsewhere
    public async Task Stranger_is_refused_with_403_and_not_obeyed(string identity, string address)
    {
        await using AgentProcess agent = await StartAsync(new AgentFile { PlatformPort = Platform.Port });
        using var stranger = new UdpClient(new IPEndPoint(IPAddress.Parse(address), 0));
        int port = ((IPEndPoint)stranger.Client.LocalEndPoint!).Port, number = 0;
        foreach (string method in (string[])["MESSAGE", "INVITE", "OPTIONS", "SUBSCRIBE", "MESSAGE"])
        {
            await stranger.SendAsync(Message(identity, method, TeleBoot, ++number, port, address), agent.Sip, Cancellation);
            UdpReceiveResult answer = await Eventually.ResultAsync(stranger.ReceiveAsync(Cancellation).AsTask(), $"an answer to {method}");
            Assert.StartsWith("SIP/2.0 403 ", Encoding.ASCII.GetString(answer.Buffer), StringComparison.Ordinal);
        }
        await agent.LogsAsync($"from {address}:{port} as {identity}: no configured platform");
        await IsServedAsync();                                             // TeleBoot would have ended it
        await agent.StopAsync();
    }

    [Fact]
    public async Task Platform_that_answers_nonsense_is_outlasted()
    {
        using var platform = new UdpClient(new IPEndPoint(IPAddress.Loopback, 0));
        int port = ((IPEndPoint)platform.Client.LocalEndPoint!).Port;
        await using AgentProcess agent = await AgentProcess.StartAsync(new AgentFile { PlatformPort = port, RetrySeconds = 1 }, Files.Path);
        await AnswerNonsenseAsync(platform, agent);
        platform.Dispose();
        await using BenchPlatform sane = NewPlatform(port);
        await agent.RegistersAsync(limit: TimeSpan.FromSeconds(40));
        await sane.QueryAsync(CmdType.DeviceInfo, AgentFile.Device, Cancellation);
        await agent.StopAsync();
    }

    [Fact]
    public async Task Answer_with_unreadable_expiry_date_and_contact_still_registers()
    {
        using var platform = new UdpClient(new IPEndPoint(IPAddress.Loopback, 0));
        await using AgentProcess agent = await AgentProcess.StartAsync(
            new AgentFile { PlatformPort = ((IPEndPoint)platform.Client.LocalEndPoint!).Port }, Files.Path);
        (string register, IPEndPoint from) = await ReceiveAsync(platform);
        await platform.SendAsync(Answer(register, "200 OK", "Expires: banana", "Date: never", "Contact: <<<>", "X-GB-Ver: \x7f"), from, Cancellation);
        await agent.RegistersAsync();
        await platform.SendAsync(Message(AgentFile.Platform, "MESSAGE", "<<not xml", 1, ((IPEndPoint)platform.Client.LocalEndPoint!).Port), agent.Sip, Cancellation);
        (string answer, _) = await ReceiveAsync(platform);
        Assert.StartsWith("SIP/2.0 400 ", answer, StringComparison.Ordinal);
        await agent.StopAsync();                                           // nobody answers its leaving
    }

    /// <summary>Answers the agent's first tries with nonsense of several kinds.</summary>
    private static async Task AnswerNonsenseAsync(UdpClient platform, AgentProcess agent)
    {
        (string register, IPEndPoint from) = await ReceiveAsync(platform);
        foreach (string nonsense in (string[])["", "\r\n", "\0\u0001\u0002", "HTTP/1.1 200 OK\r\n\r\n", "SIP/2.0 200 OK\r\n\r\n", "SIP/2.0 999999 \r\n\r\n",
            Encoding.ASCII.GetString(Answer(register, "200 OK")).Replace("branch=z9hG4bK", "branch=z9hG4bKno", StringComparison.Ordinal).Replace("Call-ID: ", "Call-ID: no", StringComparison.Ordinal),
            Encoding.ASCII.GetString(Answer(register, "200 OK")).Replace(" REGISTER\r\n", " INVITE\r\n", StringComparison.Ordinal)])
        {
            await platform.SendAsync(Encoding.ASCII.GetBytes(nonsense), from, Cancellation);
        }
        // none of these was an answer: the request is repeated
        (register, from) = await ReceiveAsync(platform);
        await platform.SendAsync(Answer(register, "401 Unauthorized", "WWW-Authenticate: Banana peel=\"1\""), from, Cancellation);
        await agent.LogsAsync("asks for an authentication that this device does not know");
        (register, from) = await ReceiveAsync(platform);
        await platform.SendAsync(Answer(register, "401 Unauthorized", "WWW-Authenticate: Digest"), from, Cancellation);
        (register, from) = await ReceiveAsync(platform);
        await platform.SendAsync(Answer(register, "699 Whatever"), from, Cancellation);
        await agent.LogsAsync("registering failed: 699 Whatever");
    }

    private static async Task<(string Text, IPEndPoint From)> ReceiveAsync(UdpClient platform)
    {
        UdpReceiveResult received = await Eventually.ResultAsync(platform.ReceiveAsync(Cancellation).AsTask(), "a message of the agent");
        return (Encoding.ASCII.GetString(received.Buffer), received.RemoteEndPoint);
    }

    private static byte[] Answer(string request, string status, params string[] fields)
    {
        string[] names = ["Via:", "From:", "To:", "Call-ID:", "CSeq:"];
        IEnumerable<string> copied = request.Split("\r\n").Where(line => names.Any(name => line.StartsWith(name, StringComparison.OrdinalIgnoreCase)))
            .Select(line => line.StartsWith("To:", StringComparison.OrdinalIgnoreCase) ? line + ";tag=nonsense" : line);
        return Encoding.ASCII.GetBytes(string.Join("\r\n", [$"SIP/2.0 {status}", .. copied, .. fields, "Content-Length: 0", "", ""]));
    }

    private static byte[] Message(string identity, string method, string body, int number, int port, string address = "127.0.0.1") => Encoding.ASCII.GetBytes(
        $"{method} sip:{AgentFile.Device}@{address} SIP/2.0\r\nVia: SIP/2.0/UDP {address}:{port};rport;branch=z9hG4bKbad{number}\r\n" +
        $"From: <sip:{identity}@3402000000>;tag=bad{number}\r\nTo: <sip:{AgentFile.Device}@3402000000>\r\nCall-ID: bad{number}@{address}\r\n" +
        $"CSeq: {number} {method}\r\nMax-Forwards: 70\r\nContent-Type: Application/MANSCDP+xml\r\nContent-Length: {body.Length}\r\n\r\n{body}");

    /// <summary>Sends all of it, as far as the other side takes it, and waits for the end.</summary>
    private static async Task<bool> IsClosedAfterAsync(TcpClient connection, byte[] bytes)
    {
        try
        {
            NetworkStream stream = connection.GetStream();
            await stream.WriteAsync(bytes, Cancellation);
            byte[] answer = new byte[4096];
            while (await stream.ReadAsync(answer, Cancellation) > 0) { }
            return true;
        }
        catch (IOException)
        {
            return true;                                                   // reset
        }
    }

    /// <summary>The platform asks, and the agent answers.</summary>
    private async Task IsServedAsync()
    {
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(Cancellation);
        patience.CancelAfter(TimeSpan.FromSeconds(10));
        ManscdpMessage info = await Platform.QueryAsync(CmdType.DeviceInfo, AgentFile.Device, patience.Token);
        Assert.True(info.Result);
    }
}
