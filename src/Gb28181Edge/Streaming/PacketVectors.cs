using System.Runtime.InteropServices;
using Gb28181Edge.Protocol.Media.Rtp;

namespace Gb28181Edge.Streaming;

/// <summary>
/// The scatter-gather list of one sendmsg: a session's headers and the shared bytes of a pack in turn, so that nothing is copied
/// before the kernel. One a send loop, used by one session after the other.
/// </summary>
internal sealed unsafe class PacketVectors : IDisposable
{
    /// <summary>Packets in one call: 64 KB, which is also what one UDP_SEGMENT send may hold.</summary>
    public const int Capacity = 46;

    private readonly Libc.IoVector* _vectors;
    private readonly Libc.MessageHeader* _message;
    private readonly Libc.SegmentControl* _control;

    public PacketVectors()
    {
        _vectors = (Libc.IoVector*)NativeMemory.AllocZeroed(2 * Capacity, (nuint)sizeof(Libc.IoVector));
        _message = (Libc.MessageHeader*)NativeMemory.AllocZeroed((nuint)sizeof(Libc.MessageHeader));
        _control = (Libc.SegmentControl*)NativeMemory.AllocZeroed((nuint)sizeof(Libc.SegmentControl));
        *_control = new Libc.SegmentControl
        {
            Length = Libc.SegmentControl.UsedLength,
            Level = Libc.SolUdp,
            Type = Libc.UdpSegment,
            SegmentSize = RtpPacketizer.MaximumPacketSize,
        };
        _message->Vectors = _vectors;
    }

    /// <summary>Sends packets as one datagram each, cut by the kernel (UDP_SEGMENT).</summary>
    /// <param name="descriptor">A connected UDP socket.</param>
    /// <param name="pack">All of its packets but the last have the same size.</param>
    /// <param name="headers">The session's, begun for this pack.</param>
    /// <param name="first">The first packet.</param>
    /// <param name="count">1 … <see cref="Capacity"/>.</param>
    /// <returns>The bytes sent, or −errno; all packets or none.</returns>
    public int SendSegmented(int descriptor, Pack pack, RtpHeaders headers, int first, int count)
    {
        Fill(pack, headers, first, count);
        _message->Control = count > 1 ? _control : null;
        _message->ControlLength = count > 1 ? (nuint)sizeof(Libc.SegmentControl) : 0;
        return Libc.SendMessage(descriptor, _message);
    }

    /// <summary>Sends one packet as one datagram.</summary>
    public int SendOne(int descriptor, Pack pack, RtpHeaders headers, int index)
    {
        Fill(pack, headers, index, 1);
        SetNoControl();
        return Libc.SendMessage(descriptor, _message);
    }

    /// <summary>Writes what a TCP socket takes of the pack's framed packets.</summary>
    /// <param name="descriptor">A connected TCP socket.</param>
    /// <param name="pack">The pack.</param>
    /// <param name="headers">The session's framed ones, begun for this pack.</param>
    /// <param name="offset">Bytes of the framed pack that have been taken before.</param>
    /// <param name="offered">Bytes that this call offered.</param>
    /// <returns>The bytes taken, which may end inside a packet, or −errno.</returns>
    public int SendStream(int descriptor, Pack pack, RtpHeaders headers, int offset, out int offered)
    {
        int framedSize = headers.Size + RtpPacketizer.MaximumPayloadSize;
        int first = offset / framedSize, skip = offset % framedSize;
        int count = Math.Min(Capacity, pack.PacketCount - first);
        offered = Fill(pack, headers, first, count) - skip;
        // a packet that was cut by the last call is finished first
        int skipHeader = Math.Min(skip, headers.Size), skipPayload = skip - skipHeader;
        _vectors[0].Base += skipHeader;
        _vectors[0].Length -= (nuint)skipHeader;
        _vectors[1].Base += skipPayload;
        _vectors[1].Length -= (nuint)skipPayload;
        SetNoControl();
        return Libc.SendMessage(descriptor, _message);
    }

    public void Dispose()
    {
        NativeMemory.Free(_vectors);
        NativeMemory.Free(_message);
        NativeMemory.Free(_control);
    }

    private void SetNoControl()
    {
        _message->Control = null;
        _message->ControlLength = 0;
    }

    private int Fill(Pack pack, RtpHeaders headers, int first, int count)
    {
        int bytes = 0;
        for (int i = 0; i < count; i++)
        {
            (int offset, int length) = RtpPacketizer.PayloadRange(pack.Length, first + i);
            _vectors[2 * i] = new Libc.IoVector { Base = headers[first + i], Length = (nuint)headers.Size };
            _vectors[2 * i + 1] = new Libc.IoVector { Base = pack.Memory + offset, Length = (nuint)length };
            bytes += headers.Size + length;
        }
        _message->VectorCount = (nuint)(2 * count);
        return bytes;
    }
}
