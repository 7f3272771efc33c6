using System.Net.Sockets;
using Gb28181Edge.Configuration;
using Gb28181Edge.Drivers.Ptz;

namespace Gb28181Edge.Hosting;

internal static partial class Composition
{
    private static ViscaHead ViscaIp(ViscaIpPtzOptions head, TimeProvider time)
    {
        ViscaSocket transport = head.Transport == ViscaWay.SonyUdp
            ? new ViscaIpTransport(head.Host, head.EffectivePort, time)
            : new ViscaRawTransport(head.Host, head.EffectivePort, head.Transport == ViscaWay.Tcp ? ProtocolType.Tcp : ProtocolType.Udp, time);
        return new ViscaHead(transport, HeadSettings(head), time);
    }
}
