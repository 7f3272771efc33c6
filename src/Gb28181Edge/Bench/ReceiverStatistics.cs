using Gb28181Edge.Protocol.Media;

namespace Gb28181Edge.Bench;

/// <summary>What a receiver has seen of a stream so far.</summary>
internal sealed record ReceiverStatistics
{
    /// <summary>RTP packets of the stream.</summary>
    public long Packets { get; init; }

    /// <summary>Sequence numbers that never came.</summary>
    public long Lost { get; init; }

    public long Duplicates { get; init; }

    public long Reordered { get; init; }

    /// <summary>Bytes of the packets, RTP headers included.</summary>
    public long Bytes { get; init; }

    /// <summary>Datagrams and frames that hold no usable RTP packet.</summary>
    public long Unusable { get; init; }

    /// <summary>Packets with another SSRC or payload type than was agreed.</summary>
    public long Foreign { get; init; }

    /// <summary>Packets of more than 1400 bytes.</summary>
    public long Oversized { get; init; }

    /// <summary>Frames whose last packet had no marker.</summary>
    public long MarkersMissing { get; init; }

    /// <summary>Frames with the timestamp of the one before. GB/T 28181-2022 §4.3.6 forbids them.</summary>
    public long TimestampsRepeated { get; init; }

    /// <summary>Pictures or sounds that were to be decoded before the one before them.</summary>
    public long TimesBack { get; init; }

    /// <summary>Places in the program stream where no start code was.</summary>
    public long Resynchronizations { get; init; }

    /// <summary>Pictures.</summary>
    public long Frames { get; init; }

    public long KeyFrames { get; init; }

    /// <summary>Runs of sound.</summary>
    public long AudioUnits { get; init; }

    /// <summary>RTCP sender reports.</summary>
    public long SenderReports { get; init; }

    /// <summary>Whether the first picture was a key frame; null before it.</summary>
    public bool? BeganWithKeyFrame { get; init; }

    /// <summary>From the start of the call to the first packet; null before it.</summary>
    public TimeSpan? FirstPacketAfter { get; init; }

    /// <summary>From the start of the call to the first whole key frame; null before it.</summary>
    public TimeSpan? FirstPictureAfter { get; init; }

    /// <summary>From the first packet to the last.</summary>
    public TimeSpan Duration { get; init; }

    public Codec? VideoCodec { get; init; }

    public Codec? AudioCodec { get; init; }

    /// <summary>Bits a second from the first packet to the last; 0 without a duration.</summary>
    public double BitRate => Duration > TimeSpan.Zero ? Bytes * 8 / Duration.TotalSeconds : 0;

    /// <summary>Nothing was lost, and every packet and frame was as it has to be.</summary>
    public bool IsFlawless => Packets > 0
        && Lost + Duplicates + Unusable + Foreign + Oversized + MarkersMissing + TimestampsRepeated + TimesBack + Resynchronizations == 0;
}
