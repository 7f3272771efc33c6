using System.Security.Cryptography;
using Gb28181Edge.Devices;
using Gb28181Edge.Protocol.Manscdp;
using Gb28181Edge.Protocol.Sip;
using Gb28181Edge.Protocol.Sip.UserAgent;
using Gb28181Edge.Sip;
using Gb28181Edge.Storage;
using Microsoft.Extensions.Logging;

namespace Gb28181Edge.Gb28181;

/// <summary>The device's life with one platform: registered, kept alive, served, told of alarms. GB/T 28181-2016 §9.1, §9.6, GB/T 28181-2022 §9.1, §9.6.</summary>
/// <remarks>
/// Five loops, which share nothing with any other platform's link: the registration's (which owns <see cref="Status"/>), the requests',
/// the answers', the subscriptions' and the alarms'. Each but the requests' sends requests of its own, one at a time; the subscriptions' one a
/// dialog.
/// </remarks>
internal sealed partial class PlatformLink
{
    /// <summary>The Content-Type of MANSCDP. GB/T 28181-2016 §9.3.3.</summary>
    internal const string Manscdp = "Application/MANSCDP+xml";

    /// <summary>Taking leave must not hold the agent up: BYEs and last NOTIFYs, then REGISTER with Expires 0.</summary>
    private static readonly TimeSpan ByeLimit = TimeSpan.FromSeconds(1.2), LeaveLimit = TimeSpan.FromSeconds(2.5);

    /// <summary>The registration's loop turns at least this often, a wait for an answer (32 s) apart.</summary>
    private static readonly TimeSpan TurnLimit = TimeSpan.FromSeconds(60), AnswerLimit = TimeSpan.FromSeconds(32);

    private static readonly TimeSpan LeastKeepaliveWait = TimeSpan.FromSeconds(2);

    private readonly PlatformLinkOptions _options;
    private readonly ISipPeer _peer;
    private readonly ManscdpDispatcher _dispatcher;
    private readonly IPlatformCalls _calls;
    private readonly PlatformSubscriptions _subscriptions;
    private readonly IReadOnlyCollection<IPtzController> _heads;
    private readonly IAlarmOutbox _outbox;
    private readonly Action _restart;
    private readonly IPlatformObserver? _observer;
    private readonly TimeProvider _time;
    private readonly Random _random;
    private readonly ILogger _log;

    private readonly Registration _registration;
    private readonly RegisteredGate _gate = new();
    private readonly long _epoch;
    private Task _connectionLost = Never();
    private string? _callId, _fromTag;
    private long _lastTurn;
    private long _sn;
    private volatile PlatformStatus _status = new();
    private volatile PlatformProfile _profile;

    /// <param name="options">How this platform is spoken to.</param>
    /// <param name="peer">The way to it.</param>
    /// <param name="dispatcher">The command families; shared with other links.</param>
    /// <param name="calls">This platform's live sessions.</param>
    /// <param name="subscriptions">What this platform subscribes to; run by the link.</param>
    /// <param name="heads">What stops when this platform is lost.</param>
    /// <param name="outbox">Alarms on their way; shared with other links.</param>
    /// <param name="restart">TeleBoot: ends the agent for a restart; returns at once.</param>
    /// <param name="time">Both clocks.</param>
    /// <param name="random">Jitter; used by this link's loops, so safe for any thread.</param>
    /// <param name="log">The area's log.</param>
    /// <param name="observer">Who shows what happens; null for nobody.</param>
    public PlatformLink(
        PlatformLinkOptions options, ISipPeer peer, ManscdpDispatcher dispatcher, IPlatformCalls calls, PlatformSubscriptions subscriptions,
        IReadOnlyCollection<IPtzController> heads, IAlarmOutbox outbox, Action restart, TimeProvider time, Random random, ILogger log, IPlatformObserver? observer = null)
    {
        (_options, _peer, _dispatcher, _calls, _subscriptions) = (options, peer, dispatcher, calls, subscriptions);
        (_heads, _outbox, _restart) = (heads, outbox, restart);
        (_time, _random, _log, _observer) = (time, random, log, observer);
        _profile = options.Profile;
        _epoch = time.GetTimestamp();
        _registration = new Registration(new RegistrationSettings
        {
            Username = options.Username ?? peer.Options.LocalId,
            Password = options.Password,
            GbVersion = options.Profile.Version == GbVersion.Gb2022 ? "3.0" : "2.0",
            ExpiresSeconds = options.Profile.ExpiresSeconds,
            KeepaliveInterval = TimeSpan.FromSeconds(options.Profile.KeepaliveSeconds),
            KeepaliveMisses = options.Profile.KeepaliveMisses,
            LongestRetry = options.LongestRetry,
        });
    }

    /// <summary>The configuration's name of the platform.</summary>
    public string Name => _options.Profile.Name;

    /// <summary>How it stands. Any thread.</summary>
    public PlatformStatus Status => _status;

    /// <summary>The registration's loop has turned within its bound. For the watchdog; any thread.</summary>
    public bool IsTurning => Now - new TimeSpan(Interlocked.Read(ref _lastTurn)) < TurnLimit + AnswerLimit + AnswerLimit;

    private TimeSpan Now => _time.GetElapsedTime(_epoch);

    /// <summary>Lives with the platform until <paramref name="stop"/>, then takes leave within 2.5 s. Faults on a bug only.</summary>
    public async Task RunAsync(CancellationToken stop)
    {
        using var ending = CancellationTokenSource.CreateLinkedTokenSource(stop);
        await Task.WhenAll(Until(RegisterAsync), Until(ServeAsync), Until(AnswerAsync), Until(_subscriptions.RunAsync), Until(TellAlarmsAsync));
        await LeaveAsync();

        // A loop that ends, by a bug or because the endpoint is gone, takes the others with it.
        async Task Until(Func<CancellationToken, Task> loop)
        {
            try
            {
                await loop(ending.Token);
            }
            catch (OperationCanceledException) when (ending.IsCancellationRequested)
            {
                // the end that was asked for
            }
            finally
            {
                await ending.CancelAsync();
            }
        }
    }

    private async Task RegisterAsync(CancellationToken stop)
    {
        _registration.Start(Now);
        while (true)
        {
            stop.ThrowIfCancellationRequested();
            Interlocked.Exchange(ref _lastTurn, Now.Ticks);
            RegistrationStep step = _registration.Next(Now, out RegistrationChange change);
            await ApplyAsync(change, null, stop);
            switch (step)
            {
                case RegistrationStep.Register: await SendRegisterAsync(stop); break;
                case RegistrationStep.Keepalive: await SendKeepaliveAsync(stop); break;
                default: await RestAsync(stop); break;
            }
        }
    }

    // Until the next deadline, or until the connection that requests come by is lost.
    private async Task RestAsync(CancellationToken stop)
    {
        TimeSpan pause = (_registration.NextDeadline ?? TimeSpan.MaxValue) - Now;
        pause = TimeSpan.FromMilliseconds(Math.Ceiling(Math.Clamp(pause.TotalMilliseconds, 0, TurnLimit.TotalMilliseconds)));
        using var awake = CancellationTokenSource.CreateLinkedTokenSource(stop);
        Task first = await Task.WhenAny(Task.Delay(pause, _time, awake.Token), _connectionLost);
        await awake.CancelAsync();
        if (first != _connectionLost) return;
        _connectionLost = Never();
        await ApplyAsync(_registration.OnConnectionLost(Now, _random.NextDouble()), null, stop);
    }

    private async Task SendRegisterAsync(CancellationToken stop)
    {
        SipRequest register = ComposeRegister();
        SipOutcome outcome = await _peer.SendAsync(register, stop);
        RegistrationChange change = _registration.OnRegisterOutcome(register, outcome.Response, outcome.Reason, outcome.Seen, Now, _random.NextDouble());
        if (change is RegistrationChange.Registered or RegistrationChange.Refreshed) _connectionLost = _peer.ConnectionLost;
        await ApplyAsync(change, outcome.Response, stop);
    }

    private SipRequest ComposeRegister()
    {
        SipRequest register = _peer.NewRequest(SipMethod.Register, callId: _callId, fromTag: _fromTag);
        (_callId, _fromTag) = (register.CallId, register.From.Tag);
        _registration.Compose(register, Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(8)));
        return register;
    }

    private async Task SendKeepaliveAsync(CancellationToken stop)
    {
        SipRequest keepalive = NewMessage(Notifies.Keepalive(_profile.Charset, NextSn(), _peer.Options.LocalId, ok: true));
        TimeSpan wait = TimeSpan.FromSeconds(Math.Clamp(_profile.KeepaliveSeconds, LeastKeepaliveWait.TotalSeconds, AnswerLimit.TotalSeconds));
        SipOutcome? outcome = await SendWithinAsync(keepalive, wait, stop);
        RegistrationChange change = _registration.OnKeepaliveOutcome(outcome?.StatusCode ?? 0, outcome?.Seen, Now, _random.NextDouble());
        _log.KeepaliveDone(Name, outcome?.StatusCode ?? 0, _registration.Misses);
        if (outcome is { IsSuccess: true }) _observer?.Observe(new PlatformEvent.KeepaliveAnswered(Name));
        await ApplyAsync(change, null, stop);
    }

    // Null when no answer came in time: the transaction goes on without us.
    private async Task<SipOutcome?> SendWithinAsync(SipRequest request, TimeSpan wait, CancellationToken stop)
    {
        using var late = new CancellationTokenSource(Timeout.InfiniteTimeSpan, _time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(late.Token, stop);
        try
        {
            Task<SipOutcome> sending = _peer.SendAsync(request, either.Token);
            late.CancelAfter(wait);
            return await sending;
        }
        catch (OperationCanceledException) when (late.IsCancellationRequested && !stop.IsCancellationRequested)
        {
            return null;
        }
    }

    private async ValueTask ApplyAsync(RegistrationChange change, SipResponse? response, CancellationToken stop)
    {
        Publish(change, response);
        TimeSpan pause = (_registration.RegisterAt ?? Now) - Now;
        switch (change)
        {
            case RegistrationChange.Registered:
                _log.Registered(Name, TimeSpan.FromSeconds(_registration.GrantedSeconds), _registration.SeenAs?.ToString() ?? "(it does not say)", _status.PeerVersion ?? "(none)");
                if (_status.ClockOffset is { } offset) _log.ClockOffset(Name, offset);
                _gate.Open();
                _observer?.Observe(new PlatformEvent.Registered(Name, TimeSpan.FromSeconds(_registration.GrantedSeconds), IsRefresh: false));
                break;
            case RegistrationChange.Refreshed:
                _log.Refreshed(Name, TimeSpan.FromSeconds(_registration.GrantedSeconds));
                _observer?.Observe(new PlatformEvent.Registered(Name, TimeSpan.FromSeconds(_registration.GrantedSeconds), IsRefresh: true));
                break;
            case RegistrationChange.Failed:
                _log.RegistrationFailed(Name, _registration.LastError, pause);
                _observer?.Observe(new PlatformEvent.RegistrationFailed(Name, _registration.LastError ?? "", pause));
                break;
            case RegistrationChange.AddressChanged:
                _log.AddressChanged(Name, _registration.SeenAs);
                break;
            case RegistrationChange.Lost:
                _log.Lost(Name, _registration.LastError, pause);
                _gate.Close();
                Interlocked.Increment(ref _lossCount);
                foreach (IPtzController head in _heads) head.PlatformLost(Name);
                await _subscriptions.ForgetAsync(stop);
                await _calls.EndAllAsync(orderly: false, stop);
                _observer?.Observe(new PlatformEvent.Lost(Name, _registration.LastError ?? ""));
                break;
        }
    }

    private void Publish(RegistrationChange change, SipResponse? response)
    {
        bool granted = change is RegistrationChange.Registered or RegistrationChange.Refreshed;
        DateTimeOffset wallClock = _time.GetUtcNow();
        if (granted) _profile = _options.Profile with { ExpiresSeconds = _registration.GrantedSeconds };
        _status = _status with
        {
            IsRegistered = _registration.IsRegistered,
            RegisteredSince = !_registration.IsRegistered ? null : change == RegistrationChange.Registered ? wallClock : _status.RegisteredSince,
            ExpiresAt = _registration.ExpiresAt is { } at ? wallClock + (at - Now) : null,
            LastError = _registration.LastError,
            SeenAs = _registration.SeenAs,
            ClockOffset = (granted ? PlatformDate.Parse(response?.Text(HeaderName.Date)) - wallClock : null) ?? _status.ClockOffset,
            PeerVersion = response?.Text(HeaderName.XGbVer) ?? _status.PeerVersion,
            KeepaliveMisses = _registration.Misses,
        };
    }

    private async Task LeaveAsync()
    {
        using var limit = new CancellationTokenSource(LeaveLimit, _time);
        using var byeLimit = new CancellationTokenSource(ByeLimit, _time);
        _gate.Close();
        foreach (IPtzController head in _heads) head.PlatformLost(Name);
        bool confirmed = false;
        try
        {
            await Task.WhenAll(_calls.EndAllAsync(orderly: true, byeLimit.Token).AsTask(), _subscriptions.LeaveAsync(byeLimit.Token));
        }
        catch (OperationCanceledException) when (byeLimit.IsCancellationRequested)
        {
            // the platform does not answer its BYEs or NOTIFYs: the registration is next all the same
        }
        try
        {
            RegistrationChange change = _registration.Leave(Now);
            while (change != RegistrationChange.Left && _registration.Next(Now, out _) == RegistrationStep.Register)
            {
                SipRequest register = ComposeRegister();
                SipOutcome outcome = await _peer.SendAsync(register, limit.Token);
                change = _registration.OnRegisterOutcome(register, outcome.Response, outcome.Reason, outcome.Seen, Now, 0);
                confirmed = outcome.IsSuccess;
            }
        }
        catch (OperationCanceledException) when (limit.IsCancellationRequested)
        {
            // no answer in time: the registration runs out by itself
        }
        _status = _status with { IsRegistered = false, RegisteredSince = null, ExpiresAt = null };
        _log.Left(Name, confirmed);
        _observer?.Observe(new PlatformEvent.Left(Name, confirmed));
    }

    private SipRequest NewMessage(byte[] body)
    {
        SipRequest message = _peer.NewRequest(SipMethod.Message);
        message.Add(HeaderName.ContentType, Manscdp);
        message.Body = body;
        return message;
    }

    private string NextSn() => Interlocked.Increment(ref _sn).ToString(System.Globalization.CultureInfo.InvariantCulture);

    private static Task Never() => new TaskCompletionSource().Task;
}
