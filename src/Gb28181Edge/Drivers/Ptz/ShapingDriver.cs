namespace Gb28181Edge.Drivers.Ptz;

/// <summary>Turns, bends and bounds what a head is told: inversion, speed curve, top speed, travel limits. Owns the head.</summary>
/// <remarks>
/// Limits need a position: a motion towards a limit is asked about before it begins and while it lasts, and that axis alone is stopped at the
/// limit; targets are moved to the nearest allowed place. While the head cannot say where it is, a motion is let through, because nobody could
/// ever bring the head back otherwise: mechanical stops stay the last bound. The way to a target or a preset of the head's own is the head's.
/// Called by the controller's loop only.
/// </remarks>
/// <param name="head">The head, with a position of its own or a reckoned one.</param>
/// <param name="shaping">What is done.</param>
/// <param name="time">The clock.</param>
internal sealed class ShapingDriver(IPtzDriver head, PtzShaping shaping, TimeProvider time) : IPtzDriver
{
    /// <summary>Nearer to a limit than this is at it.</summary>
    private const double AtLimit = 0.2;

    /// <summary>How often a head that measures is asked; what costs nothing is asked when it is due, but not more often than the least.</summary>
    private static readonly TimeSpan Asking = TimeSpan.FromMilliseconds(200), LeastWait = TimeSpan.FromMilliseconds(5);

    /// <summary>What a head takes to answer, about.</summary>
    private static readonly TimeSpan Answering = TimeSpan.FromMilliseconds(25);

    private readonly long _origin = time.GetTimestamp();
    private PtzVelocity _wanted, _told;
    private PtzPosition? _seen;
    private TimeSpan _seenAt, _askAt;

    public PtzAbilities Abilities => head.Abilities;

    private TimeSpan Now => time.GetElapsedTime(_origin);

    public async ValueTask MoveAsync(PtzVelocity velocity, CancellationToken cancellationToken)
    {
        _wanted = velocity;
        _seen = null;
        if (IsWatched(velocity))
        {
            PtzVelocity kept = Kept(velocity);
            if (kept != _told) await TellAsync(kept, cancellationToken);   // what comes to a stand does not wait for an answer
            velocity = await BoundedAsync(cancellationToken);
        }
        await TellAsync(velocity, cancellationToken);
    }

    public ValueTask<bool> MoveLensAsync(float focus, float iris, CancellationToken cancellationToken) => head.MoveLensAsync(focus, iris, cancellationToken);

    public ValueTask<bool> SetAuxiliaryAsync(int number, bool on, CancellationToken cancellationToken) =>
        head.SetAuxiliaryAsync(number, on, cancellationToken);

    public ValueTask<bool> SetPresetAsync(int number, CancellationToken cancellationToken) => head.SetPresetAsync(number, cancellationToken);

    public ValueTask<bool> DeletePresetAsync(int number, CancellationToken cancellationToken) => head.DeletePresetAsync(number, cancellationToken);

    public ValueTask<bool> CallPresetAsync(int number, CancellationToken cancellationToken)
    {
        (_wanted, _told) = (default, default);
        return head.CallPresetAsync(number, cancellationToken);
    }

    public ValueTask<bool> GoHomeAsync(CancellationToken cancellationToken)
    {
        (_wanted, _told) = (default, default);
        return head.GoHomeAsync(cancellationToken);
    }

    public ValueTask<bool> GoToAsync(PtzPosition target, float speed, CancellationToken cancellationToken)
    {
        (_wanted, _told) = (default, default);
        return head.GoToAsync(shaping.Turned(shaping.Clamped(target)), MathF.Min(speed, shaping.MaxSpeed), cancellationToken);
    }

    public async ValueTask<PtzReading?> ReadPositionAsync(CancellationToken cancellationToken) =>
        await head.ReadPositionAsync(cancellationToken) is { } reading ? reading with { Position = shaping.Turned(reading.Position) } : null;

    public async ValueTask<TimeSpan?> ContinueAsync(CancellationToken cancellationToken)
    {
        TimeSpan? due = await head.ContinueAsync(cancellationToken);
        if (!IsWatched(_told)) return due;
        if (Now >= _askAt)
        {
            PtzVelocity bounded = await BoundedAsync(cancellationToken);
            if (bounded != _told)
            {
                await TellAsync(bounded, cancellationToken);
                TimeSpan? after = await head.ContinueAsync(cancellationToken);
                due = Earlier(due, after);
            }
            if (!IsWatched(_told)) return due;
        }
        return Earlier(due, _askAt > Now ? _askAt - Now : TimeSpan.Zero);
    }

    public ValueTask DisposeAsync() => head.DisposeAsync();

    private bool IsWatched(PtzVelocity velocity) =>
        head.Abilities.HasFlag(PtzAbilities.ReadPosition)
        && (shaping.Pan is not null && velocity.Pan != 0 || velocity.Tilt > 0 && shaping.TiltMax is not null || velocity.Tilt < 0 && shaping.TiltMin is not null);

    /// <summary>What the head was told, without what is to stand or to turn round.</summary>
    private PtzVelocity Kept(PtzVelocity wanted)
    {
        return new PtzVelocity(
            Same(_told.Pan, wanted.Pan), Same(_told.Tilt, wanted.Tilt), Same(_told.Zoom, wanted.Zoom), Same(_told.Focus, wanted.Focus), Same(_told.Iris, wanted.Iris));

        static float Same(float told, float wanted) => Math.Sign(told) == Math.Sign(wanted) ? told : 0;
    }

    private async ValueTask TellAsync(PtzVelocity velocity, CancellationToken cancellationToken)
    {
        await head.MoveAsync(shaping.ToHead(velocity), cancellationToken);
        _told = velocity;
    }

    /// <summary>What of the wanted motion the limits allow now. Says when to ask again.</summary>
    private async ValueTask<PtzVelocity> BoundedAsync(CancellationToken cancellationToken)
    {
        PtzReading? reading = await ReadPositionAsync(cancellationToken);
        TimeSpan now = Now;
        PtzVelocity bounded = _wanted;
        TimeSpan wait = Asking;
        if (reading is { Position: var position })
        {
            double seconds = _seen is null ? 0 : (now - _seenAt).TotalSeconds;
            double? panWay = position.Pan is { } pan && bounded.Pan != 0 ? shaping.PanWay(pan, Math.Sign(bounded.Pan)) : null;
            double? tiltWay = position.Tilt is { } tilt && bounded.Tilt != 0 ? shaping.TiltWay(tilt, Math.Sign(bounded.Tilt)) : null;
            bool isReckoned = reading.Value.ErrorDegrees is not null;
            if (Ends(panWay, Speed(Difference(position.Pan, _seen?.Pan), seconds), isReckoned, ref wait)) bounded = bounded with { Pan = 0 };
            if (Ends(tiltWay, Speed(position.Tilt - _seen?.Tilt, seconds), isReckoned, ref wait)) bounded = bounded with { Tilt = 0 };
            (_seen, _seenAt) = (position, now);
        }
        _askAt = now + wait;
        return bounded;
    }

    /// <summary>Whether a motion ends here; otherwise when to look again at the latest.</summary>
    private static bool Ends(double? way, double? speed, bool isReckoned, ref TimeSpan wait)
    {
        if (way is not { } left) return false;
        if (left <= AtLimit) return true;
        // the speed is known from the second look on; before that a reckoned head is looked at soon
        TimeSpan next = speed is { } degrees && degrees > 0 ? TimeSpan.FromSeconds(left / degrees) : isReckoned ? 4 * LeastWait : Asking;
        if (!isReckoned && next < Answering) return true;                                   // it would be over the limit before it answers again
        if (next < LeastWait) next = LeastWait;
        if (next < wait) wait = next;
        return false;
    }

    private static double? Speed(double? way, double seconds) => way is { } degrees && seconds > 0 ? Math.Abs(degrees) / seconds : null;

    private static double? Difference(double? a, double? b) => a - b is { } way ? Math.IEEERemainder(way, 360) : null;

    private static TimeSpan? Earlier(TimeSpan? a, TimeSpan? b) => a is null || b < a ? b : a;
}
