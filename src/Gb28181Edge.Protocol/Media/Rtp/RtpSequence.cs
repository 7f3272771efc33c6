namespace Gb28181Edge.Protocol.Media.Rtp;

/// <summary>How a packet stands to the one before.</summary>
internal enum RtpOrder
{
    /// <summary>The first, or the next.</summary>
    InOrder,
    /// <summary>Packets are missing before it, or the sender began to count anew.</summary>
    AfterGap,
    /// <summary>A repeat, or one whose place has passed.</summary>
    Late,
}

/// <summary>Follows the sequence numbers of one source. RFC 3550 §5.1, A.1.</summary>
internal struct RtpSequence
{
    /// <summary>RFC 3550 A.1 MAX_MISORDER: further back is no late packet, but a sender that began anew.</summary>
    private const int MaxLate = 100;

    /// <summary>RFC 3550 A.1 MAX_DROPOUT: further on is no loss that can be counted.</summary>
    private const int MaxDropout = 3000;

    private ushort _expected;
    private bool _started;

    /// <summary>Packets that never came.</summary>
    public long Lost { get; private set; }

    public RtpOrder Next(ushort sequenceNumber)
    {
        int ahead = (short)(sequenceNumber - _expected);
        if (!_started || ahead == 0)
        {
            _started = true;
            _expected = (ushort)(sequenceNumber + 1);
            return RtpOrder.InOrder;
        }
        if (ahead is < 0 and >= -MaxLate) return RtpOrder.Late;
        if (ahead is > 0 and <= MaxDropout) Lost += ahead;
        _expected = (ushort)(sequenceNumber + 1);
        return RtpOrder.AfterGap;
    }
}
