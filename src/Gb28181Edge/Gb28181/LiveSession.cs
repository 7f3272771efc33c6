using System.ComponentModel;
using System.Net;
using Gb28181Edge.Protocol.Sdp;
using Gb28181Edge.Sip;
using Gb28181Edge.Streaming;
using Microsoft.Extensions.Logging;

namespace Gb28181Edge.Gb28181;

/// <summary>Why a live session is over.</summary>
internal enum LiveEnd
{
    /// <summary>It was never answered with 200.</summary>
    Refused,
    Cancelled,
    /// <summary>The platform's BYE.</summary>
    Bye,
    AckMissing,
    /// <summary>The media's TCP connection closed, or never came.</summary>
    PeerGone,
    ConnectFailed,
    Unreachable,
    /// <summary>A new INVITE of the platform took its place.</summary>
    Replaced,
    /// <summary>Registration or keepalive: the platform is not there any more.</summary>
    PlatformLost,
    /// <summary>The agent stops.</summary>
    Leaving,
    /// <summary>The endpoint stopped.</summary>
    CallOver,
}

/// <summary>One INVITE for a live picture and its media, from offer to end. GB/T 28181-2016 §9.2.2, GB/T 28181-2022 §9.2.2.</summary>
/// <remarks>One loop owns it; <see cref="End"/> and <see cref="Hurry"/> from any thread.</remarks>
internal sealed class LiveSession
{
    private const string SdpType = "application/sdp";

    /// <summary>How long a name in an offer may take: the platform repeats its INVITE and gives up within seconds.</summary>
    private static readonly TimeSpan LookUpLimit = TimeSpan.FromSeconds(3);

    private readonly TaskCompletionSource<LiveEnd> _end = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly TaskCompletionSource _released = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly TaskCompletionSource _hurry = new(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <summary>The configuration's name of it.</summary>
    public required string Platform { get; init; }

    /// <summary>Begins an SSRC of ours.</summary>
    public required string DomainId { get; init; }

    public required string CameraId { get; init; }

    /// <summary>Whom the INVITE named: <c>o=</c> of the answer, which some platforms address their ACK to.</summary>
    public required string OriginUser { get; init; }

    /// <summary>The sender's half of Subject; null when the INVITE had none, and then it replaces nothing.</summary>
    public required string? SenderKey { get; init; }

    public required LiveOffer Offer { get; init; }

    public required ISipCall Call { get; init; }

    public required ICameraStream Stream { get; init; }

    /// <summary>The local address that routes to the platform.</summary>
    public required IPAddress LocalAddress { get; init; }

    /// <summary>What the answer names; the media socket binds to it where it is ours, else to <see cref="LocalAddress"/>.</summary>
    public required IPAddress AnnouncedAddress { get; init; }

    public required CallTable Table { get; init; }

    public required ILogger Log { get; init; }

    /// <summary>Set when the table lets it in.</summary>
    public SdpSsrc Ssrc { get; set; }

    /// <summary>The whole life of it, BYE included.</summary>
    public Task Running { get; private set; } = Task.CompletedTask;

    /// <summary>Completes when its port and its place at the camera are free again.</summary>
    public Task Released => _released.Task;

    /// <summary>Begins. Once.</summary>
    /// <param name="evicted">Whose place it takes: their ports come free first.</param>
    public void Begin(IReadOnlyList<LiveSession> evicted) => Running = RunAsync(evicted);

    /// <summary>Asks it to end; the first reason counts.</summary>
    public void End(LiveEnd reason) => _end.TrySetResult(reason);

    /// <summary>Nobody waits for the answer to a BYE any longer.</summary>
    public void Hurry() => _hurry.TrySetResult();

    private async Task RunAsync(IReadOnlyList<LiveSession> evicted)
    {
        LiveEnd end;
        try
        {
            end = await ServeAsync(evicted);
        }
        finally
        {
            Table.Remove(this);
            _released.TrySetResult();
        }
        switch (end)
        {
            case LiveEnd.PeerGone or LiveEnd.ConnectFailed or LiveEnd.Unreachable or LiveEnd.Replaced or LiveEnd.Leaving:
                await ByeAsync();
                break;
            case LiveEnd.PlatformLost:
                Call.Forget();
                break;
        }
    }

    private async Task ByeAsync()
    {
        using var late = new CancellationTokenSource();
        Task bye = Call.ByeAsync(late.Token);
        if (await Task.WhenAny(bye, _hurry.Task) != bye) await late.CancelAsync();
        try
        {
            await bye;
        }
        catch (OperationCanceledException) when (late.IsCancellationRequested)
        {
            // The BYE is on its way; its answer has no reader.
        }
    }

    private async Task<LiveEnd> ServeAsync(IReadOnlyList<LiveSession> evicted)
    {
        await Task.WhenAll(evicted.Select(old => old.Released));
        IPEndPoint? remote = await ResolveAsync();
        if (_end.Task.IsCompleted) return await _end.Task;
        if (remote is null) return Refuse(488, "the media address is unknown");
        IMediaSession media;
        try
        {
            media = Prepare(new MediaSessionOptions(Offer.Transport, AnnouncedAddress, remote, Ssrc.Value, LiveOffer.PayloadType, Offer.Ttl));
        }
        catch (PortsExhaustedException error)
        {
            return Refuse(486, error.Message);
        }
        catch (Win32Exception error)                                             // what the operating system says of the address
        {
            return Refuse(500, error.Message);
        }
        await using (media)
        {
            byte[] answer = Answer(media.LocalPort);
            Call.Accept(SdpType, answer);
            Log.LiveAccepted(Platform, CameraId, Call.CallId, Offer.Transport, remote, Ssrc);
            LiveEnd end = await FollowAsync(media, answer);
            MediaStatistics sent = media.Statistics;
            Log.LiveEnded(Platform, CameraId, Call.CallId, end, sent.Packets, sent.Bytes, sent.AccessUnitsDropped);
            return end;
        }
    }

    // A router's address that is forwarded to us is told, but not ours to bind.
    private IMediaSession Prepare(MediaSessionOptions options)
    {
        try
        {
            return Stream.Prepare(options);
        }
        catch (Win32Exception) when (!AnnouncedAddress.Equals(LocalAddress))
        {
            return Stream.Prepare(options with { LocalAddress = LocalAddress });
        }
    }

    // Until one of the three says that it is over: the call, the media, or End.
    private async Task<LiveEnd> FollowAsync(IMediaSession media, byte[] answer)
    {
        bool started = false;
        Task<bool>? news = null;
        while (true)
        {
            news ??= Call.Events.WaitToReadAsync().AsTask();
            await Task.WhenAny(news, media.Ended, _end.Task);
            while (Call.Events.TryRead(out SipCallEvent? happened))
            {
                switch (happened)
                {
                    case SipCallEvent.Acknowledged when !started:
                        started = true;                                          // GB/T 28181: media after the ACK, not before
                        media.Start();
                        break;
                    case SipCallEvent.Request request: Serve(request.Incoming, answer); break;
                    case SipCallEvent.Bye: return LiveEnd.Bye;
                    case SipCallEvent.Cancelled: return LiveEnd.Cancelled;
                    case SipCallEvent.AckMissing: return LiveEnd.AckMissing;
                    case SipCallEvent.TransportLost: Log.LiveSignallingLost(Platform, CameraId, Call.CallId); break;
                }
            }
            if (_end.Task.IsCompleted) return await _end.Task;
            if (media.Ended.IsCompleted) return Map(await media.Ended);
            if (!news.IsCompleted) continue;
            if (!await news) return LiveEnd.CallOver;
            news = null;
        }
    }

    private static LiveEnd Map(MediaEnd why) => why switch
    {
        MediaEnd.ConnectFailed => LiveEnd.ConnectFailed,
        MediaEnd.Unreachable => LiveEnd.Unreachable,
        MediaEnd.Closed => LiveEnd.Leaving,                                      // not by us: the camera is being closed
        _ => LiveEnd.PeerGone,
    };

    private void Serve(SipIncoming incoming, byte[] answer)
    {
        switch (incoming.Request.Method.Name)
        {
            case "INFO":
                incoming.Respond(200);                                           // MANSRTSP has no meaning for a live picture
                break;
            case "INVITE" when LiveOffer.Read(incoming.Request, incoming.Source) is { } again && Offer.IsSameMedia(again):
                var same = Protocol.Sip.SipResponse.For(incoming.Request, 200);
                same.Add(Protocol.Sip.HeaderName.ContentType, SdpType);
                same.Body = answer;
                incoming.Respond(same);
                break;
            case "INVITE": incoming.Respond(488); break;
            default: incoming.Respond(405); break;
        }
    }

    private byte[] Answer(int localPort) => SdpWriter.WriteAnswer(Offer.Description, new SdpAnswer
    {
        OriginUser = OriginUser,
        Address = AnnouncedAddress.ToString(),
        Connection = Offer.Ttl is { } ttl ? new SdpConnection(Offer.Host, ttl) : null,
        Media = Offer.Media,
        Port = Offer.Ttl is null ? localPort : Offer.Port,
        Setup = Offer.Setup,
        PayloadType = LiveOffer.PayloadType,
        Ssrc = Ssrc,
    });

    // Null when the name has no address, or none in time, or the session ended meanwhile. Listening needs none.
    private async ValueTask<IPEndPoint?> ResolveAsync()
    {
        if (IPAddress.TryParse(Offer.Host, out IPAddress? address)) return new IPEndPoint(address, Offer.Port);
        if (Offer.Transport == MediaTransport.TcpPassive) return new IPEndPoint(IPAddress.Any, Offer.Port);
        using var stop = new CancellationTokenSource();
        try
        {
            Task<IPAddress[]> looking = Table.Options.Resolve(Offer.Host, LocalAddress, stop.Token);
            Task first = await Task.WhenAny(looking, _end.Task, Task.Delay(LookUpLimit, Table.Options.Time, stop.Token));
            await stop.CancelAsync();
            if (first != looking) return null;                                   // a resolver that cannot be stopped answers nobody
            IPAddress[] found = await looking;
            return found.Length > 0 ? new IPEndPoint(found[0], Offer.Port) : null;
        }
        catch (Win32Exception)
        {
            return null;
        }
    }

    private LiveEnd Refuse(int statusCode, string why)
    {
        Log.LiveRefused(Platform, Call.CallId, statusCode, why);
        Call.Reject(statusCode);
        return LiveEnd.Refused;
    }
}
