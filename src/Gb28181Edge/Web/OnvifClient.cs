using System.Security.Cryptography;
using Gb28181Edge.Protocol.Web;
using Gb28181Edge.Protocol.Web.Onvif;

namespace Gb28181Edge.Web;

/// <summary>The camera answered with a fault.</summary>
internal sealed class OnvifFaultException(string message, OnvifFault fault) : IOException(message)
{
    public OnvifFault Fault { get; } = fault;
}

/// <summary>One ONVIF camera: finds its services and profile, and makes requests with WS-Security, or with HTTP digest where the camera wants that. ONVIF Core §5.9.</summary>
/// <remarks>
/// The camera's own clock is asked before the first request and whenever it refuses one: what it is sent bears its time, not ours.
/// Addresses that it names are taken at the host that was configured, so that user name and password go nowhere else.
/// </remarks>
/// <param name="device">The device service.</param>
/// <param name="account">Who asks.</param>
/// <param name="wantedProfile">A profile's token or name; null takes the first that fits.</param>
/// <param name="time">The clock.</param>
internal sealed class OnvifClient(Uri device, CameraAccount account, string? wantedProfile, TimeProvider time) : IDisposable
{
    private const int NonceBytes = 16;

    private readonly CameraHttp _http = new(account, time);
    private TimeSpan? _skew;
    private bool _httpDigest;
    private OnvifServices? _services;
    private OnvifProfile? _profile;

    /// <summary>The address without path, for messages.</summary>
    public string Place => CameraHttp.Place(device);

    /// <summary>Where its services are.</summary>
    public async Task<OnvifServices> ServicesAsync(CancellationToken cancellationToken)
    {
        if (_services is not null) return _services;
        OnvifServices services;
        try
        {
            services = OnvifAnswer.Services(await AskAsync(device, OnvifRequests.GetCapabilities, cancellationToken));
        }
        catch (OnvifFaultException e) when (!e.Fault.IsNotAuthorized)
        {
            services = new OnvifServices(null, null, null, null);
        }
        if ((services.Media ?? services.Media2) is null || services.Ptz is null || services.Imaging is null)
        {
            // GetCapabilities is the old way, and cameras of profile T may leave out what is newer
            try
            {
                OnvifServices more = OnvifAnswer.Services(await AskAsync(device, OnvifRequests.GetServices, cancellationToken));
                services = new OnvifServices(services.Media ?? more.Media, services.Media2 ?? more.Media2, services.Ptz ?? more.Ptz, services.Imaging ?? more.Imaging);
            }
            catch (OnvifFaultException e) when (!e.Fault.IsNotAuthorized && services.Media is not null)
            {
                // it knows the old way only
            }
        }
        if ((services.Media ?? services.Media2) is null)
            throw new CameraHttpException($"{Place} names no ONVIF media service", isRefusal: true);
        return _services = new OnvifServices(Here(services.Media), Here(services.Media2), Here(services.Ptz), Here(services.Imaging));
    }

    /// <summary>The profile that is used: the wanted one, else the first that fits.</summary>
    /// <param name="steers">True: it needs a PTZ configuration; false: it needs video.</param>
    /// <param name="cancellationToken">Ends the attempt.</param>
    public async Task<OnvifProfile> ProfileAsync(bool steers, CancellationToken cancellationToken)
    {
        if (_profile is not null) return _profile;
        OnvifServices services = await ServicesAsync(cancellationToken);
        bool media2 = services.Media is null;
        IReadOnlyList<OnvifProfile> profiles = OnvifAnswer.Profiles(
            await AskAsync((services.Media ?? services.Media2)!, OnvifRequests.GetProfiles(media2), cancellationToken));
        OnvifProfile? found = wantedProfile is null
            ? profiles.FirstOrDefault(profile => steers ? profile.PtzToken is not null : profile.HasVideo)
            : profiles.FirstOrDefault(profile => profile.Token == wantedProfile)
                ?? profiles.FirstOrDefault(profile => profile.Name.Equals(wantedProfile, StringComparison.OrdinalIgnoreCase));
        if (found is null)
        {
            string known = string.Join(", ", profiles.Select(profile => profile.Token));
            string missing = wantedProfile is not null ? $"no profile \"{wantedProfile}\"" : steers ? "no profile with a PTZ configuration" : "no profile with video";
            throw new CameraHttpException($"{Place} has {missing}; it has {(known.Length == 0 ? "none" : known)}", isRefusal: true);
        }
        if (steers && found.PtzToken is null)
            throw new CameraHttpException($"{Place}: the profile \"{found.Token}\" has no PTZ configuration", isRefusal: true);
        return _profile = found;
    }

    /// <summary>The RTSP address of the profile's stream, at the camera's configured host, without user name and password.</summary>
    public async Task<Uri> StreamUriAsync(CancellationToken cancellationToken)
    {
        OnvifServices services = await ServicesAsync(cancellationToken);
        OnvifProfile profile = await ProfileAsync(steers: false, cancellationToken);
        bool media2 = services.Media is null;
        XmlNode answer = await AskAsync((services.Media ?? services.Media2)!, OnvifRequests.GetStreamUri(media2, profile.Token), cancellationToken);
        if (!Uri.TryCreate(OnvifAnswer.StreamUri(answer), UriKind.Absolute, out Uri? uri) || uri.Scheme != "rtsp")
            throw new CameraHttpException($"{Place} names no RTSP address for the profile \"{profile.Token}\"", isRefusal: true);
        return new UriBuilder(uri) { Host = device.Host, UserName = "", Password = "", Port = uri.Port < 0 ? 554 : uri.Port }.Uri;
    }

    /// <summary>Forgets services and profile: the camera was set up anew, or is another.</summary>
    public void Forget() => (_services, _profile, _skew) = (null, null, null);

    /// <summary>Makes a request and gives its response's element.</summary>
    /// <exception cref="OnvifFaultException">The camera answered with a fault.</exception>
    /// <exception cref="CameraHttpException">There was no usable answer.</exception>
    public async Task<XmlNode> AskAsync(Uri service, OnvifRequest request, CancellationToken cancellationToken)
    {
        bool clockIsNew = _skew is null;
        _skew ??= await SkewAsync(cancellationToken);
        while (true)
        {
            OnvifToken? token = Token();
            CameraReply reply = await _http.SendAsync(
                new CameraRequest(HttpMethod.Post, service, request.ToBytes(token), request.ContentType), authorize: _httpDigest, cancellationToken);
            bool isEnvelope = OnvifAnswer.TryRead(reply.Body, out XmlNode? response, out OnvifFault? fault);
            if (response is not null && reply.Status is >= 200 and < 300) return response;
            if (!_httpDigest && reply.HasDigest)
            {
                _httpDigest = true;
                continue;
            }
            if (fault is { IsNotAuthorized: true } && token is not null && !clockIsNew)
            {
                // either clock may have been set since it was asked
                clockIsNew = true;
                _skew = await SkewAsync(cancellationToken);
                continue;
            }
            if (fault is not null) throw new OnvifFaultException($"{Place} refuses {request.Operation}: {fault.Describe()}", fault);
            throw new CameraHttpException(
                isEnvelope || reply.Status is not 200 ? $"{Place} answers {request.Operation} with HTTP {reply.Status}" : $"{Place} answers {request.Operation} with something that is not SOAP",
                isRefusal: reply.Status is >= 400 and < 500);
        }
    }

    public void Dispose() => _http.Dispose();

    /// <summary>Null where there is no user name, or the camera wants HTTP digest instead.</summary>
    private OnvifToken? Token() => account.Username is null || _httpDigest
        ? null
        : new OnvifToken(account.Username, account.Password ?? "", RandomNumberGenerator.GetBytes(NonceBytes), time.GetUtcNow() + (_skew ?? TimeSpan.Zero));

    /// <summary>How far the camera's clock is ahead of ours; zero when it does not tell without a password.</summary>
    private async Task<TimeSpan> SkewAsync(CancellationToken cancellationToken)
    {
        if (account.Username is null) return TimeSpan.Zero;
        OnvifRequest request = OnvifRequests.GetSystemDateAndTime;
        CameraReply reply = await _http.SendAsync(
            new CameraRequest(HttpMethod.Post, device, request.ToBytes(null), request.ContentType), authorize: _httpDigest, cancellationToken);
        return OnvifAnswer.TryRead(reply.Body, out XmlNode? response, out _) && response is not null && OnvifAnswer.TryTime(response, out DateTimeOffset theirs)
            ? theirs - time.GetUtcNow() : TimeSpan.Zero;
    }

    /// <summary>The address at the configured host: cameras behind a router, or set up in another network, name one that nobody reaches.</summary>
    private Uri? Here(Uri? address)
    {
        if (address is null) return null;
        bool same = address.Host.Equals(device.Host, StringComparison.OrdinalIgnoreCase) && address.Scheme == device.Scheme;
        return new UriBuilder(address) { Scheme = device.Scheme, Host = device.Host, Port = same ? address.Port : device.Port, UserName = "", Password = "" }.Uri;
    }
}
