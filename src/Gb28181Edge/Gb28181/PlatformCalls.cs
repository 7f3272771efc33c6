using Gb28181Edge.Devices;
using Gb28181Edge.Protocol.Sdp;
using Gb28181Edge.Protocol.Sip;
using Gb28181Edge.Sip;
using Gb28181Edge.Streaming;
using Microsoft.Extensions.Logging;

namespace Gb28181Edge.Gb28181;

/// <summary>One platform's live sessions. GB/T 28181-2016 §9.2, GB/T 28181-2022 §9.2.</summary>
/// <param name="platform">The configuration's name of it.</param>
/// <param name="domainId">Its id or domain, at least 8 digits: an SSRC of ours begins with it.</param>
/// <param name="peer">Its SIP side.</param>
/// <param name="table">All platforms' sessions.</param>
/// <param name="log">For begin, end and refusal.</param>
internal sealed class PlatformCalls(string platform, string domainId, ISipPeer peer, CallTable table, ILogger log) : IPlatformCalls
{
    private readonly Lock _gate = new();
    private readonly List<LiveSession> _sessions = [];

    public int Count
    {
        get { lock (_gate) return _sessions.Count(session => !session.Running.IsCompleted); }
    }

    public void OnInvite(SipIncoming invite)
    {
        if (invite.Call is not { } call) return;
        SipRequest request = invite.Request;
        string? user = SipUri.TryParse(request.RequestUri, out SipUri? uri) ? uri.User : null;
        if (!table.TryFind(user, out CameraChannel? camera, out ICameraStream? stream)
            && !table.TryFind(user = request.To.Uri.User, out camera, out stream))
        {
            Refuse(call, 404, "no such channel");
            return;
        }
        if (LiveOffer.Read(request, invite.Source) is not { } offer)
        {
            Refuse(call, 488, "the offer cannot be served");
            return;
        }
        var session = new LiveSession
        {
            Platform = platform,
            DomainId = domainId,
            CameraId = camera.Id,
            OriginUser = user!,
            SenderKey = MediaSubject.TryParse(request.Text(HeaderName.Subject), out MediaSubject? subject) ? subject!.SenderKey : null,
            Offer = offer,
            Call = call,
            Stream = stream,
            LocalAddress = peer.LocalAddress,
            AnnouncedAddress = table.Options.MediaAddress ?? peer.LocalAddress,
            Table = table,
            Log = log,
        };
        if (!table.TryAdmit(session, out IReadOnlyList<LiveSession> evicted))
        {
            Refuse(call, 486, "the camera has no session left");
            return;
        }
        lock (_gate)
        {
            Reap();
            session.Begin(evicted);
            _sessions.Add(session);
        }
    }

    public async ValueTask EndAllAsync(bool orderly, CancellationToken cancellationToken)
    {
        LiveSession[] sessions;
        lock (_gate)
        {
            sessions = [.. _sessions];
            _sessions.Clear();
        }
        foreach (LiveSession session in sessions) session.End(orderly ? LiveEnd.Leaving : LiveEnd.PlatformLost);
        await using CancellationTokenRegistration hurry = cancellationToken.Register(() => Array.ForEach(sessions, session => session.Hurry()));
        await Task.WhenAll(sessions.Select(session => session.Running));
    }

    // A session that ended is let go here; one that failed has a bug, and the caller's loop ends with it.
    private void Reap()
    {
        foreach (LiveSession session in _sessions.Where(session => session.Running.IsFaulted)) session.Running.GetAwaiter().GetResult();
        _sessions.RemoveAll(session => session.Running.IsCompleted);
    }

    private void Refuse(ISipCall call, int statusCode, string why)
    {
        log.LiveRefused(platform, call.CallId, statusCode, why);
        call.Reject(statusCode);
    }
}
