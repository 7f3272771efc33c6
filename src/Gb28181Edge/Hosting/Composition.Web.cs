using Gb28181Edge.Cameras;
using Gb28181Edge.Configuration;
using Gb28181Edge.Drivers;
using Gb28181Edge.Drivers.Ptz;
using Gb28181Edge.Protocol.Rtsp;
using Gb28181Edge.Web;
using Microsoft.Extensions.Logging;

namespace Gb28181Edge.Hosting;

internal static partial class Composition
{
    private const string OnvifPath = "/onvif/device_service";

    /// <summary>A head behind a camera's web interface; nothing is asked before its first use.</summary>
    private static IPtzDriver WebHead(WebPtzOptions head, TimeProvider time, ILogger log)
    {
        var account = new CameraAccount(head.Username, head.Password, head.TrustAnyCertificate);
        return head switch
        {
            OnvifPtzOptions onvif => new OnvifDriver(
                new OnvifClient(OnvifService(onvif), account, onvif.Profile, time),
                new OnvifTravel(onvif.PanFromDegrees, onvif.PanToDegrees, onvif.TiltFromDegrees, onvif.TiltToDegrees, onvif.MaxZoom), time, log),
            IsapiPtzOptions isapi => new IsapiDriver(Site(isapi), new CameraHttp(account, time), isapi.Channel, isapi.TiltGrows == TiltDirection.Up, time),
            DahuaPtzOptions dahua => new DahuaDriver(Site(dahua), new CameraHttp(account, time), dahua.Channel, dahua.TiltGrows == TiltDirection.Up, time),
            _ => throw new InvalidOperationException($"no driver for {head}"),
        };
    }

    private static OnvifCamera OnvifSource(OnvifSourceOptions source, TimeProvider time, ILogger log) => new(
        OnvifService(source), new CameraAccount(source.Username, source.Password, source.TrustAnyCertificate), source.Profile,
        source.Transport == RtspTransport.Udp ? RtspLowerTransport.Udp : RtspLowerTransport.Tcp, time, log);

    private static Uri Site(IWebAccess access) => new(access.Url ?? $"http://{access.Host}");

    /// <summary>A URL without a path means the usual one.</summary>
    private static Uri OnvifService(IWebAccess access) => Site(access) is { AbsolutePath: "/" } site ? new Uri(site, OnvifPath) : Site(access);
}
