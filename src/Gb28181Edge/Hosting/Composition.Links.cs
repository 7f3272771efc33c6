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
        parts.Endpoint = SipEndpoint.Open(
            new SipEndpointOptions { Address = configuration.Device.SipAddress, Port = configuration.Device.SipPort, UserAgent = $"Gb28181Edge/{configuration.Device.Firmware}" },
            time, loggers.CreateLogger("Gb28181Edge.Sip"), parts.Trace);
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
            parts.Links.Add(new PlatformLink(
                link, peer, dispatcher, calls, [.. context.Heads.Values], parts.Outbox, restart, time, Random.Shared, log, observer));
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
