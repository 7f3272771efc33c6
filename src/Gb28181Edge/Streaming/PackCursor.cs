namespace Gb28181Edge.Streaming;

/// <summary>Where one taker is in a camera's packs: begins at a random access point, goes on in order, and after a gap begins again at a later one.</summary>
/// <param name="window">The camera's packs.</param>
/// <param name="maxLagTicks">How far the taker may fall behind the newest pack before it loses some, 90 kHz ticks.</param>
internal sealed class PackCursor(PackWindow window, long maxLagTicks)
{
    private const long Waiting = -1;

    private long _next = Waiting;
    private long _notBefore;
    private bool _begun;
    private long _start;
    private bool _isCatchingUp;
    private long _allowedLag;

    /// <summary>Packs passed over since the taker began.</summary>
    public long Dropped { get; private set; }

    /// <summary>The oldest pack that the taker still wants.</summary>
    public long Needed => _next == Waiting || IsTooSlow ? long.MaxValue : _next;

    /// <summary>Packs that wait for the taker.</summary>
    public long Behind => _next == Waiting ? 0 : window.End - _next;

    /// <summary>
    /// The stream's rate, bytes a second: its mean over the window, or, when that is more, over the pack taken last and all that wait. In a
    /// scene that begins to move the mean alone would lag for as long as the window is.
    /// </summary>
    public long BytesPerSecond => Math.Max(window.BytesPerSecond, _next > window.First ? window.BytesPerSecondFrom(_next - 1) : 0);

    /// <summary>The next pack, null when there is none yet; a taker that is too slow is set back to wait for the next random access point.</summary>
    public Pack? Next()
    {
        if (_next != Waiting && IsTooSlow) StartOver();
        if (_next == Waiting && !TryBegin()) return null;
        if (_next < window.End) return window[_next++];
        _isCatchingUp = false;
        return null;
    }

    /// <summary>Something was lost: nothing more until a random access point after it.</summary>
    public void StartOver()
    {
        if (_next == Waiting) return;
        _notBefore = _next;
        _next = Waiting;
    }

    private bool IsTooSlow => _next < window.First || Lag > AllowedLag;

    // who still sends the pictures of before when the next random access point comes goes on there, and is live
    private long AllowedLag => _isCatchingUp && (window.LatestRandomAccess ?? _start) == _start ? _allowedLag : maxLagTicks;

    private long Lag => _next >= window.End ? 0 : window[window.End - 1].Dts - window[_next].Dts;

    private bool TryBegin()
    {
        if (window.LatestRandomAccess is not { } start || start < _notBefore) return false;
        if (_begun) Dropped += start - _notBefore;
        (_begun, _next, _start, _isCatchingUp) = (true, start, start, true);
        // the pictures since the random access point are sent at once, so the taker begins that much behind
        _allowedLag = Lag + maxLagTicks;
        return true;
    }
}
