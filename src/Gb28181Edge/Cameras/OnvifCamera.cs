using Gb28181Edge.Protocol.Media;
using Gb28181Edge.Protocol.Rtsp;
using Gb28181Edge.Web;
using Microsoft.Extensions.Logging;

namespace Gb28181Edge.Cameras;

/// <summary>A camera that is asked for its RTSP address by ONVIF, before every attempt: it may have changed. ONVIF Media Service Specification, GetStreamUri.</summary>
/// <param name="device">The device service.</param>
/// <param name="account">Asks for the address, and for the stream.</param>
/// <param name="profile">A media profile's token or name; null takes the first with video.</param>
/// <param name="transport">What RTP is asked for over.</param>
/// <param name="time">The clock.</param>
/// <param name="log">Takes the address that was found, without secrets.</param>
internal sealed class OnvifCamera(
    Uri device, CameraAccount account, string? profile, RtspLowerTransport transport, TimeProvider time, ILogger log) : ICameraSource
{
    public string Description => device.AbsoluteUri;

    public async Task RunAsync(IAccessUnitSink sink, CancellationToken stop)
    {
        stop.ThrowIfCancellationRequested();
        await new RtspCamera(await FindAsync(stop), transport, time, log).RunAsync(sink, stop);
    }

    private async Task<RtspUrl> FindAsync(CancellationToken stop)
    {
        using var client = new OnvifClient(device, account, profile, time);
        try
        {
            Uri uri = await client.StreamUriAsync(stop);
            string credentials = account.Username is null ? "" : $"{Uri.EscapeDataString(account.Username)}:{Uri.EscapeDataString(account.Password ?? "")}@";
            if (!RtspUrl.TryParse($"rtsp://{credentials}{uri.Authority}{uri.PathAndQuery}", out RtspUrl? url, out RtspUrlFault fault))
                throw new CameraException($"{Description}: names no usable RTSP address: {fault}");
            log.OnvifStream(Description, url!.RequestUri);
            return url;
        }
        catch (Exception e) when (e is CameraHttpException or OnvifFaultException)
        {
            throw new CameraException($"{Description}: {e.Message}", e);
        }
    }
}
