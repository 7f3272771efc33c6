using System.Collections.Concurrent;
using System.Globalization;
using System.Net;
using System.Threading.Channels;
using Gb28181Edge.Protocol.Manscdp;
using Gb28181Edge.Protocol.Sdp;
using Gb28181Edge.Protocol.Sip;
using Gb28181Edge.Sip;
using Microsoft.Extensions.Logging;

namespace Gb28181Edge.Bench;

/// <summary>A small GB/T 28181 platform for one device: registrar, queries, controls, live streams. For <c>demo</c> and for tests.</summary>
/// <remarks>All members may be used from any thread. What the device does is in <see cref="Events"/>.</remarks>
internal sealed class BenchPlatform : IAsyncDisposable
{
    private const string Manscdp = "Application/MANSCDP+xml";

    private readonly BenchOptions _options;
    private readonly TimeProvider _time;
    private readonly long _start;
    private readonly SipEndpoint _endpoint;
    private readonly ISipPeer _device;
    private readonly BenchRegistrar _registrar;
    private readonly ConcurrentDictionary<string, Channel<ManscdpMessage>> _waiting = new();
    private readonly ConcurrentDictionary<string, BenchSubscription> _subscriptions = new();
    private readonly CancellationTokenSource _stop = new();
    private readonly Task _running;
    private readonly Task _serving;
    private int _sn;
    private int _ssrcSerial;
    private volatile string? _deviceId;

    private BenchPlatform(BenchOptions options, SipEndpoint endpoint, TimeProvider time)
    {
        (_options, _endpoint, _time) = (options, endpoint, time);
        _start = time.GetTimestamp();
        _registrar = new BenchRegistrar(options);
        _device = endpoint.AddPeer(new SipPeerOptions { Name = "bench", LocalId = options.Id, LocalDomain = options.Domain });
        _running = endpoint.RunAsync(_stop.Token);
        _serving = ServeAsync(_stop.Token);
    }

    /// <summary>The SIP port, UDP and TCP.</summary>
    public int Port => _endpoint.LocalPort;

    public BenchEventLog Events { get; } = new();

    /// <summary>The device that registered last; null before one did.</summary>
    public string? DeviceId => _deviceId;

    /// <summary>A script's way to answer a request otherwise: true when it has been answered. Called by the platform's loop.</summary>
    public Func<SipIncoming, bool>? Intercept { get; set; }

    /// <summary>Opens the port and begins to serve.</summary>
    /// <exception cref="System.Net.Sockets.SocketException">The port cannot be bound.</exception>
    public static BenchPlatform Start(BenchOptions options, TimeProvider time, ILogger log, ISipTrace? trace = null)
    {
        SipEndpointOptions endpoint = new() { Address = options.Address, Port = options.Port, UserAgent = "Gb28181Edge-Bench", Timers = options.Timers };
        return new BenchPlatform(options, SipEndpoint.Open(endpoint, time, log, trace), time);
    }

    /// <summary>Waits until a device has registered, now or before.</summary>
    public Task<BenchEvent.Registered> WaitForRegistrationAsync(CancellationToken cancellationToken) =>
        Events.WaitAsync<BenchEvent.Registered>(null, 0, cancellationToken);

    /// <summary>Sends a body to the device.</summary>
    /// <param name="body">MANSCDP.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    public Task<SipOutcome> SendAsync(byte[] body, CancellationToken cancellationToken)
    {
        SipRequest message = _device.NewRequest(SipMethod.Message);
        message.Add(HeaderName.ContentType, Manscdp);
        message.Body = body;
        return _device.SendAsync(message, cancellationToken);
    }

    /// <summary>Asks, and waits for the first answer with the same SN.</summary>
    /// <param name="makeBody">Makes the body from its SN.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <exception cref="BenchException">The request was refused.</exception>
    public async Task<ManscdpMessage> AskAsync(Func<string, byte[]> makeBody, CancellationToken cancellationToken)
    {
        using Question question = new(this);
        await question.SendAsync(makeBody, cancellationToken);
        return await question.Answers.ReadAsync(cancellationToken);
    }

    /// <summary>DeviceInfo, DeviceStatus, PresetQuery and the like.</summary>
    /// <inheritdoc cref="AskAsync"/>
    public Task<ManscdpMessage> QueryAsync(CmdType cmdType, string deviceId, CancellationToken cancellationToken) =>
        AskAsync(sn => Requests.Query(_options.Charset, cmdType, sn, deviceId), cancellationToken);

    /// <summary>The whole catalogue, however many messages it comes in.</summary>
    /// <inheritdoc cref="AskAsync"/>
    public async Task<CatalogCollector> QueryCatalogAsync(string deviceId, CancellationToken cancellationToken)
    {
        using Question question = new(this);
        await question.SendAsync(sn => Requests.Query(_options.Charset, CmdType.Catalog, sn, deviceId), cancellationToken);
        CatalogCollector catalog = new();
        while (!catalog.IsComplete) catalog.Add(await question.Answers.ReadAsync(cancellationToken));
        return catalog;
    }

    /// <summary>A list in however many messages it comes: PresetQuery, CruiseTrackListQuery, CruiseTrackQuery.</summary>
    /// <param name="makeBody">Makes the body from its SN.</param>
    /// <param name="list">The list element's name.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <returns>The parts, until there are as many items as SumNum says; one part that has no sum is all.</returns>
    /// <exception cref="BenchException">The request was refused.</exception>
    public async Task<IReadOnlyList<ManscdpMessage>> AskListAsync(Func<string, byte[]> makeBody, string list, CancellationToken cancellationToken)
    {
        using Question question = new(this);
        await question.SendAsync(makeBody, cancellationToken);
        var parts = new List<ManscdpMessage>();
        int items = 0;
        do
        {
            parts.Add(await question.Answers.ReadAsync(cancellationToken));
            items += parts[^1].Body.Child(list)?.Children.Count ?? 0;
        }
        while (items < (PtzAnswers.Sum(parts[0], list) ?? 0));
        return parts;
    }

    /// <summary>PTZCmd, which has no answer but its 200.</summary>
    public Task<SipOutcome> PtzAsync(string channelId, PtzCommand command, CancellationToken cancellationToken) =>
        SendAsync(Requests.PtzCmd(_options.Charset, NextSn(), channelId, command.ToHex()), cancellationToken);

    /// <summary>SetGuard or ResetGuard, with its answer.</summary>
    /// <inheritdoc cref="AskAsync"/>
    public Task<ManscdpMessage> GuardAsync(string id, bool set, CancellationToken cancellationToken) =>
        AskAsync(sn => Requests.GuardCmd(_options.Charset, sn, id, set), cancellationToken);

    /// <summary>ResetAlarm, with its answer.</summary>
    /// <inheritdoc cref="AskAsync"/>
    public Task<ManscdpMessage> ResetAlarmAsync(string id, CancellationToken cancellationToken) =>
        AskAsync(sn => Requests.AlarmCmd(_options.Charset, sn, id), cancellationToken);

    /// <summary>Subscribes to what a body asks for: <see cref="Requests.Alarm"/>, or a query of PTZPosition.</summary>
    /// <param name="makeBody">Makes the body from its SN.</param>
    /// <param name="seconds">0 asks once.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <param name="eventName">The Event field.</param>
    /// <exception cref="BenchException">It was refused.</exception>
    public async Task<BenchSubscription> SubscribeAsync(
        Func<string, byte[]> makeBody, int seconds, CancellationToken cancellationToken, string eventName = "presence")
    {
        SipRequest subscribe = NewSubscribe(_device.NewRequest(SipMethod.Subscribe), makeBody(NextSn()), seconds, eventName);
        BenchSubscription subscription = new(subscribe);
        _subscriptions[subscription.CallId] = subscription;                      // the first NOTIFY may overtake the answer
        SipOutcome outcome = await _device.SendAsync(subscribe, cancellationToken);
        if (!outcome.IsSuccess)
        {
            _subscriptions.TryRemove(subscription.CallId, out _);
            throw new BenchException($"the SUBSCRIBE was refused: {Describe(outcome)}", outcome.StatusCode);
        }
        subscription.To = outcome.Response!.Text(HeaderName.To);
        return subscription;
    }

    /// <summary>Refreshes a subscription within its dialog; 0 seconds end it.</summary>
    /// <param name="subscription">Of <see cref="SubscribeAsync"/>.</param>
    /// <param name="seconds">From now on.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    public Task<SipOutcome> RefreshAsync(BenchSubscription subscription, int seconds, CancellationToken cancellationToken)
    {
        SipRequest refresh = _device.NewRequest(SipMethod.Subscribe, null, subscription.CallId, subscription.First.From.Tag);
        if (subscription.To is { } to) refresh.Set(HeaderName.To, to);
        return _device.SendAsync(NewSubscribe(refresh, [], seconds, subscription.First.Text(HeaderName.Event)!), cancellationToken);
    }

    /// <summary>Opens a live stream of a channel.</summary>
    /// <param name="channelId">The camera.</param>
    /// <param name="transport">How its media comes.</param>
    /// <param name="cancellationToken">Gives the call up.</param>
    /// <param name="programStream">Gets the program stream; not closed.</param>
    /// <param name="elementaryStream">Gets the pictures; not closed.</param>
    /// <exception cref="BenchException">The call was refused, or its answer is unusable.</exception>
    public async Task<LiveView> PlayAsync(
        string channelId, BenchTransport transport, CancellationToken cancellationToken, Stream? programStream = null, Stream? elementaryStream = null)
    {
        SdpSsrc ssrc = SdpSsrc.Create(history: false, _options.Id, Interlocked.Increment(ref _ssrcSerial));
        ReceivedStream stream = new(ssrc.Value, 96, transport == BenchTransport.Udp, programStream, elementaryStream);
        MediaReceiver receiver = MediaReceiver.Open(transport, _options.Address, stream, _time);
        try
        {
            SdpOffer offer = new()
            {
                OriginUser = channelId,
                Address = (_options.MediaAddress ?? _options.Address).ToString(),
                Port = receiver.Port,
                IsTcp = transport != BenchTransport.Udp,
                Setup = transport switch { BenchTransport.TcpPassive => SdpSetup.Passive, BenchTransport.TcpActive => SdpSetup.Active, _ => SdpSetup.None },
                Ssrc = ssrc,
            };
            receiver.Begin();
            if (transport != BenchTransport.TcpActive) receiver.Start();
            SipInviteOutcome outcome = await InviteAsync(channelId, SdpWriter.WriteOffer(offer), $"{channelId}:{ssrc},{_options.Id}:0", cancellationToken);
            return await BeginAsync(outcome, transport, receiver, cancellationToken);
        }
        catch (Exception e) when (e is IOException or OperationCanceledException)
        {
            await receiver.DisposeAsync();
            throw;
        }
    }

    /// <summary>An INVITE with any offer, for scripts.</summary>
    /// <param name="channelId">Whom to call.</param>
    /// <param name="offer">SDP.</param>
    /// <param name="subject">Null leaves the field out.</param>
    /// <param name="cancellationToken">Sends CANCEL.</param>
    /// <param name="acknowledge">False sends no ACK.</param>
    public Task<SipInviteOutcome> InviteAsync(
        string channelId, byte[] offer, string? subject, CancellationToken cancellationToken, bool acknowledge = true)
    {
        SipRequest invite = _device.NewRequest(SipMethod.Invite, channelId);
        invite.Add(HeaderName.ContentType, "APPLICATION/SDP");
        if (subject is not null) invite.Add(HeaderName.Subject, subject);
        invite.Body = offer;
        return _device.InviteAsync(invite, cancellationToken, acknowledge);
    }

    public string NextSn() => Interlocked.Increment(ref _sn).ToString(CultureInfo.InvariantCulture);

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        await Task.WhenAll(_running, _serving);
        _stop.Dispose();
    }

    private static async Task<LiveView> BeginAsync(
        SipInviteOutcome outcome, BenchTransport transport, MediaReceiver receiver, CancellationToken cancellationToken)
    {
        if (outcome.Call is not { } call)
            throw new BenchException($"the INVITE was refused: {Describe(outcome.Outcome)}", outcome.Outcome.StatusCode);
        bool isReadable = SdpParser.TryParse(outcome.Outcome.Response!.Body.Span, out SessionDescription? answer, out SdpFault fault);
        MediaDescription? media = answer?.Find("video");
        if (!isReadable || media is null || media.Port == 0)
        {
            await call.ByeAsync(cancellationToken);
            throw new BenchException($"the answer to the INVITE is unusable ({fault})");
        }
        if (transport == BenchTransport.TcpActive)
        {
            string? address = answer!.ConnectionOf(media)?.Address;
            if (!IPAddress.TryParse(address, out IPAddress? device))
            {
                await call.ByeAsync(cancellationToken);
                throw new BenchException($"the answer to the INVITE has no address to connect to ({address})");
            }
            receiver.Start(new IPEndPoint(device, media.Port));
        }
        return new LiveView(transport, answer!, receiver, call);
    }

    private static SipRequest NewSubscribe(SipRequest subscribe, byte[] body, int seconds, string eventName)
    {
        subscribe.Add(HeaderName.Event, eventName);
        subscribe.Add(HeaderName.Expires, seconds.ToString(CultureInfo.InvariantCulture));
        if (body.Length > 0) subscribe.Add(HeaderName.ContentType, Manscdp);
        subscribe.Body = body;
        return subscribe;
    }

    private static string Describe(SipOutcome outcome) => outcome.Response is { } response
        ? $"{response.StatusCode} {response.ReasonPhrase}"
        : outcome.Reason ?? outcome.Kind.ToString();

    private async Task ServeAsync(CancellationToken stop)
    {
        try
        {
            await foreach (SipIncoming incoming in _device.Requests.ReadAllAsync(stop))
            {
                if (Intercept?.Invoke(incoming) != true) Serve(incoming);
            }
        }
        catch (OperationCanceledException) when (stop.IsCancellationRequested)
        {
            return;
        }
    }

    private void Serve(SipIncoming incoming)
    {
        if (incoming.Request.Method == SipMethod.Register)
        {
            (SipResponse response, BenchEvent happened) = _registrar.Handle(
                incoming.Request, incoming.Source, incoming.Transport, _time.GetElapsedTime(_start), _time.GetUtcNow());
            if (happened is BenchEvent.Registered registered) _deviceId = registered.DeviceId;
            incoming.Respond(response);
            Events.Add(happened);
            return;
        }
        if (incoming.Call is { } call)
        {
            call.Reject(488);
            Events.Add(new BenchEvent.NotUnderstood("INVITE", 488));
            return;
        }
        if (incoming.Request.Method == SipMethod.Notify)
        {
            ServeNotify(incoming);
            return;
        }
        if (incoming.Request.Method != SipMethod.Message
            || !ManscdpMessage.TryParse(incoming.Request.Body.Span, out ManscdpMessage? message, out _))
        {
            int status = incoming.Request.Method == SipMethod.Message ? 400 : 405;
            incoming.Respond(status);
            Events.Add(new BenchEvent.NotUnderstood(incoming.Request.Method.Name, status));
            return;
        }
        incoming.Respond(200);
        if (message!.Root == ManscdpRoot.Response && _waiting.TryGetValue(message.Sn, out Channel<ManscdpMessage>? answers)) answers.Writer.TryWrite(message);
        Events.Add(Classify(message));
    }

    private void ServeNotify(SipIncoming incoming)
    {
        if (!_subscriptions.TryGetValue(incoming.Request.CallId, out BenchSubscription? subscription))
        {
            incoming.Respond(481);
            Events.Add(new BenchEvent.NotUnderstood("NOTIFY", 481));
            return;
        }
        incoming.Respond(200);
        bool isOver = incoming.Request.Text(HeaderName.SubscriptionState)?.StartsWith("terminated", StringComparison.OrdinalIgnoreCase) == true;
        if (isOver) _subscriptions.TryRemove(subscription.CallId, out _);
        subscription.Deliver(incoming.Request);
        if (ManscdpMessage.TryParse(incoming.Request.Body.Span, out ManscdpMessage? message, out _)) Events.Add(new BenchEvent.Notified(message!));
    }

    private static BenchEvent Classify(ManscdpMessage message)
    {
        if (message.Root != ManscdpRoot.Notify) return new BenchEvent.Message(message);
        if (message.CmdType == CmdType.Keepalive) return new BenchEvent.Keepalive(message);
        if (message.CmdType == CmdType.Alarm) return new BenchEvent.Alarm(message);
        return new BenchEvent.Message(message);
    }

    /// <summary>One query and the answers to it.</summary>
    private sealed class Question : IDisposable
    {
        /// <summary>A catalogue of a thousand items in messages of one item each; beyond it the latest win.</summary>
        private const int MaximumAnswers = 1_000;

        private readonly BenchPlatform _platform;
        private readonly string _sn;
        private readonly Channel<ManscdpMessage> _answers;

        public Question(BenchPlatform platform)
        {
            _platform = platform;
            _sn = platform.NextSn();
            _answers = Channel.CreateBounded<ManscdpMessage>(new BoundedChannelOptions(MaximumAnswers) { FullMode = BoundedChannelFullMode.DropOldest });
            platform._waiting[_sn] = _answers;
        }

        public ChannelReader<ManscdpMessage> Answers => _answers.Reader;

        public async Task SendAsync(Func<string, byte[]> makeBody, CancellationToken cancellationToken)
        {
            SipOutcome outcome = await _platform.SendAsync(makeBody(_sn), cancellationToken);
            if (!outcome.IsSuccess) throw new BenchException($"the request was refused: {Describe(outcome)}", outcome.StatusCode);
        }

        public void Dispose() => _platform._waiting.TryRemove(_sn, out _);
    }
}
