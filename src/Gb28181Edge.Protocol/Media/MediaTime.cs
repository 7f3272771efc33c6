namespace Gb28181Edge.Protocol.Media;

/// <summary>A point in media time: 90 kHz ticks in 64 bits, unwrapped. ISO/IEC 13818-1 §2.4.2.2.</summary>
/// <param name="Ticks">1/90000 s since an arbitrary start; may be negative before it.</param>
internal readonly record struct MediaTime(long Ticks) : IComparable<MediaTime>
{
    /// <summary>Ticks a second.</summary>
    public const int ClockRate = 90_000;

    /// <summary>What a 33-bit PTS, DTS or SCR field holds.</summary>
    public ulong Wrapped33 => (ulong)Ticks & 0x1_FFFF_FFFF;

    /// <summary>What the 32-bit timestamp of a 90 kHz RTP payload holds. RFC 3550 §5.1.</summary>
    public uint RtpTimestamp => (uint)Ticks;

    public static MediaTime FromTimeSpan(TimeSpan span) => new((long)(span.Ticks * (Int128)ClockRate / TimeSpan.TicksPerSecond));

    public TimeSpan ToTimeSpan() => new((long)(Ticks * (Int128)TimeSpan.TicksPerSecond / ClockRate));

    public int CompareTo(MediaTime other) => Ticks.CompareTo(other.Ticks);

    /// <summary>The unwrapped time nearest to <paramref name="reference"/> whose low 33 bits are <paramref name="wrapped"/>.</summary>
    public static MediaTime Unwrap33(ulong wrapped, MediaTime reference)
    {
        const long Period = 1L << 33;
        long difference = (long)(wrapped & (Period - 1)) - (long)reference.Wrapped33;
        if (difference > Period / 2) difference -= Period;
        if (difference < -Period / 2) difference += Period;
        return new MediaTime(reference.Ticks + difference);
    }

    public static MediaTime operator +(MediaTime time, long ticks) => new(time.Ticks + ticks);
    public static long operator -(MediaTime a, MediaTime b) => a.Ticks - b.Ticks;
    public static bool operator <(MediaTime a, MediaTime b) => a.Ticks < b.Ticks;
    public static bool operator >(MediaTime a, MediaTime b) => a.Ticks > b.Ticks;
    public static bool operator <=(MediaTime a, MediaTime b) => a.Ticks <= b.Ticks;
    public static bool operator >=(MediaTime a, MediaTime b) => a.Ticks >= b.Ticks;
}
