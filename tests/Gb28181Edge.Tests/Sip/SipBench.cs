using System.Net;
using System.Net.Sockets;
using System.Text;
using Gb28181Edge.Protocol.Sip;
using Gb28181Edge.Protocol.Sip.UserAgent;
using Gb28181Edge.Sip;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;

namespace Gb28181Edge.Tests.Sip;

/// <summary>An endpoint that runs on a loopback port of the kernel's choice until disposed.</summary>
internal sealed class RunningEndpoint : IAsyncDisposable
{
    private readonly CancellationTokenSource _stop = new();
    private readonly Task _running;

    public RunningEndpoint(SipEndpointOptions? options = null, ISipTrace? trace = null, ILogger? log = null)
    {
        Endpoint = SipEndpoint.Open((options ?? new SipEndpointOptions()) with { Address = IPAddress.Loopback, Port = 0 }, TimeProvider.System, log ?? NullLogger.Instance, trace);
        _running = Endpoint.RunAsync(_stop.Token);
    }

    public SipEndpoint Endpoint { get; }

    public int Port => Endpoint.LocalPort;

    public async ValueTask DisposeAsync()
    {
        if (!_running.IsCompleted) await _stop.CancelAsync();
        await _running;
        _stop.Dispose();
    }
}

/// <summary>A device and a platform that know each other, each with an endpoint of its own.</summary>
internal sealed class SipBench : IAsyncDisposable
{
    public const string DeviceId = "34020000001110000001", PlatformId = "34020000002000000001", ChannelId = "34020000001310000001";

    private SipBench(SipTransport transport, SipEndpointOptions? options, ISipTrace? trace)
    {
        Device = new RunningEndpoint(options, trace);
        Platform = new RunningEndpoint(options);
        ToPlatform = Device.Endpoint.AddPeer(new SipPeerOptions
        {
            Name = "city",
            RemoteId = PlatformId,
            RemoteDomain = "3402000000",
            Host = "127.0.0.1",
            Port = Platform.Port,
            Transport = transport,
            LocalId = DeviceId,
            LocalDomain = "3402000000",
        });
        ToDevice = Platform.Endpoint.AddPeer(new SipPeerOptions { Name = "device", RemoteId = DeviceId, LocalId = PlatformId, LocalDomain = "3402000000" });
    }

    public RunningEndpoint Device { get; }

    public RunningEndpoint Platform { get; }

    public ISipPeer ToPlatform { get; }

    public ISipPeer ToDevice { get; }

    /// <summary>Both, with the device registered.</summary>
    public static async Task<SipBench> RegisteredAsync(SipTransport transport, SipEndpointOptions? options = null, ISipTrace? trace = null)
    {
        var bench = new SipBench(transport, options, trace);
        Task<SipOutcome> sending = bench.ToPlatform.SendAsync(bench.ToPlatform.NewRequest(SipMethod.Register), TestContext.Current.CancellationToken);
        (await bench.ToDevice.Requests.ReadAsync(TestContext.Current.CancellationToken)).Respond(200);
        Assert.True((await sending).IsSuccess);
        return bench;
    }

    /// <summary>The platform calls, the device accepts.</summary>
    public async Task<(ISipCall Callee, ISipCall Caller)> CallAsync(bool acknowledge = true)
    {
        CancellationToken cancel = TestContext.Current.CancellationToken;
        SipRequest invite = ToDevice.NewRequest(SipMethod.Invite, ChannelId);
        Task<SipInviteOutcome> calling = ToDevice.InviteAsync(invite, cancel, acknowledge);
        ISipCall callee = (await ToPlatform.Requests.ReadAsync(cancel)).Call!;
        callee.Accept("application/sdp", "v=0\r\n"u8.ToArray());
        SipInviteOutcome outcome = await calling;
        Assert.Equal(200, outcome.Outcome.StatusCode);
        return (callee, outcome.Call!);
    }

    public async ValueTask DisposeAsync()
    {
        await Device.DisposeAsync();
        await Platform.DisposeAsync();
    }
}

/// <summary>A bare socket that says what it likes.</summary>
internal sealed class RawUdp : IDisposable
{
    private readonly UdpClient _socket = new(new IPEndPoint(IPAddress.Loopback, 0));

    public int Port => ((IPEndPoint)_socket.Client.LocalEndPoint!).Port;

    public async Task SendAsync(string text, int port) =>
        await _socket.SendAsync(Encoding.Latin1.GetBytes(text), new IPEndPoint(IPAddress.Loopback, port), TestContext.Current.CancellationToken);

    public async Task<SipMessage> ReceiveAsync()
    {
        UdpReceiveResult received = await _socket.ReceiveAsync(TestContext.Current.CancellationToken).AsTask().WaitAsync(TimeSpan.FromSeconds(20), TestContext.Current.CancellationToken);
        Assert.True(SipParser.TryParse(received.Buffer, SipLimits.Default, out SipMessage? message, out SipFault fault), fault.ToString());
        return message!;
    }

    public async Task<SipResponse> ResponseAsync() => Assert.IsType<SipResponse>(await ReceiveAsync());

    public string Request(string method, string user = SipBench.PlatformId, string callId = "raw-1", int cseq = 1, string branch = "z9hG4bKraw1", string extra = "", string body = "") =>
        SipText.Request(method, $"127.0.0.1:{Port}", "UDP", user, callId, cseq, branch, extra, body);

    public void Dispose() => _socket.Dispose();
}

internal static class SipText
{
    public static string Request(string method, string sentBy, string transport, string user, string callId, int cseq, string branch, string extra = "", string body = "") =>
        $"{method} sip:{SipBench.ChannelId}@127.0.0.1 SIP/2.0\r\nVia: SIP/2.0/{transport} {sentBy};rport;branch={branch}\r\n"
        + $"From: <sip:{user}@3402000000>;tag=raw\r\nTo: <sip:{SipBench.ChannelId}@3402000000>{(extra.Contains("totag", StringComparison.Ordinal) ? ";tag=gone" : "")}\r\n"
        + $"Call-ID: {callId}\r\nCSeq: {cseq} {method}\r\nContent-Length: {body.Length}\r\n\r\n{body}";
}
