using Gb28181Edge.Protocol.Media;

namespace Gb28181Edge.Streaming;

/// <summary>The latest packs of a camera, numbered from 0: the group of pictures now running, and what a slower taker has yet to send. Owned by one send loop.</summary>
/// <remarks>
/// The running group of pictures is bounded in bytes alone: cameras that stretch it to 40 s while nothing moves have no other random
/// access point to offer. What lies before it is bounded in media time too. What is too old leaves, and a taker that still wanted it goes
/// on at the next random access point.
/// </remarks>
/// <param name="maxBytes">Most memory kept; that of pictures in which nothing moves is several times their bytes.</param>
/// <param name="maxTime">Most media time kept while the oldest pack lies before the latest random access point.</param>
internal sealed class PackWindow(long maxBytes, TimeSpan maxTime) : IDisposable
{
    private const long ShortestFrame = MediaTime.ClockRate / 120;
    private const long LongestFrame = MediaTime.ClockRate / 5;

    private readonly long _maxTicks = MediaTime.FromTimeSpan(maxTime).Ticks;
    private Pack?[] _packs = new Pack?[256];
    private long _latestRandomAccess = -1;
    private long? _lastVideoDts;
    private long _memory;
    private long _added;
    private long _frameTicks = MediaTime.ClockRate / 25;

    /// <summary>The number of the oldest pack kept; equal to <see cref="End"/> when there is none.</summary>
    public long First { get; private set; }

    /// <summary>The number that the next pack will have.</summary>
    public long End { get; private set; }

    /// <summary>Bytes kept.</summary>
    public long Bytes { get; private set; }

    /// <summary>The number of the latest random access point that is still kept; null when a new taker has to wait for one.</summary>
    public long? LatestRandomAccess => _latestRandomAccess >= First && _latestRandomAccess < End ? _latestRandomAccess : null;

    public Pack this[long number] => _packs[number & (_packs.Length - 1)]!;

    /// <summary>Media time from the oldest pack kept to the newest, 90 kHz ticks.</summary>
    public long DurationTicks => End - First < 2 ? 0 : Math.Max(0, this[End - 1].Dts - this[First].Dts);

    /// <summary>The stream's mean rate over the window, bytes a second; 0 when too little is known.</summary>
    public long BytesPerSecond => DurationTicks < MediaTime.ClockRate / 2 ? 0 : Bytes * MediaTime.ClockRate / DurationTicks;

    /// <summary>The mean rate from a pack to the newest, both included, bytes a second; less than a second counts as one.</summary>
    public long BytesPerSecondFrom(long number) =>
        (_added - this[number].Offset) * MediaTime.ClockRate / Math.Max(MediaTime.ClockRate, this[End - 1].Dts - this[number].Dts);

    /// <summary>The time between two pictures, smoothed; 40 ms until it is known.</summary>
    public TimeSpan FrameInterval => new MediaTime(_frameTicks).ToTimeSpan();

    /// <summary>Adds the newest pack and takes its reference over.</summary>
    public void Add(Pack pack)
    {
        if (End - First == _packs.Length) Grow();
        if (pack.IsRandomAccess) _latestRandomAccess = End;
        // one clock for lag and duration: a camera's sound may stand seconds beside its pictures
        if (!pack.IsVideo && _lastVideoDts is { } picture) pack.Dts = picture;
        _packs[End & (_packs.Length - 1)] = pack;
        End++;
        Bytes += pack.Length;
        pack.Offset = _added;
        _added += pack.Length;
        _memory += pack.Capacity;
        if (!pack.IsVideo) return;
        if (_lastVideoDts is { } last) _frameTicks += (Math.Clamp(pack.Dts - last, ShortestFrame, LongestFrame) - _frameTicks) / 8;
        _lastVideoDts = pack.Dts;
    }

    /// <summary>Lets go of what nobody needs: all before <paramref name="needed"/> and the latest random access point, and whatever is over the bounds.</summary>
    /// <param name="needed">The oldest number that a taker has yet to send.</param>
    public void Trim(long needed)
    {
        long keep = Math.Min(needed, LatestRandomAccess ?? End);
        while (First < End && (First < keep || (First < End - 1 && IsOverBounds))) RemoveFirst();
    }

    private bool IsOverBounds => _memory > maxBytes || (First < (LatestRandomAccess ?? End) && DurationTicks > _maxTicks);

    /// <summary>The source starts anew: nobody may begin with pictures of before.</summary>
    public void ForgetRandomAccess() => (_latestRandomAccess, _lastVideoDts) = (-1, null);

    public void Dispose()
    {
        while (First < End) RemoveFirst();
    }

    private void RemoveFirst()
    {
        ref Pack? slot = ref _packs[First & (_packs.Length - 1)];
        Bytes -= slot!.Length;
        _memory -= slot.Capacity;
        slot.Release();
        slot = null;
        First++;
    }

    private void Grow()
    {
        var larger = new Pack?[_packs.Length * 2];
        for (long number = First; number < End; number++) larger[number & (larger.Length - 1)] = this[number];
        _packs = larger;
    }
}
