using Gb28181Edge.Drivers;
using Gb28181Edge.Storage;

namespace Gb28181Edge.Devices;

/// <content>The loop: what is next, sending it, and what follows from a failure.</content>
internal sealed partial class PtzController
{
    private enum StepKind { Wait, Move, Order, Action, Continue, Read, End }

    private readonly record struct Step(
        StepKind Kind, PtzVelocity Velocity = default, PtzOrder? Order = null, PtzAction Action = default, ProgramRecord? Program = null, long Activities = 0,
        TimeSpan? Until = null, CancellationTokenSource? Cancellation = null, bool IsLens = false);

    private async Task RunAsync()
    {
        while (true)
        {
            Step step = Next();
            if (step.Kind == StepKind.End)
                return;
            if (step.Kind == StepKind.Wait)
            {
                await _wake.WaitAsync(step.Until - Now);
                continue;
            }
            bool done = false;
            try
            {
                await SendAsync(step);
                done = true;
                if (step.Kind != StepKind.Read)
                    await ContinueAsync(step.Cancellation!.Token);
                OnSent(step);
            }
            catch (DriverException e)
            {
                OnFailure(done ? step with { Kind = StepKind.Continue } : step, e);
            }
            catch (OperationCanceledException) when (step.Cancellation!.IsCancellationRequested)
            {
                continue;                                                  // a stop overtook it, or the agent ends
            }
        }
    }

    private async ValueTask SendAsync(Step step)
    {
        CancellationToken token = step.Cancellation!.Token;
        switch (step.Kind)
        {
            case StepKind.Move:
                await MoveAsync(step, token);
                break;
            case StepKind.Order:
                await ObeyAsync(step.Order!, token);
                lock (_gate)
                    Done(step.Order!);                                     // only now: an overtaken order stays in its place
                break;
            case StepKind.Action:
                await ActAsync(step, token);
                break;
            case StepKind.Read:
                await ReadAsync(token);
                break;
        }
    }

    private async ValueTask MoveAsync(Step step, CancellationToken token)
    {
        _stands = false;
        if (step.IsLens && _travels)
        {
            if (await _driver.MoveLensAsync(step.Velocity.Focus, step.Velocity.Iris, token))
            {
                _log.HeadMoved(_camera, step.Velocity);
                return;
            }
            _lensEndedWay = true;
        }
        _travels = false;
        await _driver.MoveAsync(step.Velocity, token);
        _stands = step.Velocity.IsStop;
        _log.HeadMoved(_camera, step.Velocity);
        lock (_gate)
        {
            if (_stands)
                _stopOwed = false;
            if (!_lensEndedWay || step.Velocity is not { Focus: 0, Iris: 0 })
                return;
            _lensEndedWay = false;
            _programs.OnLensRest();
        }
    }

    private async ValueTask ContinueAsync(CancellationToken token)
    {
        lock (_gate)
            _continueAt = Now;                                             // where it is overtaken it is due at once
        TimeSpan? pause = await _driver.ContinueAsync(token);
        lock (_gate)
            _continueAt = Now + (pause < ShortestPause ? ShortestPause : pause);
    }

    private async ValueTask ReadAsync(CancellationToken token)
    {
        PtzReading? reading = await _driver.ReadPositionAsync(token);
        lock (_gate)
        {
            _reading = reading;
            _readAt = Now + ReadPause;
            _programs.OnReading(_record, reading, Now);
            AnswerReaders(reading);
        }
    }

    private void OnSent(Step step)
    {
        int failures = 0;
        lock (_gate)
        {
            if (step.Kind == StepKind.Move && step.Velocity.IsStop)
                (failures, _failures) = (_failures, 0);
            else if (step.Kind is StepKind.Move or StepKind.Order)
                _retried = false;
        }
        if (failures > 0)
            _log.HeadBack(_camera, failures);
    }

    /// <summary>What to do now: a stop, the stop that is owed, what the driver has under way, the latest move, other orders, programs, a reading.</summary>
    private Step Next()
    {
        lock (_gate)
        {
            _sending = default;
            if (_ending)
                return new Step(StepKind.End);
            TimeSpan now = Now;
            _abilities = _driver.Abilities;
            if (_move.Due <= now || _lens.Due <= now)
            {
                _log.MoveTimedOut(_camera, _timeout);
                Stop(_move.Due <= now, _lens.Due <= now);
            }
            Remember(now);
            bool wanted = _stop is not null || _latest is not null || _orders.Count > 0;
            if (_stopOwed && (wanted || now >= _retryAt))
            {
                if (_stop is { IsStop: true })
                    _stop = null;                                          // it is the same stop
                return Begin(new Step(StepKind.Move));
            }
            if (_stop is { } stop)
            {
                _stop = null;
                return Begin(new Step(StepKind.Move, stop, IsLens: _isLensAlone));
            }
            return _stopOwed ? new Step(StepKind.Wait, Until: Earlier(Earlier(_move.Due, _lens.Due), _retryAt)) : NextWithoutStop(now);
        }
    }

    private Step NextWithoutStop(TimeSpan now)
    {
        if (_continueAt <= now)
            return Begin(new Step(StepKind.Continue));
        if (_latest is { } latest && _placesFirst == 0)
        {
            _latest = null;
            return Begin(new Step(StepKind.Move, latest, IsLens: _isLensAlone));
        }
        if (_orders.First is { } order)
            return BeginOrder(order.Value);
        bool steered = _move.Mover is not null || _lens.Mover is not null;
        if (now >= _programsAt)
        {
            PtzAction action = _programs.Next(_record, _home, steered, _abilities.HasFlag(PtzAbilities.ReadPosition), now);
            if (action.Kind != PtzActionKind.None)
                return BeginAction(action);
        }
        bool reads = _reader is not null || _programs.WantsReading;
        if (reads && now >= _readAt)
            return Begin(new Step(StepKind.Read));
        TimeSpan? until = Earlier(Earlier(_move.Due, _lens.Due), Earlier(_continueAt, reads ? _readAt : null));
        if (_programs.Deadline(_home, steered, now) is { } due)
            until = Earlier(until, due > _programsAt ? due : _programsAt);
        return new Step(StepKind.Wait, Until: until);
    }

    /// <summary>A travel sets off from a head that stands, and ends what ran.</summary>
    private Step BeginOrder(PtzOrder order)
    {
        if (IsTravel(order))
        {
            EndProgram("it is called elsewhere");
            _move.Clear();
            if (Moves(_wanted))
                return Begin(new Step(StepKind.Move, _wanted = Standing(_wanted)));    // the order keeps its place
        }
        return Begin(new Step(StepKind.Order, Order: order));
    }

    private Step BeginAction(PtzAction action)
    {
        switch (action.Kind)
        {
            case PtzActionKind.Pan:
                _wanted = Standing(_wanted) with { Pan = action.Speed };
                return Begin(new Step(StepKind.Move, _wanted, Action: action));
            case PtzActionKind.End:
                EndProgram(action.Reason!);
                return Begin(new Step(StepKind.Move, _wanted = Standing(_wanted)));
            default:
                return Moves(_wanted)
                    ? Begin(new Step(StepKind.Move, _wanted = Standing(_wanted)))      // the program asks again
                    : Begin(new Step(StepKind.Action, Action: action, Program: _programs.Running, Activities: _programs.Activities));
        }
    }

    private Step Begin(Step step) => _sending = step with { Cancellation = new CancellationTokenSource() };    // without a timer: nothing to dispose

    /// <summary>Under the gate: the order is dealt with, or was withdrawn meanwhile.</summary>
    private void Done(PtzOrder order)
    {
        if (_orders.First is not { } first || !ReferenceEquals(first.Value, order))
            return;
        _orders.RemoveFirst();
        if (IsPlace(order) && _placesFirst > 0)
            _placesFirst--;
    }

    private void OnFailure(Step step, DriverException failure)
    {
        TimeSpan delay;
        int failures;
        lock (_gate)
        {
            TimeSpan now = Now;
            failures = ++_failures;
            _stopOwed = true;
            _stands = false;
            _continueAt = null;
            _programs.OnFailure(now);
            _programsAt = now + ProgramPause;
            AnswerReaders(null);
            bool moved = step.Kind == StepKind.Move && !step.Velocity.IsStop && step.Action.Kind != PtzActionKind.Pan;
            if (failures == 1 && !_retried && (moved || step.Kind == StepKind.Order))
            {
                // a port that came back under another descriptor takes the stop at once, and then this order is not late either
                if (moved)
                    _latest ??= _stop is null ? step.Velocity : null;
                _retried = true;
                _retryAt = now;
                return;
            }
            _retried = false;
            _wanted = default;
            (_stop, _latest, _placesFirst) = (null, null, 0);              // the stop that is owed stands for both
            _move.Clear();
            _lens.Clear();
            if (step.Kind == StepKind.Order)
                Done(step.Order!);
            else if (step.Kind == StepKind.Move)
                RemoveOrders(order => !IsMemory(order));
            delay = FirstRetry * Math.Pow(2, Math.Min(failures, 10) - 1);
            if (delay > LongestRetry)
                delay = LongestRetry;
            _retryAt = now + delay;
        }
        if ((failures & (failures - 1)) == 0)                              // 1, 2, 4, 8 …: a port may be away for days
            _log.HeadFailed(_camera, failure.Message, delay, failures);
    }

    private static TimeSpan? Earlier(TimeSpan? a, TimeSpan? b) => a is null || b < a ? b : a;
}
