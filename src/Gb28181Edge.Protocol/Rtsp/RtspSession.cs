using System.Globalization;
using Gb28181Edge.Protocol.Media;
using Gb28181Edge.Protocol.Wire;

namespace Gb28181Edge.Protocol.Rtsp;

/// <summary>What an RTSP session is to do.</summary>
/// <param name="Url">What to play; its user name and password answer challenges.</param>
/// <param name="Transport">What to ask for: there is no falling over to the other.</param>
/// <param name="ClientPorts">Over UDP our RTP ports, one a track, RTCP on the port after each; not used over TCP.</param>
/// <param name="UserAgent">Program and version.</param>
/// <param name="Cnonce">Random text for digest answers. RFC 2617 §3.2.2.</param>
internal sealed record RtspSessionOptions(
    RtspUrl Url, RtspLowerTransport Transport, IReadOnlyList<int> ClientPorts, string UserAgent, string Cnonce);

/// <summary>An RTSP client session that plays one stream: the first video and the first audio that we can take. RFC 2326.</summary>
/// <remarks>
/// OPTIONS, DESCRIBE, SETUP a track, PLAY, then a keepalive at 0.4 of the session's timeout. One request at a time. Reads no clock,
/// owns no socket; driven by one camera's loop. After <see cref="RtspEffectKind.Reconnect"/> the caller connects and calls
/// <see cref="Start"/> again; after <see cref="RtspEffectKind.Failed"/> or <see cref="RtspEffectKind.Closed"/> nothing follows.
/// </remarks>
internal sealed class RtspSession(RtspSessionOptions options)
{
    /// <summary>How many times a server may send us elsewhere.</summary>
    public const int MaxRedirects = 5;

    /// <summary>How long an answer may take.</summary>
    public static readonly TimeSpan AnswerTime = TimeSpan.FromSeconds(10);

    /// <summary>How long the answer to TEARDOWN may take: we are leaving anyway.</summary>
    public static readonly TimeSpan TeardownTime = TimeSpan.FromSeconds(1);

    /// <summary>When the server names no timeout. RFC 2326 §12.37.</summary>
    private const int DefaultTimeoutSeconds = 60;

    private enum State { Idle, Options, Describe, Setup, Play, Playing, Teardown, Over }

    private readonly RtspAuthorization _authorization = new(options.Url, options.Cnonce);
    private readonly List<RtspTrack> _tracks = [];
    private readonly List<(RtspMedia Media, string Uri)> _toSetUp = [];

    private RtspUrl _url = options.Url;
    private State _state = State.Idle;
    private int _cseq;
    private int _redirects;
    private string _baseUri = "";
    private string _aggregateUri = "";
    private string? _sessionId;
    private int _timeoutSeconds = DefaultTimeoutSeconds;
    private bool _hasGetParameter;
    private Request? _pending;
    private TimeSpan? _answerDue, _keepaliveDue;

    /// <summary>The request that waits for its answer.</summary>
    private sealed record Request(string Method, string Uri, string? Extra, int CSeq, int AuthorizationTries);

    /// <summary>What was set up so far, in the order video, audio.</summary>
    public IReadOnlyList<RtspTrack> Tracks => _tracks;

    /// <summary>When <see cref="OnTimer"/> is due; null when nothing is waited for.</summary>
    public TimeSpan? NextDeadline => Deadline.Earliest(_answerDue, _keepaliveDue);

    /// <summary>Begins, on a fresh connection.</summary>
    public void Start(TimeSpan now, List<RtspEffect> effects)
    {
        (_baseUri, _aggregateUri, _sessionId, _timeoutSeconds, _hasGetParameter) = (_url.RequestUri, _url.RequestUri, null, DefaultTimeoutSeconds, false);
        (_pending, _answerDue, _keepaliveDue) = (null, null, null);
        _tracks.Clear();
        _toSetUp.Clear();
        _authorization.Forget();
        _state = State.Options;
        Ask(RtspMethod.Options, _url.RequestUri, null, now, effects);
    }

    /// <summary>Leaves: TEARDOWN where there is a session, otherwise closed at once.</summary>
    public void Stop(TimeSpan now, List<RtspEffect> effects)
    {
        if (_state is State.Teardown or State.Over) return;
        _keepaliveDue = null;
        if (_sessionId is null) { End(new RtspEffect(RtspEffectKind.Closed), effects); return; }
        _state = State.Teardown;
        Ask(RtspMethod.Teardown, _aggregateUri, null, now, effects);
        _answerDue = now + TeardownTime;
    }

    public void OnTimer(TimeSpan now, List<RtspEffect> effects)
    {
        if (Deadline.Take(ref _answerDue, now))
        {
            string method = _pending?.Method ?? "";
            _pending = null;
            if (_state == State.Teardown) End(new RtspEffect(RtspEffectKind.Closed), effects);
            // many cameras never answer a keepalive; whether they still send is the media's affair
            else if (_state != State.Playing) Fail(RtspFailure.NoAnswer, method, effects);
        }
        if (!Deadline.Take(ref _keepaliveDue, now)) return;
        Ask(_hasGetParameter ? RtspMethod.GetParameter : RtspMethod.Options, _aggregateUri, null, now, effects);
        _keepaliveDue = now + KeepaliveInterval;
    }

    public void OnMessage(RtspMessage message, TimeSpan now, List<RtspEffect> effects)
    {
        if (_state is State.Over or State.Idle) return;
        if (message.IsRequest) { OnServerRequest(message, effects); return; }
        if (_pending is not { } request || (message.CSeq is { } cseq && cseq != request.CSeq)) return;    // late, or nobody asked
        if (message.StatusCode < 200) return;
        (_pending, _answerDue) = (null, null);
        if (message.StatusCode == 401 && _state != State.Teardown)
        {
            Authorize(message, request, now, effects);
            return;
        }
        OnAnswer(message, request, now, effects);
    }

    private TimeSpan KeepaliveInterval => TimeSpan.FromSeconds(0.4 * _timeoutSeconds);

    private void OnAnswer(RtspMessage answer, Request request, TimeSpan now, List<RtspEffect> effects)
    {
        bool isOk = answer.StatusCode is >= 200 and < 300;
        if (answer.StatusCode is >= 300 and < 400 && _state is State.Options or State.Describe or State.Setup or State.Play)
        {
            GoTo(answer.Header("Location"), effects);
            return;
        }
        switch (_state)
        {
            case State.Options:
                // a camera that does not know OPTIONS may know the rest
                _hasGetParameter = isOk && Offers(answer, RtspMethod.GetParameter);
                _state = State.Describe;
                Ask(RtspMethod.Describe, _url.RequestUri, null, now, effects);
                break;
            case State.Describe when isOk:
                OnDescription(answer, now, effects);
                break;
            case State.Setup:
                OnSetUp(answer, isOk, now, effects);
                break;
            case State.Play when isOk:
                _state = State.Playing;
                _keepaliveDue = now + KeepaliveInterval;
                effects.Add(new RtspEffect(RtspEffectKind.Playing));
                break;
            case State.Playing when answer.StatusCode == 454:
                Fail(RtspFailure.SessionLost, Words(answer), effects);
                break;
            case State.Playing:
                if (!isOk && request.Method == RtspMethod.GetParameter) _hasGetParameter = false;    // then OPTIONS keeps it alive
                break;
            case State.Teardown:
                End(new RtspEffect(RtspEffectKind.Closed), effects);
                break;
            default:
                Refuse(answer, request, effects);
                break;
        }
    }

    private void OnDescription(RtspMessage answer, TimeSpan now, List<RtspEffect> effects)
    {
        RtspDescription description = RtspDescription.Parse(answer.Body);
        RtspMedia? video = description.FirstUsable("video"), audio = description.FirstUsable("audio");
        if (video is null)
        {
            string formats = description.FormatsOf("video");
            Fail(formats.Length == 0 ? RtspFailure.NoVideo : RtspFailure.UnsupportedVideo, formats, effects);
            return;
        }
        _baseUri = RtspControl.Base(answer.Header("Content-Base"), answer.Header("Content-Location"), _url.RequestUri);
        _aggregateUri = description.Control is null ? _baseUri : RtspControl.Resolve(_baseUri, description.Control);
        _toSetUp.Add((video, RtspControl.Resolve(_baseUri, video.Control)));
        if (audio is not null) _toSetUp.Add((audio, RtspControl.Resolve(_baseUri, audio.Control)));
        _state = State.Setup;
        SetUpNext(now, effects);
    }

    private void SetUpNext(TimeSpan now, List<RtspEffect> effects)
    {
        if (_toSetUp.Count == 0)
        {
            _state = State.Play;
            Ask(RtspMethod.Play, _aggregateUri, null, now, effects);
            effects.Add(new RtspEffect(RtspEffectKind.SetUp));
            return;
        }
        int index = _tracks.Count;
        string transport = options.Transport == RtspLowerTransport.Tcp
            ? RtspTransportHeader.AskTcp(2 * index)
            : RtspTransportHeader.AskUdp(options.ClientPorts[index]);
        Ask(RtspMethod.Setup, _toSetUp[0].Uri, transport, now, effects);
    }

    private void OnSetUp(RtspMessage answer, bool isOk, TimeSpan now, List<RtspEffect> effects)
    {
        RtspMedia media = _toSetUp[0].Media;
        _toSetUp.RemoveAt(0);
        if (isOk && TryTrack(media, answer.Header("Transport")) is { } track)
        {
            _tracks.Add(track);
            TakeSession(answer.Header("Session"));
            SetUpNext(now, effects);
            return;
        }
        // sound that cannot be had is no reason to go without the picture
        if (!media.Codec!.Value.IsVideo()) { SetUpNext(now, effects); return; }
        if (isOk || answer.StatusCode == 461) Fail(RtspFailure.UnsupportedTransport, isOk ? "" : Words(answer), effects);
        else Refuse(answer, new Request(RtspMethod.Setup, "", null, 0, 0), effects);
    }

    private RtspTrack? TryTrack(RtspMedia media, string? header)
    {
        bool tcp = options.Transport == RtspLowerTransport.Tcp;
        byte asked = (byte)(2 * _tracks.Count);
        // an answer without the header agrees to what was asked
        RtspTransportHeader? transport = header is null ? new RtspTransportHeader { IsTcp = tcp } : RtspTransportHeader.Parse(header);
        if (transport is null || transport.IsTcp != tcp) return null;
        byte rtp = transport.RtpChannel ?? asked;
        return new RtspTrack(media, rtp, transport.RtcpChannel ?? (byte)(rtp + 1),
            transport.ServerRtpPort, transport.ServerRtcpPort, transport.Source);
    }

    // Session: 12345678;timeout=60
    private void TakeSession(string? header)
    {
        if (header is null) return;
        string[] parts = header.Split(';', StringSplitOptions.TrimEntries);
        if (parts[0].Length > 0) _sessionId = parts[0];
        foreach (string part in parts.AsSpan(1))
        {
            if (part.StartsWith("timeout=", StringComparison.OrdinalIgnoreCase)
                && int.TryParse(part["timeout=".Length..], NumberStyles.None, CultureInfo.InvariantCulture, out int seconds)
                && seconds is > 0 and <= 86400)
            {
                _timeoutSeconds = Math.Max(seconds, 3);       // so that a silly timeout makes no storm of keepalives
            }
        }
    }

    private void Authorize(RtspMessage answer, Request request, TimeSpan now, List<RtspEffect> effects)
    {
        AuthorizationAnswer verdict = _authorization.Challenge(answer.Headers("WWW-Authenticate"), _url.Host, request.AuthorizationTries);
        if (verdict == AuthorizationAnswer.Again)
        {
            Ask(request.Method, request.Uri, request.Extra, now, effects, request.AuthorizationTries + 1);
            return;
        }
        if (_state == State.Playing) return;                  // a keepalive: whether the camera still sends is the media's affair
        Fail(RtspFailure.Unauthorized, verdict switch
        {
            AuthorizationAnswer.NoCredentials => "it asks for a user name and a password, and the URL has none",
            AuthorizationAnswer.NotUnderstood => "it asks for a way of authentication other than Basic and Digest",
            _ => "",
        }, effects);
    }

    private void GoTo(string? location, List<RtspEffect> effects)
    {
        if (location is null || !RtspUrl.TryParse(location, out RtspUrl? target, out _)) { Fail(RtspFailure.Redirect, "", effects); return; }
        if (++_redirects > MaxRedirects)
        {
            Fail(RtspFailure.Redirect, string.Create(CultureInfo.InvariantCulture, $"more than {MaxRedirects} times"), effects);
            return;
        }
        _authorization.MovedTo(target!);
        _url = target!.Username is null ? target.WithCredentialsOf(options.Url) : target;
        (_pending, _answerDue, _keepaliveDue, _state) = (null, null, null, State.Idle);
        effects.Add(RtspEffect.Reconnect(_url));
    }

    // RFC 2326 §10: a server may ask as well
    private void OnServerRequest(RtspMessage request, List<RtspEffect> effects)
    {
        int cseq = request.CSeq ?? 0;
        bool known = request.Method is RtspMethod.Options or RtspMethod.GetParameter or RtspMethod.SetParameter
            or RtspMethod.Announce or RtspMethod.Redirect or RtspMethod.Teardown;
        List<(string, string)> headers = _sessionId is null ? [] : [("Session", _sessionId)];
        if (request.Method == RtspMethod.Options) headers.Add(("Public", "OPTIONS, GET_PARAMETER, SET_PARAMETER, ANNOUNCE, REDIRECT, TEARDOWN"));
        effects.Add(RtspEffect.Send(known
            ? RtspMessage.WriteResponse(200, "OK", cseq, headers)
            : RtspMessage.WriteResponse(501, "Not Implemented", cseq, headers)));
        if (_state == State.Teardown) return;
        if (request.Method == RtspMethod.Redirect) GoTo(request.Header("Location"), effects);
        if (request.Method == RtspMethod.Teardown) Fail(RtspFailure.SessionLost, "the camera ended it", effects);
    }

    private void Ask(string method, string uri, string? transport, TimeSpan now, List<RtspEffect> effects, int authorizationTries = 0)
    {
        _pending = new Request(method, uri, transport, ++_cseq, authorizationTries);
        List<(string, string)> headers = [("User-Agent", options.UserAgent)];
        if (_authorization.Header(method, uri) is { } authorization) headers.Add(("Authorization", authorization));
        if (_sessionId is not null) headers.Add(("Session", _sessionId));
        if (method == RtspMethod.Describe) headers.Add(("Accept", "application/sdp"));
        if (method == RtspMethod.Play) headers.Add(("Range", "npt=0.000-"));
        if (transport is not null) headers.Add(("Transport", transport));
        effects.Add(RtspEffect.Send(RtspMessage.WriteRequest(method, uri, _cseq, headers)));
        _answerDue = now + AnswerTime;
    }

    private static bool Offers(RtspMessage answer, string method)
    {
        foreach (string header in answer.Headers("Public"))
        {
            foreach (string offered in header.Split(',', StringSplitOptions.TrimEntries))
            {
                if (offered.Equals(method, StringComparison.OrdinalIgnoreCase)) return true;
            }
        }
        return false;
    }

    private void Refuse(RtspMessage answer, Request request, List<RtspEffect> effects)
    {
        RtspFailure failure = answer.StatusCode switch
        {
            403 => RtspFailure.Unauthorized,
            404 => RtspFailure.NotFound,
            454 => RtspFailure.SessionLost,
            461 => RtspFailure.UnsupportedTransport,
            _ => RtspFailure.Refused,
        };
        Fail(failure, $"{Words(answer)} to {request.Method}", effects);
    }

    private static string Words(RtspMessage answer) =>
        string.Create(CultureInfo.InvariantCulture, $"{answer.StatusCode} {answer.Reason}").TrimEnd();

    private void Fail(RtspFailure failure, string text, List<RtspEffect> effects) => End(RtspEffect.Failed(failure, text), effects);

    private void End(RtspEffect last, List<RtspEffect> effects)
    {
        (_state, _pending, _answerDue, _keepaliveDue) = (State.Over, null, null, null);
        effects.Add(last);
    }
}
