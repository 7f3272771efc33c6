namespace Gb28181Edge.Protocol.Media;

/// <summary>Frame durations from the timing fields of a parameter set, taken only when they make sense.</summary>
internal static class FrameRate
{
    /// <summary>90 kHz ticks a frame; null when the rate is not between 1 and 240 frames a second.</summary>
    public static long? Duration(ulong units, uint timeScale)
    {
        if (units == 0 || timeScale == 0) return null;
        ulong ticks = (units * MediaTime.ClockRate + timeScale / 2) / timeScale;
        return ticks is >= MediaTime.ClockRate / 240 and <= MediaTime.ClockRate ? (long)ticks : null;
    }
}
