using System.Net;
using System.Net.Sockets;
using Gb28181Edge.Protocol.Media;
using Gb28181Edge.Protocol.Media.ProgramStream;
using Gb28181Edge.Protocol.Media.Rtp;
using Gb28181Edge.Tests.Support;

namespace Gb28181Edge.Tests.Streaming;

/// <summary>One RTP packet as it came.</summary>
internal sealed record ReceivedPacket(byte[] Bytes, int SourcePort, ushort SequenceNumber, uint RtpTimestamp, uint Ssrc, bool Marker, byte PayloadType, byte[] Payload)
{
    public static ReceivedPacket Parse(ReadOnlySpan<byte> bytes, int sourcePort = 0)
    {
        Assert.True(RtpPacket.TryParse(bytes, out RtpPacket packet, out RtpFault fault), fault.ToString());
        return new ReceivedPacket(bytes.ToArray(), sourcePort, packet.SequenceNumber, packet.RtpTimestamp, packet.Ssrc, packet.Marker,
            packet.PayloadType, packet.Payload.ToArray());
    }
}

/// <summary>A platform's UDP port: packets are read when the test asks.</summary>
internal sealed class RtpReceiver : IDisposable
{
    private readonly Socket _socket = new(AddressFamily.InterNetwork, SocketType.Dgram, ProtocolType.Udp);
    private readonly byte[] _buffer = new byte[2000];

    public RtpReceiver(int receiveBuffer = 4 << 20)
    {
        _socket.ReceiveBufferSize = receiveBuffer;
        _socket.Bind(new IPEndPoint(IPAddress.Loopback, 0));
    }

    public IPEndPoint EndPoint => (IPEndPoint)_socket.LocalEndPoint!;

    public List<ReceivedPacket> Packets { get; } = [];

    public ReceivedFrames Frames => ReceivedFrames.Of(Packets);

    /// <summary>Takes what has come.</summary>
    public int Drain()
    {
        while (_socket.Available > 0)
        {
            EndPoint from = new IPEndPoint(IPAddress.Any, 0);
            int length = _socket.ReceiveFrom(_buffer, ref from);
            Packets.Add(ReceivedPacket.Parse(_buffer.AsSpan(0, length), ((IPEndPoint)from).Port));
        }
        return Packets.Count;
    }

    /// <summary>Waits until <paramref name="count"/> packs have come, the marker of the last included.</summary>
    public async Task<List<ReceivedPacket>> PacksAsync(int count)
    {
        await Eventually.TrueAsync(() => { Drain(); return Packets.Count(p => p.Marker) >= count; }, $"{count} packs at the receiver");
        return Packets;
    }

    public void Dispose() => _socket.Dispose();
}

/// <summary>The frames in a run of packets, taken out by a demultiplexer as a platform would.</summary>
internal sealed class ReceivedFrames : IAccessUnitSink
{
    private readonly List<(int? Number, bool IsKey)> _video = [];

    public AccessUnitPool Pool { get; } = new();

    /// <summary>Frames in order; null numbers are damaged ones.</summary>
    public IReadOnlyList<(int? Number, bool IsKey)> Video => _video;

    public int AudioUnits { get; private set; }

    public static ReceivedFrames Of(IEnumerable<ReceivedPacket> packets)
    {
        var frames = new ReceivedFrames();
        var demuxer = new PsDemuxer(frames);
        foreach (ReceivedPacket packet in packets)
        {
            demuxer.Push(packet.Payload);
            if (packet.Marker) demuxer.Flush();
        }
        Assert.Equal(0, demuxer.BytesSkipped);
        return frames;
    }

    public void Write(AccessUnit unit)
    {
        if (unit.Codec.IsVideo()) _video.Add((TestFrames.NumberOf(unit.Bytes.Span), unit.IsRandomAccess));
        else AudioUnits++;
        unit.Dispose();
    }
}
