namespace Gb28181Edge.Protocol.Media.Rtp;

/// <summary>Makes access units of one track's RTP packets. Driven by one loop; keeps no packet.</summary>
internal interface IRtpDepacketizer
{
    /// <summary>Packets that never came, by the sequence numbers.</summary>
    long PacketsLost { get; }

    /// <summary>Units that were begun and not handed on: damaged, or without what they refer to.</summary>
    long UnitsDropped { get; }

    /// <summary>Packets whose payload is not laid out as its format says.</summary>
    long Malformed { get; }

    /// <summary>Takes the next packet, in the order of arrival; hands on the units that it completes.</summary>
    void Push(in RtpPacket packet);
}

/// <summary>Where a depacketizer puts what it made.</summary>
internal interface IRtpUnitSink
{
    /// <param name="bytes">An access unit in Annex B, an ADTS frame, or G.711 samples; at least one byte; valid during the call.</param>
    /// <param name="rtpTimestamp">In the clock of the payload format.</param>
    /// <param name="isRandomAccess">IDR, IRAP, or sound.</param>
    void OnUnit(ReadOnlySpan<byte> bytes, uint rtpTimestamp, bool isRandomAccess);
}
