namespace Gb28181Edge.Protocol.Media;

/// <summary>Turns a source's timestamps into ones that only move on: DTS strictly increasing a track, PTS never before DTS.</summary>
/// <remarks>
/// A jump (back by more than 500 ms, or on by more than 10 s) is healed by an offset, so that time continues one frame after the last;
/// the other track finds the same offset when it jumps too, which keeps sound and picture together. A source that repeats a
/// timestamp or goes back a little gets the next tick. Driven by one loop.
/// </remarks>
internal sealed class TimestampRepair
{
    /// <summary>A stream that starts earlier is moved to <see cref="FirstTicks"/>, so that an SCR before its DTS is never negative.</summary>
    private const long FloorTicks = 3600;
    private const long FirstTicks = MediaTime.ClockRate;
    private const long ForwardLimit = 10 * MediaTime.ClockRate;
    private const long BackwardTolerance = MediaTime.ClockRate / 2;
    private const int MaximumHolds = 8;
    private const long MaximumDelay = 5 * MediaTime.ClockRate;

    private readonly Track _video = new(defaultStep: 3600);
    private readonly Track _audio = new(defaultStep: 1800);
    private readonly DecodeOrder _order = new();
    private long? _offset;
    private long? _resume;
    private bool _hasDts;

    /// <summary>Jumps healed so far.</summary>
    public long Jumps { get; private set; }

    /// <summary>The source begins anew: sound and picture go on side by side, one picture after the later of the two.</summary>
    public void Restart()
    {
        if (!_video.Started && !_audio.Started) return;
        _resume = Math.Max(_video.Last, _audio.Last) + _video.Step;
        _offset = null;
        _order.Restart();
        _video.Restart();
        _audio.Restart();
    }

    /// <returns>The time to send the unit with.</returns>
    public (MediaTime Pts, MediaTime Dts) Repair(Codec codec, MediaTime pts, MediaTime dts)
    {
        Track track = codec.IsVideo() ? _video : _audio;
        // a source that knows its decoding times has one that differs sooner or later; one that does not has B frames that go back
        _hasDts |= pts != dts;
        long source = codec.IsVideo() && !_hasDts ? _order.Next(pts.Ticks) : dts.Ticks;
        long delay = pts.Ticks - source;
        if (delay is < 0 or > MaximumDelay) delay = 0;
        _offset ??= _resume is { } resume ? resume - source : source < FloorTicks ? FirstTicks - source : 0;
        long repaired = track.Started ? Next(track, source) : First(track, source);
        long presentation = Math.Max(source + delay + track.Offset, repaired);
        return (new MediaTime(presentation), new MediaTime(repaired));
    }

    private long First(Track track, long source)
    {
        Track other = track == _video ? _audio : _video;
        track.Started = true;
        track.Offset = _offset!.Value;
        // a track that starts far from the one that runs has another clock: put it beside the other
        if (other.Started && Math.Abs(source + track.Offset - other.Last) > ForwardLimit) track.Offset = other.Last - source;
        return track.Last = Math.Max(source + track.Offset, track.Floor);
    }

    private long Next(Track track, long source)
    {
        long step = source + track.Offset - track.Last;
        if (step is > 0 and <= ForwardLimit)
        {
            track.Holds = 0;
            track.Step = Math.Min(step, MediaTime.ClockRate);
            return track.Last += step;
        }
        if (step is <= 0 and >= -BackwardTolerance && ++track.Holds <= MaximumHolds) return ++track.Last;

        track.Holds = 0;
        long shared = source + _offset!.Value - track.Last;
        if (track.Offset != _offset && shared is > 0 and <= ForwardLimit)
        {
            track.Offset = _offset.Value;                                    // the other track jumped first
            return track.Last += shared;
        }
        Jumps++;
        track.Offset = track.Last + track.Step - source;
        _offset = track.Offset;
        return track.Last += track.Step;
    }

    private sealed class Track(long defaultStep)
    {
        public bool Started;
        /// <summary>Repaired time minus the source's.</summary>
        public long Offset;
        /// <summary>The last repaired DTS.</summary>
        public long Last;
        /// <summary>The last good distance between two units.</summary>
        public long Step = defaultStep;
        /// <summary>Units in a row that did not move on.</summary>
        public int Holds;
        /// <summary>The earliest time for the first unit, after those of the run before.</summary>
        public long Floor = long.MinValue;

        public void Restart()
        {
            if (Started) Floor = Last + 1;
            (Started, Holds) = (false, 0);
        }
    }
}
