using System.Threading.Channels;
using Gb28181Edge.Protocol.Sip;
using Gb28181Edge.Sip;

namespace Gb28181Edge.Gb28181;

// What the platform asks, in order, and the answers, one MESSAGE after the other. GB/T 28181-2016 §9.3 … §9.5, annex N.
internal sealed partial class PlatformLink
{
    /// <summary>Requests whose answers wait to be sent. Beyond it a MESSAGE that is due an answer gets 503: the platform does not take its answers.</summary>
    private const int WaitingAnswers = 64;

    private readonly Channel<Answer> _answers = Channel.CreateBounded<Answer>(new BoundedChannelOptions(WaitingAnswers) { SingleReader = true, SingleWriter = true });
    private int _lossCount;

    /// <param name="CallId">Of the request, for logs.</param>
    /// <param name="Bodies">In order.</param>
    /// <param name="LossCount">How often the platform had been lost: an answer does not outlive a loss.</param>
    private sealed record Answer(string CallId, IReadOnlyList<byte[]> Bodies, int LossCount);

    private async Task ServeAsync(CancellationToken stop)
    {
        await foreach (SipIncoming incoming in _peer.Requests.ReadAllAsync(stop))
        {
            switch (incoming.Request.Method.Name)
            {
                case "MESSAGE": await ServeMessageAsync(incoming, stop); break;
                case "INVITE" when incoming.Call is not null: _calls.OnInvite(incoming); break;
                case "SUBSCRIBE": await _subscriptions.OnSubscribeAsync(incoming, stop); break;
                default:
                    _log.MethodRefused(Name, incoming.Request.CallId, incoming.Request.Method.Name);
                    incoming.Respond(SipStatus.MethodNotAllowed);
                    break;
            }
        }
    }

    private async Task ServeMessageAsync(SipIncoming incoming, CancellationToken stop)
    {
        string callId = incoming.Request.CallId;
        ManscdpAnswer answer = await _dispatcher.HandleAsync(incoming.Request.Body, _profile, callId, stop);
        // Only now: a command that needs no answer, such as a head's stop, is obeyed however many answers wait.
        if (answer.Bodies.Count > 0 && _answers.Reader.Count >= WaitingAnswers)
        {
            _log.AnswersFull(Name, callId);
            answer = ManscdpAnswer.Refuse(SipStatus.ServiceUnavailable);
        }
        incoming.Respond(answer.Status);
        _log.Served(Name, callId, answer.Status, answer.Bodies.Count);
        if (answer.Bodies.Count > 0) _answers.Writer.TryWrite(new Answer(callId, answer.Bodies, Volatile.Read(ref _lossCount)));
        _observer?.Observe(new PlatformEvent.Served(Name, callId, answer.Status, answer.Bodies.Count));
        if (answer.Restart) _restart();
    }

    private async Task AnswerAsync(CancellationToken stop)
    {
        await foreach (Answer answer in _answers.Reader.ReadAllAsync(stop))
        {
            for (int i = 0; i < answer.Bodies.Count && answer.LossCount == Volatile.Read(ref _lossCount); i++)
            {
                SipOutcome outcome = await _peer.SendAsync(NewMessage(answer.Bodies[i]), stop);
                if (outcome.IsSuccess) continue;
                _log.AnswerFailed(Name, answer.CallId, i + 1, answer.Bodies.Count, Reason(outcome));
                break;
            }
        }
    }

    /// <summary>Why a request of ours failed, for a person.</summary>
    internal static string Reason(SipOutcome outcome) =>
        outcome.Response is { } response ? $"{response.StatusCode} {response.ReasonPhrase}" : outcome.Reason ?? "no answer";
}
