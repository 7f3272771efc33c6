namespace Gb28181Edge.Protocol.Media;

/// <summary>Finds decoding times for pictures that come in decoding order with presentation times only, as RTP brings them. ISO/IEC 13818-1 §2.7.4.</summary>
/// <remarks>
/// The decoding times are the presentation times in rising order, late by as many pictures as the stream reorders (0 until a time goes
/// back, at most 4). Driven by one loop.
/// </remarks>
internal sealed class DecodeOrder
{
    private const int MaximumDepth = 4;
    /// <summary>More than this backwards is no reordering, but another clock.</summary>
    private const long MaximumBack = MediaTime.ClockRate;

    private readonly long[] _waiting = new long[MaximumDepth + 1];
    private int _count;
    private int _depth;
    private long? _last;

    /// <summary>The decoding time of the next picture.</summary>
    public long Next(long pts)
    {
        if (_last is { } before && (before - pts > MaximumBack || pts - before > 10 * MaximumBack))
        {
            _count = 0;
            _last = null;
        }
        Insert(pts);
        if (_count <= _depth) return pts;                                    // after a jump: until the window is full again
        long dts = TakeFirst();
        if (_last is { } last && dts < last && _depth < MaximumDepth)
        {
            _depth++;
            Insert(last);
        }
        _last = dts;
        return dts;
    }

    /// <summary>Another run of the source: its times have nothing to do with those before. What is known of its reordering stays.</summary>
    public void Restart() => (_count, _last) = (0, null);

    private void Insert(long time)
    {
        int at = _count++;
        for (; at > 0 && _waiting[at - 1] > time; at--) _waiting[at] = _waiting[at - 1];
        _waiting[at] = time;
    }

    private long TakeFirst()
    {
        long first = _waiting[0];
        _waiting.AsSpan(1, --_count).CopyTo(_waiting);
        return first;
    }
}
