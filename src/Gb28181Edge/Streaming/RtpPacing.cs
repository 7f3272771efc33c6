using Gb28181Edge.Protocol.Media.Rtp;

namespace Gb28181Edge.Streaming;

/// <summary>How one pack's packets are spread over time, so that a large picture does not leave as one burst. GB/T 28181-2016 §4.3.6.</summary>
/// <param name="GroupSize">Packets that leave together, 1 … <see cref="LargestGroup"/>.</param>
/// <param name="Gap">From one group to the next.</param>
/// <param name="GapAfterLast">The gap holds between this pack and the next one too.</param>
internal readonly record struct RtpPacing(int GroupSize, TimeSpan Gap, bool GapAfterLast)
{
    /// <summary>Packets that may leave in one burst: 22 KB, which the smallest switch's queue holds.</summary>
    public const int LargestGroup = 16;

    /// <summary>The part of the frame interval that a picture is spread over; the rest absorbs the jitter of the source.</summary>
    private const double Spread = 0.6;

    /// <summary>A taker that is behind gets the stream at this multiple of its own rate.</summary>
    private const int CatchUpFactor = 4;

    /// <summary>The slowest catching up, bytes a second: 1 Mbit/s, which the weakest uplink that carries video has.</summary>
    private const long CatchUpFloor = 125_000;

    /// <summary>For a taker that has all but this pack: over part of the frame interval.</summary>
    public static RtpPacing Live(int packets, TimeSpan frameInterval)
    {
        int groups = Groups(packets);
        return new RtpPacing(Size(packets, groups), frameInterval * (Spread / groups), false);
    }

    /// <summary>For a taker that is behind, as each one is at its beginning.</summary>
    /// <param name="bytes">Of the pack.</param>
    /// <param name="streamBytesPerSecond">Of the stream; 0 when it is not known yet.</param>
    public static RtpPacing CatchUp(int bytes, long streamBytesPerSecond)
    {
        long rate = Math.Max(CatchUpFloor, streamBytesPerSecond * CatchUpFactor);
        int packets = RtpPacketizer.CountPackets(bytes);
        int groups = Groups(packets);
        return new RtpPacing(Size(packets, groups), TimeSpan.FromSeconds((double)bytes / groups / rate), true);
    }

    private static int Groups(int packets) => (packets + LargestGroup - 1) / LargestGroup;

    private static int Size(int packets, int groups) => (packets + groups - 1) / groups;
}
