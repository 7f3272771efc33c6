using System.Globalization;
using System.Net;
using System.Security.Cryptography;
using Gb28181Edge.Protocol.Manscdp;
using Gb28181Edge.Protocol.Sip;
using Gb28181Edge.Protocol.Sip.Auth;
using Gb28181Edge.Protocol.Sip.UserAgent;

namespace Gb28181Edge.Bench;

/// <summary>Decides about REGISTER as platforms in the field do: 401, then 200 or 403. GB/T 28181-2016 §9.1, RFC 3261 §10.3, RFC 7616.</summary>
/// <remarks>Driven by one loop. Remembers the 16 latest nonces; an older one is stale.</remarks>
internal sealed class BenchRegistrar(BenchOptions options)
{
    private const int MaximumNonces = 16;

    private readonly List<(string Nonce, TimeSpan Issued)> _nonces = [];
    private string? _registered;

    /// <param name="request">A REGISTER.</param>
    /// <param name="source">Where it came from.</param>
    /// <param name="transport">How.</param>
    /// <param name="now">For the nonces' age.</param>
    /// <param name="wallClock">For the Date field.</param>
    public (SipResponse Response, BenchEvent Event) Handle(
        SipRequest request, IPEndPoint source, SipTransport transport, TimeSpan now, DateTimeOffset wallClock)
    {
        string device = request.From.Uri.User ?? "";
        if (options.DeviceId is { } only && device != only) return Refuse(request, device, 403, "unknown device");
        if (options.Password is { } password)
        {
            if (request.Text(HeaderName.Authorization) is not { } text) return Challenge(request, device, now, isStale: false);
            if (!DigestCredentials.TryParse(text, out DigestCredentials? credentials)) return Refuse(request, device, 400, "unreadable credentials");
            if (credentials.Realm != options.Domain || credentials.Algorithm != options.Algorithm || credentials.HasQopAuth != options.OffersQop)
                return Refuse(request, device, 403, "credentials for another challenge");
            bool isRight = credentials.Username == device && credentials.Verify(SipMethod.Register, password);
            if (!isRight) return Refuse(request, device, 403, "wrong password");
            if (!IsFresh(credentials.Nonce, now)) return Challenge(request, device, now, isStale: true);
        }
        return Accept(request, device, source, transport, wallClock);
    }

    private (SipResponse, BenchEvent) Accept(SipRequest request, string device, IPEndPoint source, SipTransport transport, DateTimeOffset wallClock)
    {
        int asked = request.Contact?.Parameter("expires") is { } parameter && int.TryParse(parameter, NumberStyles.None, CultureInfo.InvariantCulture, out int seconds)
            ? seconds : request.Expires ?? options.MaximumExpires;
        int granted = Math.Min(asked, options.MaximumExpires);
        SipResponse response = New(request, 200, null);
        if (request.Text(HeaderName.Contact) is { } contact) response.Add(HeaderName.Contact, contact);
        response.Add(HeaderName.Expires, granted.ToString(CultureInfo.InvariantCulture));
        // local Beijing time without a zone, not RFC 1123: GB/T 28181-2016 §9.10.2
        if (options.SendsDate)
            response.Add(HeaderName.Date, wallClock.ToOffset(BeijingTime.Offset).ToString("yyyy-MM-dd'T'HH:mm:ss.fff", CultureInfo.InvariantCulture));
        if (granted == 0)
        {
            _registered = null;
            return (response, new BenchEvent.Unregistered(device));
        }
        bool isRefresh = _registered == device;
        _registered = device;
        return (response, new BenchEvent.Registered(device, source, transport, granted, isRefresh));
    }

    private (SipResponse, BenchEvent) Challenge(SipRequest request, string device, TimeSpan now, bool isStale)
    {
        string nonce = RandomNumberGenerator.GetHexString(32, lowercase: true);
        if (_nonces.Count == MaximumNonces) _nonces.RemoveAt(0);
        _nonces.Add((nonce, now));
        SipResponse response = New(request, 401, null);
        response.Add(HeaderName.WwwAuthenticate, new DigestChallenge
        {
            Realm = options.Domain,
            Nonce = nonce,
            Algorithm = options.Algorithm,
            HasAlgorithm = options.NamesAlgorithm || options.Algorithm != DigestAlgorithm.Md5,
            HasQopAuth = options.OffersQop,
            IsStale = isStale,
        }.ToString());
        return (response, new BenchEvent.Challenged(device, isStale));
    }

    private (SipResponse, BenchEvent) Refuse(SipRequest request, string device, int statusCode, string reason) =>
        (New(request, statusCode, reason), new BenchEvent.Refused(device, statusCode, reason));

    private SipResponse New(SipRequest request, int statusCode, string? reason)
    {
        SipResponse response = SipResponse.For(request, statusCode, null, reason);
        response.Add(HeaderName.XGbVer, options.Version == GbVersion.Gb2022 ? "3.0" : "2.0");
        return response;
    }

    private bool IsFresh(string nonce, TimeSpan now) =>
        _nonces.Exists(issued => issued.Nonce == nonce && now - issued.Issued <= options.NonceLifetime);
}
