namespace Gb28181Edge.Protocol.Media.Rtp;

/// <summary>G.711 out of RTP: a packet is a unit. RFC 3551 §4.5.14.</summary>
internal sealed class G711Depacketizer(IRtpUnitSink sink) : IRtpDepacketizer
{
    private RtpSequence _sequence;

    public long PacketsLost => _sequence.Lost;
    public long UnitsDropped => 0;
    public long Malformed => 0;

    public void Push(in RtpPacket packet)
    {
        if (_sequence.Next(packet.SequenceNumber) == RtpOrder.Late || packet.Payload.IsEmpty) return;
        sink.OnUnit(packet.Payload, packet.RtpTimestamp, isRandomAccess: true);
    }
}
