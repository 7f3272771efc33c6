using Gb28181Edge.Protocol.Sdp;
using Gb28181Edge.Sip;

namespace Gb28181Edge.Bench;

/// <summary>A request of the bench platform was refused or not answered.</summary>
/// <param name="message">For a person.</param>
/// <param name="statusCode">Of the final response; 0 without one.</param>
internal sealed class BenchException(string message, int statusCode = 0) : IOException(message)
{
    public int StatusCode { get; } = statusCode;
}

/// <summary>One live stream that the bench platform asked for, from its 200 to its BYE.</summary>
internal sealed class LiveView : IAsyncDisposable
{
    private readonly MediaReceiver _receiver;
    private readonly ISipCall _call;
    private readonly Task _watch;
    private bool _isOver;

    public LiveView(BenchTransport transport, SessionDescription answer, MediaReceiver receiver, ISipCall call)
    {
        (Transport, Answer, _receiver, _call) = (transport, answer, receiver, call);
        _watch = WatchAsync();
    }

    public BenchTransport Transport { get; }

    /// <summary>The device's answer.</summary>
    public SessionDescription Answer { get; }

    public ReceiverStatistics Statistics => _receiver.Stream.Statistics;

    public string CallId => _call.CallId;

    /// <summary>Completes when the call is over, whoever ended it.</summary>
    public Task Ended => _watch;

    /// <summary>Completes when the device closed its TCP connection. Never over UDP.</summary>
    public Task MediaEnded => _receiver.Completion;

    /// <summary>Waits until the statistics are as wanted.</summary>
    public async Task<ReceiverStatistics> WaitAsync(Func<ReceiverStatistics, bool> wanted, CancellationToken cancellationToken)
    {
        // packets come by the hundred a second: looking every few milliseconds costs less than a signal for each
        using var beat = new PeriodicTimer(TimeSpan.FromMilliseconds(5));
        while (true)
        {
            ReceiverStatistics seen = Statistics;
            if (wanted(seen)) return seen;
            await beat.WaitForNextTickAsync(cancellationToken);
        }
    }

    /// <summary>BYE; done when it has been answered.</summary>
    public async Task StopAsync(CancellationToken cancellationToken)
    {
        _isOver = true;
        await _call.ByeAsync(cancellationToken);
        await _watch.WaitAsync(cancellationToken);
    }

    public async ValueTask DisposeAsync()
    {
        if (!_isOver && !_watch.IsCompleted)
        {
            using var patience = new CancellationTokenSource(TimeSpan.FromSeconds(2));
            try
            {
                await StopAsync(patience.Token);
            }
            catch (OperationCanceledException) when (patience.IsCancellationRequested)
            {
                // the device does not answer its BYE: what is ours is closed all the same
            }
        }
        await _receiver.DisposeAsync();
    }

    private async Task WatchAsync()
    {
        await foreach (SipCallEvent happened in _call.Events.ReadAllAsync())
        {
            if (happened is SipCallEvent.Request request) request.Incoming.Respond(200);
        }
        _isOver = true;
    }
}
