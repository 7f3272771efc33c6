using System.Runtime.InteropServices;
using Gb28181Edge.Protocol.Media.Rtp;

namespace Gb28181Edge.Streaming;

/// <summary>One session's headers of the pack that it is sending: what differs from session to session. Owned by one send loop.</summary>
/// <param name="packetizer">The session's SSRC and sequence.</param>
/// <param name="framed">With the length of RFC 4571 before each header.</param>
internal sealed unsafe class RtpHeaders(RtpPacketizer packetizer, bool framed) : IDisposable
{
    private byte* _memory;
    private int _capacity;

    /// <summary>Bytes of one header.</summary>
    public int Size { get; } = framed ? RtpPacketizer.TcpHeaderSize : RtpPacket.FixedHeaderSize;

    /// <summary>The header of packet <paramref name="index"/> of the pack.</summary>
    public byte* this[int index] => _memory + index * Size;

    /// <summary>Writes the headers of every packet of <paramref name="pack"/>.</summary>
    public void Begin(Pack pack)
    {
        int count = pack.PacketCount;
        if (count * Size > _capacity)
        {
            _capacity = count * Size * 3 / 2;
            _memory = (byte*)NativeMemory.Realloc(_memory, (nuint)_capacity);
        }
        for (int i = 0; i < count; i++)
        {
            var header = new Span<byte>(this[i], Size);
            _ = framed
                ? packetizer.WriteTcpHeader(header, pack.Length, i, pack.RtpTimestamp)
                : packetizer.WriteHeader(header, pack.Length, i, pack.RtpTimestamp);
        }
    }

    public void Dispose()
    {
        NativeMemory.Free(_memory);
        _memory = null;
        _capacity = 0;
    }
}
