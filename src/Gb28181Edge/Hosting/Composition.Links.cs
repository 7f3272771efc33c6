using System.Net.Sockets;
using Gb28181Edge.Configuration;
using Gb28181Edge.Devices;
using Gb28181Edge.Gb28181;
using Gb28181Edge.Protocol.Sip.UserAgent;
using Gb28181Edge.Sip;
using Gb28181Edge.Streaming;
using Microsoft.Extensions.Logging;

namespace Gb28181Edge.Hosting;

internal static partial class Composition
{
    private static void OpenLinks(
        AgentParts parts, EdgeConfiguration configuration, ILoggerFactory loggers, TimeProvider time, Action restart, IPlatformObserver? observer)
    {
        ILogger log = loggers.CreateLogger("Gb28181Edge.Gb28181");
        var context = new DeviceContext
        {
            Device = Model(configuration),
            Heads = parts.Heads.ToDictionary(head => head.Key, head => (IPtzController)head.Value, StringComparer.Ordinal),
            Streams = parts.Streams.ToDictionary(stream => stream.Key, stream => (ICameraStream)stream.Value, StringComparer.Ordinal),
            Alarms = parts.Alarms,
            Outputs = parts.Outputs,
            Time = time,
        };
        parts.Endpoint = OpenEndpoint(configuration.Device, loggers.CreateLogger("Gb28181Edge.Sip"), time, parts.Trace);
        var dispatcher = ManscdpDispatcher.Create(context, log);
        var table = new CallTable(context.Device, context.Streams, new LiveOptions { MediaAddress = configuration.Device.MediaAddress });
        foreach (PlatformOptions platform in configuration.Platforms)
        {
            ISipPeer peer = parts.Endpoint.AddPeer(Peer(configuration.Device, platform));
            var link = new PlatformLinkOptions
            {
                Profile = Profile(platform),
                Username = platform.Username,
                Password = platform.Password,
                LongestRetry = TimeSpan.FromSeconds(platform.RetrySeconds),
            };
            var calls = new PlatformCalls(platform.Name, platform.Id, peer, table, log);
            var subscriptions = new PlatformSubscriptions(link.Profile, peer, context, time, log);
            parts.Links.Add(new PlatformLink(
                link, peer, dispatcher, calls, subscriptions, [.. context.Heads.Values], parts.Outbox, restart, time, Random.Shared, log, observer));
        }
    }

    private static SipEndpoint OpenEndpoint(DeviceOptions device, ILogger log, TimeProvider time, SipTraceFile? trace)
    {
        var options = new SipEndpointOptions { Address = device.SipAddress, Port = device.SipPort, UserAgent = $"Gb28181Edge/{device.Firmware}" };
        try
        {
            return SipEndpoint.Open(options, time, log, trace);
        }
        catch (SocketException e)
        {
            throw new IOException($"SIP cannot listen on {device.SipAddress}:{device.SipPort}, UDP and TCP: {e.Message}", e);
        }
    }

    private static SipPeerOptions Peer(DeviceOptions device, PlatformOptions platform) => new()
    {
        Name = platform.Name,
        RemoteId = platform.Id,
        RemoteDomain = platform.Domain,
        Host = platform.Host,
        Port = platform.Port,
        Transport = platform.Transport == PlatformTransport.Tcp ? SipTransport.Tcp : SipTransport.Udp,
        LocalId = device.Id,
        LocalDomain = platform.Domain,
    };
}
