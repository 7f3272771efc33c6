using Gb28181Edge.Protocol.Media;
using Gb28181Edge.Protocol.Media.ProgramStream;
using Gb28181Edge.Protocol.Media.Rtp;

namespace Gb28181Edge.Tests.Bench;

/// <summary>Makes the RTP packets of a small stream: a key frame every 5 pictures, sound behind each.</summary>
internal sealed class SentStream(uint ssrc, ushort firstSequenceNumber = 65_530)
{
    private readonly PsMuxer _muxer = new(Codec.H264, Codec.G711A);
    private readonly RtpPacketizer _packetizer = new(ssrc, 96, firstSequenceNumber);
    private readonly AccessUnitPool _pool = new();
    private int _frame;

    /// <summary>The packets of the next pictures and their sound.</summary>
    public List<byte[]> Frames(int count)
    {
        List<byte[]> packets = [];
        for (int i = 0; i < count; i++, _frame++)
        {
            bool key = _frame % 5 == 0;
            MediaTime time = new(900_000 + 3600 * _frame);
            byte[] picture = new byte[key ? 6000 : 2000];
            Array.Fill(picture, (byte)0x55);
            Convert.FromHexString(key ? "000000016742C01ED900A03DB011000003000100000300320F162E480000000168CB83CB20000000016588" : "00000001419A").CopyTo(picture, 0);
            packets.AddRange(Packets(_pool.Rent(picture, Codec.H264, time, time, key)));
            packets.AddRange(Packets(_pool.Rent(new byte[320], Codec.G711A, time + 10, time + 10, true)));
        }
        return packets;
    }

    private List<byte[]> Packets(AccessUnit unit)
    {
        PsPack pack = _muxer.Prepare(unit);
        byte[] ps = new byte[pack.Size];
        _muxer.Write(unit, pack, ps);
        unit.Dispose();
        List<byte[]> packets = [];
        for (int i = 0; i < RtpPacketizer.CountPackets(ps.Length); i++)
        {
            byte[] header = new byte[RtpPacket.FixedHeaderSize];
            (int offset, int length) = _packetizer.WriteHeader(header, ps.Length, i, pack.RtpTimestamp);
            packets.Add([.. header, .. ps.AsSpan(offset, length)]);
        }
        return packets;
    }
}
