using System.Globalization;
using System.Net;
using Gb28181Edge.Protocol.Sip.Auth;
using Gb28181Edge.Protocol.Wire;

namespace Gb28181Edge.Protocol.Sip.UserAgent;

/// <summary>The device's side of a registration and its keepalives. RFC 3261 §10.2, §22; GB/T 28181-2016 §9.1, §9.6, GB/T 28181-2022 §9.1, §9.6.</summary>
/// <remarks>
/// Pure: time, outcomes and random numbers in, what to send next out. One request is under way at a time. Every REGISTER of it has the
/// same Call-ID and From tag, and the next CSeq. Driven by one platform's loop only.
/// </remarks>
internal sealed class Registration(RegistrationSettings settings)
{
    /// <summary>Shorter grants are nonsense: refreshing would be all that happens.</summary>
    private const int LeastExpires = 60;

    /// <summary>Answers to challenges in one round: the first, and one more when the nonce had gone stale.</summary>
    private const int AnswersPerRound = 2;

    private static readonly TimeSpan FirstRetry = TimeSpan.FromSeconds(10), LongestRetryAfter = TimeSpan.FromHours(1), AddressPause = TimeSpan.FromSeconds(10);

    private TimeSpan? _registerAt, _keepaliveAt, _expiresAt;    // absolute, monotonic; null = not running
    private TimeSpan _registeredAt;
    private uint _cseq;
    private int _asked = settings.ExpiresSeconds;
    private int _failures;
    private bool _leaving, _ended, _underWay, _omitVersion, _sentVersion;

    // Of the present round, which ends with a 2xx or a failure.
    private DigestChallenge? _challenge;
    private string? _answeredNonce;
    private int _answers;
    private bool _raisedExpires, _challengedByProxy;

    public bool IsRegistered { get; private set; }

    /// <summary>What the platform granted last, seconds; 0 before.</summary>
    public int GrantedSeconds { get; private set; }

    /// <summary>When the registration runs out unless refreshed; null without one.</summary>
    public TimeSpan? ExpiresAt => _expiresAt;

    /// <summary>When the next REGISTER is due; null while one is under way, and at the end.</summary>
    public TimeSpan? RegisterAt => _registerAt;

    /// <summary>Keepalives in a row that were not answered 200.</summary>
    public int Misses { get; private set; }

    /// <summary>Why the last round or registration ended; null after success.</summary>
    public string? LastError { get; private set; }

    /// <summary>Our address as the platform sees it, from received and rport; null when it does not say. RFC 3581.</summary>
    public IPEndPoint? SeenAs { get; private set; }

    /// <summary>When <see cref="Next"/> has something to do; null at the end, and before <see cref="Start"/>.</summary>
    public TimeSpan? NextDeadline => _ended ? null : Deadline.Earliest(_registerAt, _keepaliveAt, _leaving ? null : _expiresAt);

    /// <summary>The first REGISTER is due at once.</summary>
    public void Start(TimeSpan now) => _registerAt = now;

    /// <summary>What to send now. The registration may have run out meanwhile: then <paramref name="change"/> is Lost.</summary>
    public RegistrationStep Next(TimeSpan now, out RegistrationChange change)
    {
        change = RegistrationChange.None;
        if (_ended) return RegistrationStep.None;
        if (!_leaving && Deadline.Take(ref _expiresAt, now)) change = Lose("the registration ran out");
        if (Deadline.Take(ref _registerAt, now)) return RegistrationStep.Register;
        if (!IsRegistered || !Deadline.Take(ref _keepaliveAt, now)) return RegistrationStep.None;
        _keepaliveAt = now + settings.KeepaliveInterval;
        return RegistrationStep.Keepalive;
    }

    /// <summary>Fills in CSeq, Expires, X-GB-Ver and, once challenged, the credentials.</summary>
    /// <param name="register">With Request-URI, From, To and Call-ID; may be a new message or the one of the try before.</param>
    /// <param name="cnonce">Fresh for every message.</param>
    public void Compose(SipRequest register, string cnonce)
    {
        _underWay = true;
        register.Set(HeaderName.CSeq, new CSeq(++_cseq, SipMethod.Register).ToString());
        register.Set(HeaderName.Expires, (_leaving ? 0 : _asked).ToString(CultureInfo.InvariantCulture));
        register.Remove(HeaderName.XGbVer);
        _sentVersion = !_omitVersion;
        if (_sentVersion) register.Add(HeaderName.XGbVer, settings.GbVersion);
        register.Remove(HeaderName.Authorization);
        register.Remove(HeaderName.ProxyAuthorization);
        _answeredNonce = null;
        if (_challenge is null) return;
        var answer = DigestCredentials.Answer(_challenge, settings.Username, settings.Password ?? "", SipMethod.Register, register.RequestUri, cnonce);
        register.Add(_challengedByProxy ? HeaderName.ProxyAuthorization : HeaderName.Authorization, answer.ToString());
        _answeredNonce = _challenge.Nonce;
        _answers++;
    }

    /// <summary>The end of a REGISTER.</summary>
    /// <param name="register">What was sent.</param>
    /// <param name="response">The final response; null when none came.</param>
    /// <param name="silence">Why none came, for a person; unused with a response.</param>
    /// <param name="seen">Our address as the response says it; null when it does not.</param>
    /// <param name="now">Monotonic.</param>
    /// <param name="random">0 … 1, for the jitter.</param>
    public RegistrationChange OnRegisterOutcome(SipRequest register, SipResponse? response, string? silence, IPEndPoint? seen, TimeSpan now, double random)
    {
        if (_ended) return RegistrationChange.None;
        _underWay = false;
        if (seen is not null) SeenAs = seen;
        switch (response)
        {
            case null: return Fail(silence ?? "no answer", now, random);
            case { IsSuccess: true }: return Succeed(register, response, now, random);
            case { StatusCode: SipStatus.Unauthorized or SipStatus.ProxyAuthenticationRequired }: return Challenged(response, now, random);
            case { StatusCode: SipStatus.IntervalTooBrief }: return TooBrief(response, now, random);
            case { StatusCode: SipStatus.BadRequest } when _sentVersion:
                // Some platforms refuse header fields they do not know: the next try does without, and should that fail too, with it again.
                _omitVersion = true;
                break;
            case { StatusCode: SipStatus.BadRequest }: _omitVersion = false; break;
        }
        string reason = $"{response.StatusCode} {response.ReasonPhrase}".TrimEnd();
        bool refused = response.StatusCode is SipStatus.Forbidden or SipStatus.NotFound or >= 600;
        return refused ? Refused(reason, now, random, response.Seconds(HeaderName.RetryAfter)) : Fail(reason, now, random, retryAfter: response.Seconds(HeaderName.RetryAfter));
    }

    /// <summary>The end of a keepalive.</summary>
    /// <param name="statusCode">Of the final response; 0 when none came.</param>
    /// <param name="seen">Our address as the response says it; null when it does not.</param>
    /// <param name="now">Monotonic.</param>
    /// <param name="random">0 … 1, for the jitter.</param>
    public RegistrationChange OnKeepaliveOutcome(int statusCode, IPEndPoint? seen, TimeSpan now, double random)
    {
        if (_ended || _leaving || !IsRegistered) return RegistrationChange.None;
        if (statusCode is >= 200 and < 300)
        {
            Misses = 0;
            return OnSeen(seen, now);
        }
        if (statusCode is SipStatus.Forbidden or SipStatus.NotFound or SipStatus.CallOrTransactionDoesNotExist)
        {
            // The platform has forgotten us, by a restart as a rule. One that says so right after each registration is not hammered.
            _registerAt = now - _registeredAt < FirstRetry ? now + Pause(random, longest: false) : now;
            return Lose($"the keepalive was answered {statusCode}");
        }
        if (++Misses < settings.KeepaliveMisses) return RegistrationChange.None;
        _registerAt = now;
        return Lose(settings.KeepaliveMisses == 1 ? "a keepalive was not answered" : $"{Misses} keepalives in a row were not answered");
    }

    /// <summary>The TCP connection that requests come by is gone: to the platform we are offline. GB/T 28181-2022 §9.1.1 f).</summary>
    public RegistrationChange OnConnectionLost(TimeSpan now, double random)
    {
        if (_ended || _leaving || !IsRegistered) return RegistrationChange.None;
        _registerAt = now + Pause(random, longest: false);
        return Lose("the connection was lost");
    }

    /// <summary>Deregisters: a REGISTER with Expires 0 is due when there is something to undo.</summary>
    /// <returns>Left when there is nothing to undo.</returns>
    public RegistrationChange Leave(TimeSpan now)
    {
        if (_ended) return RegistrationChange.None;
        _leaving = true;
        _keepaliveAt = null;
        EndRound();
        // A REGISTER whose outcome we do not wait for may have succeeded.
        if (!IsRegistered && !_underWay) return End();
        _registerAt = now;
        return RegistrationChange.None;
    }

    private RegistrationChange Succeed(SipRequest register, SipResponse response, TimeSpan now, double random)
    {
        EndRound();
        if (_leaving) return End();
        bool refresh = IsRegistered;
        GrantedSeconds = Granted(register, response);
        TimeSpan granted = TimeSpan.FromSeconds(GrantedSeconds);
        IsRegistered = true;
        (LastError, _failures, _registeredAt) = (null, 0, now);
        _expiresAt = now + granted;
        _registerAt = now + granted * (0.75 * (0.95 + 0.1 * random));
        if (refresh) return RegistrationChange.Refreshed;
        Misses = 0;
        _keepaliveAt = now + settings.KeepaliveInterval;
        return RegistrationChange.Registered;
    }

    // The expires parameter of our Contact, else the Expires field, else what was asked. RFC 3261 §10.2.4.
    private int Granted(SipRequest register, SipResponse response)
    {
        int? granted = null;
        foreach (string value in response.Texts(HeaderName.Contact))
        {
            if (!NameAddr.TryParse(value, out NameAddr? contact)) continue;
            bool ours = register.Contact is not { } mine || (contact.Uri.User == mine.Uri.User && contact.Uri.Host == mine.Uri.Host && contact.Uri.Port == mine.Uri.Port);
            if ((granted is null || ours) && int.TryParse(contact.Parameter("expires"), NumberStyles.None, CultureInfo.InvariantCulture, out int seconds)) granted = seconds;
            if (ours && granted is not null) break;
        }
        granted ??= response.Expires;
        // Nothing, or 0, which would mean that nothing was registered, is a 200 that does not say: what we asked for.
        if (granted is null or 0) granted = _asked;
        return Math.Clamp(granted.Value, LeastExpires, Math.Max(_asked, LeastExpires));
    }

    private RegistrationChange Challenged(SipResponse response, TimeSpan now, double random)
    {
        _challengedByProxy = response.StatusCode == SipStatus.ProxyAuthenticationRequired;
        DigestChallenge? challenge = DigestChallenge.Choose(response.Texts(_challengedByProxy ? HeaderName.ProxyAuthenticate : HeaderName.WwwAuthenticate));
        if (challenge is null) return Refused("the platform asks for an authentication that this device does not know", now, random);
        if (settings.Password is null) return Refused("the platform asks for a password, and none is configured", now, random);
        bool sameNonce = _answeredNonce is not null && _answeredNonce == challenge.Nonce;
        if ((sameNonce && !challenge.IsStale) || _answers >= AnswersPerRound) return Refused("wrong user name or password", now, random);
        _challenge = challenge;
        _registerAt = now;
        return RegistrationChange.Continues;
    }

    private RegistrationChange TooBrief(SipResponse response, TimeSpan now, double random)
    {
        // RFC 3261 §10.2.8. Once a round; a Min-Expires that is not above what we asked makes no sense.
        int? least = response.Seconds(HeaderName.MinExpires);
        if (_leaving || _raisedExpires || least is null || least <= _asked) return Fail($"423 with Min-Expires {least}", now, random);
        _asked = least.Value;
        _raisedExpires = true;
        _registerAt = now;
        return RegistrationChange.Continues;
    }

    private RegistrationChange Refused(string reason, TimeSpan now, double random, int? retryAfter = null)
    {
        bool lost = IsRegistered && !_leaving;
        if (lost) Lose(reason);
        RegistrationChange change = Fail(reason, now, random, refused: true, retryAfter);
        return lost ? RegistrationChange.Lost : change;
    }

    private RegistrationChange Fail(string reason, TimeSpan now, double random, bool refused = false, int? retryAfter = null)
    {
        EndRound();
        LastError = reason;
        if (_leaving) return End();
        _failures++;
        TimeSpan pause = Pause(random, refused);
        if (retryAfter is { } seconds)
        {
            TimeSpan wanted = TimeSpan.FromSeconds(seconds);
            if (wanted > pause) pause = Deadline.Min(wanted, LongestRetryAfter);
        }
        _registerAt = now + pause;
        return RegistrationChange.Failed;
    }

    // 5 to 10 s, then twice that, and so on, up to the longest; a refusal waits that long at once. GB/T 28181-2022 §7.1 c): with a random part.
    private TimeSpan Pause(double random, bool longest)
    {
        TimeSpan pause = longest ? settings.LongestRetry : Deadline.Min(FirstRetry * Math.Pow(2, Math.Clamp(_failures - 1, 0, 16)), settings.LongestRetry);
        return pause * (longest ? 0.95 + 0.05 * random : 0.5 + 0.5 * random);
    }

    private RegistrationChange OnSeen(IPEndPoint? seen, TimeSpan now)
    {
        if (seen is null || seen.Equals(SeenAs)) return RegistrationChange.None;
        bool changed = SeenAs is not null;
        SeenAs = seen;
        if (!changed) return RegistrationChange.None;
        // A mapping that changes with every request would else have us do nothing but register.
        TimeSpan earliest = _registeredAt + AddressPause;
        _registerAt = Deadline.Earliest(_registerAt, earliest > now ? earliest : now);
        return RegistrationChange.AddressChanged;
    }

    private RegistrationChange Lose(string reason)
    {
        IsRegistered = false;
        LastError = reason;
        (_keepaliveAt, _expiresAt) = (null, null);
        EndRound();
        return RegistrationChange.Lost;
    }

    private RegistrationChange End()
    {
        IsRegistered = false;
        _ended = true;
        (_registerAt, _keepaliveAt, _expiresAt) = (null, null, null);
        return RegistrationChange.Left;
    }

    private void EndRound()
    {
        (_challenge, _answeredNonce, _answers, _raisedExpires) = (null, null, 0, false);
    }
}
