using System.Net.Sockets;
using System.Runtime.InteropServices;

namespace Gb28181Edge.Tests.Streaming;

/// <summary>
/// A local datagram socket put in the place of a session's UDP socket: its queue holds a few datagrams until the test takes them, and then
/// it answers EAGAIN, as UDP does on a slow link and never on loopback.
/// </summary>
internal sealed partial class FullSocket : IDisposable
{
    private readonly string _path = Path.Combine(Path.GetTempPath(), $"full-{Guid.NewGuid():N}");
    private readonly Socket _receiver = new(AddressFamily.Unix, SocketType.Dgram, ProtocolType.Unspecified) { Blocking = false };
    private readonly Socket _sender = new(AddressFamily.Unix, SocketType.Dgram, ProtocolType.Unspecified);
    private readonly byte[] _buffer = new byte[2000];

    public FullSocket()
    {
        _receiver.Bind(new UnixDomainSocketEndPoint(_path));
        _sender.Connect(new UnixDomainSocketEndPoint(_path));
    }

    public List<ReceivedPacket> Packets { get; } = [];

    /// <summary>From now on what is sent on the session's descriptor comes here.</summary>
    public void TakeOver(Socket socket) => Assert.True(Duplicate((int)_sender.Handle, (int)socket.Handle) >= 0);

    /// <summary>Takes what waits.</summary>
    /// <returns>Whole packs so far.</returns>
    public int Drain()
    {
        while (_receiver.Receive(_buffer, SocketFlags.None, out SocketError error) is > 0 and int length && error == SocketError.Success)
            Packets.Add(ReceivedPacket.Parse(_buffer.AsSpan(0, length)));
        return Packets.Count(packet => packet.Marker);
    }

    public void Dispose()
    {
        _sender.Dispose();
        _receiver.Dispose();
        File.Delete(_path);
    }

    [LibraryImport("libc", EntryPoint = "dup2", SetLastError = true)]
    private static partial int Duplicate(int from, int to);
}
