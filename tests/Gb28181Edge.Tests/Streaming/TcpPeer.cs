using System.Net.Sockets;
using Gb28181Edge.Protocol.Media.Rtp;
using Gb28181Edge.Tests.Support;

namespace Gb28181Edge.Tests.Streaming;

/// <summary>A platform's end of a TCP media connection: bytes are read when the test asks.</summary>
internal sealed class TcpPeer(Socket socket) : IDisposable
{
    private readonly RtpTcpFraming _framing = new();
    private readonly byte[] _buffer = new byte[64 << 10];

    public Socket Socket { get; } = socket;

    public List<ReceivedPacket> Packets { get; } = [];

    public ReceivedFrames Frames => ReceivedFrames.Of(Packets);

    /// <summary>Bytes that were in no packet.</summary>
    public long BytesSkipped => _framing.BytesSkipped;

    public void Drain()
    {
        while (Socket.Available > 0)
        {
            int length = Socket.Receive(_buffer);
            _framing.Push(_buffer.AsSpan(0, length));
            while (_framing.TryRead(out ReadOnlySpan<byte> packet)) Packets.Add(ReceivedPacket.Parse(packet));
        }
    }

    public Task PacksAsync(int count) =>
        Eventually.TrueAsync(() => { Drain(); return Packets.Count(p => p.Marker) >= count; }, $"{count} packs at the peer");

    public void Dispose() => Socket.Dispose();
}
