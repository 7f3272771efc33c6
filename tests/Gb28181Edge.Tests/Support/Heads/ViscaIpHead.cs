using System.Buffers.Binary;
using System.Net;
using System.Net.Sockets;

namespace Gb28181Edge.Tests.Support.Heads;

/// <summary>How an emulated VISCA head is reached.</summary>
internal enum ViscaWay { Numbered, Udp, Tcp }

/// <summary>An emulated VISCA head on IP: with sequence numbers, or bare over UDP or TCP. Written from the makers' lists, shares no code with the program.</summary>
internal sealed class ViscaIpHead : IAsyncDisposable
{
    private const double StepsPerDegree = 14.4;

    private readonly Socket _socket;
    private readonly ViscaWay _way;
    private readonly CancellationTokenSource _stop = new();
    private readonly Lock _gate = new();
    private readonly Task _loop;
    private readonly Dictionary<int, (double Pan, double Tilt, double Zoom)> _presets = [];
    private readonly Dictionary<uint, List<byte[]>> _answered = [];
    private uint _expected;
    private bool _isReset;
    private (double Pan, double Tilt) _drive;
    private double _zoom;

    public ViscaIpHead(ViscaWay way, TimeProvider time)
    {
        _way = way;
        Motion = new EmulatedMotion(time);
        _socket = new Socket(AddressFamily.InterNetwork, way == ViscaWay.Tcp ? SocketType.Stream : SocketType.Dgram, way == ViscaWay.Tcp ? ProtocolType.Tcp : ProtocolType.Udp);
        _socket.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        if (way == ViscaWay.Tcp) _socket.Listen();
        _loop = way == ViscaWay.Tcp ? AcceptAsync() : DatagramsAsync();
    }

    public int Port => ((IPEndPoint)_socket.LocalEndPoint!).Port;
    public EmulatedMotion Motion { get; }
    public IReadOnlyDictionary<int, (double Pan, double Tilt, double Zoom)> Presets => _presets;

    /// <summary>Commands that were carried out, in hex without address and end.</summary>
    public List<string> Commands { get; } = [];

    /// <summary>1 far, −1 near, 0 stands.</summary>
    public int Focus { get; private set; }

    /// <summary>Steps opened less steps closed.</summary>
    public int Iris { get; private set; }

    /// <summary>Stops of pan and tilt.</summary>
    public int Stops { get; private set; }

    public int Resets { get; private set; }
    public int Connections { get; private set; }

    /// <summary>Messages under a number that was answered already.</summary>
    public int Repetitions { get; private set; }

    /// <summary>So many of the next messages get no answer; they are carried out all the same.</summary>
    public int LoseAnswers { get; set; }

    /// <summary>So many of the next messages are lost on the way.</summary>
    public int LoseMessages { get; set; }

    /// <summary>It was switched off and on: it knows no sequence number any more.</summary>
    public void Restart()
    {
        lock (_gate)
        {
            _isReset = false;
            _answered.Clear();
        }
    }

    /// <summary>Ends the TCP connection, as heads do with idle ones.</summary>
    public Action? CloseConnection { get; private set; }

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        await _loop;
        _socket.Dispose();
        _stop.Dispose();
    }

    private async Task DatagramsAsync()
    {
        byte[] buffer = new byte[64];
        try
        {
            while (true)
            {
                SocketReceiveFromResult got = await _socket.ReceiveFromAsync(buffer, SocketFlags.None, new IPEndPoint(IPAddress.Any, 0), _stop.Token);
                List<byte[]> replies;
                lock (_gate) replies = _way == ViscaWay.Numbered ? Numbered(buffer.AsSpan(0, got.ReceivedBytes)) : Lossy(buffer[..got.ReceivedBytes]);
                foreach (byte[] reply in replies) await _socket.SendToAsync(reply, SocketFlags.None, got.RemoteEndPoint, _stop.Token);
            }
        }
        catch (OperationCanceledException)
        {
            // the test is over
        }
    }

    private async Task AcceptAsync()
    {
        try
        {
            while (true)
            {
                using Socket socket = await _socket.AcceptAsync(_stop.Token);
                Connections++;
                CloseConnection = () => socket.Shutdown(SocketShutdown.Both);
                var packet = new List<byte>();
                byte[] one = new byte[1];
                try
                {
                    while (await socket.ReceiveAsync(one, SocketFlags.None, _stop.Token) > 0)
                    {
                        packet.Add(one[0]);
                        if (one[0] != 0xFF) continue;
                        List<byte[]> replies;
                        lock (_gate) replies = Packet([.. packet]);
                        packet.Clear();
                        foreach (byte[] reply in replies)
                            foreach (byte b in reply) await socket.SendAsync(new[] { b }, SocketFlags.None, _stop.Token);       // in the smallest pieces
                    }
                }
                catch (SocketException)
                {
                    continue;                                              // the client has left
                }
            }
        }
        catch (OperationCanceledException)
        {
            // the test is over
        }
    }

    private List<byte[]> Lossy(byte[] packet)
    {
        if (LoseMessages > 0)
        {
            LoseMessages--;
            return [];
        }
        return LoseAnswers-- > 0 ? Silent(Packet(packet)) : Packet(packet);
    }

    private static List<byte[]> Silent(List<byte[]> replies)
    {
        replies.Clear();
        return replies;
    }

    private List<byte[]> Numbered(ReadOnlySpan<byte> datagram)
    {
        int type = BinaryPrimitives.ReadUInt16BigEndian(datagram);
        uint sequence = BinaryPrimitives.ReadUInt32BigEndian(datagram[4..]);
        byte[] payload = datagram[8..].ToArray();
        if (payload.Length != BinaryPrimitives.ReadUInt16BigEndian(datagram[2..])) return [Message(0x0201, sequence, [0x0F, 0x02])];
        if (LoseMessages > 0)
        {
            LoseMessages--;
            return [];
        }
        if (type == 0x0200 && payload is [0x01])
        {
            Resets++;
            (_isReset, _expected) = (true, 1);
            _answered.Clear();
            return [Message(0x0201, sequence, [0x01])];
        }
        if (_answered.TryGetValue(sequence, out List<byte[]>? before))
        {
            Repetitions++;
            return before;
        }
        if (!_isReset || sequence != _expected) return [Message(0x0201, sequence, [0x0F, 0x01])];
        if (type is not (0x0100 or 0x0110) || (type == 0x0110) != (payload[1] == 0x09)) return [Message(0x0201, sequence, [0x0F, 0x02])];
        _expected++;
        List<byte[]> replies = [.. Packet(payload).Select(reply => Message(0x0111, sequence, reply))];
        _answered[sequence] = replies;
        return LoseAnswers-- > 0 ? [] : replies;
    }

    private static byte[] Message(ushort type, uint sequence, byte[] payload)
    {
        byte[] message = new byte[8 + payload.Length];
        BinaryPrimitives.WriteUInt16BigEndian(message, type);
        BinaryPrimitives.WriteUInt16BigEndian(message.AsSpan(2), (ushort)payload.Length);
        BinaryPrimitives.WriteUInt32BigEndian(message.AsSpan(4), sequence);
        payload.CopyTo(message, 8);
        return message;
    }

    private List<byte[]> Packet(byte[] packet)
    {
        if (packet[0] != 0x81 || packet[^1] != 0xFF) return [[0x90, 0x60, 0x02, 0xFF]];
        byte[] body = packet[1..^1];
        switch (body)
        {
            case [0x09, 0x06, 0x12]:
                (double pan, double tilt, _) = Motion.Position;
                return [[0x90, 0x50, .. Nibbles((pan > 180 ? pan - 360 : pan) * StepsPerDegree), .. Nibbles(tilt * StepsPerDegree), 0xFF]];
            case [0x09, 0x04, 0x47]:
                return [[0x90, 0x50, .. Nibbles((Motion.Position.Zoom - 1) / 19 * 0x4000), 0xFF]];
            case [0x09, 0x04, 0x38] or [0x09, 0x04, 0x39]:
                return [[0x90, 0x50, 0x03, 0xFF]];
            case [0x09, ..]:
                return [[0x90, 0x60, 0x02, 0xFF]];
            case [0x01, 0x00, 0x01]:
                return [[0x90, 0x50, 0xFF]];
        }
        if (!CarryOut(body)) return [[0x90, 0x61, 0x41, 0xFF]];
        Commands.Add(Convert.ToHexString(body));
        return [[0x90, 0x41, 0xFF], [0x90, 0x51, 0xFF]];
    }

    private bool CarryOut(byte[] body)
    {
        switch (body)
        {
            case [0x01, 0x06, 0x01, >= 1 and <= 0x18, >= 1 and <= 0x17, var x, var y]:
                if (x == 3 && y == 3) Stops++;
                _drive = (Sign(x, minus: 1) * body[3] / 24.0, -Sign(y, minus: 1) * body[4] / 20.0);
                break;
            case [0x01, 0x04, 0x07, var p]:
                _zoom = p switch { 0 => 0, 2 => 1, 3 => -1, _ => (p & 0xF0) == 0x20 ? ((p & 7) + 1) / 8.0 : -((p & 7) + 1) / 8.0 };
                break;
            case [0x01, 0x06, 0x02, _, _, _, _, _, _, _, _, _, _]:
                Motion.GoTo(Steps(body.AsSpan(5, 4)) / StepsPerDegree, Steps(body.AsSpan(9, 4)) / StepsPerDegree, null);
                return true;
            case [0x01, 0x06, 0x04]:
                Motion.GoTo(0, 0, 1);
                return true;
            case [0x01, 0x04, 0x3F, 0x01, var set]:
                _presets[set] = Motion.Position;
                return true;
            case [0x01, 0x04, 0x3F, 0x02, var called] when _presets.TryGetValue(called, out (double Pan, double Tilt, double Zoom) at):
                Motion.GoTo(at.Pan, at.Tilt, at.Zoom);
                return true;
            case [0x01, 0x04, 0x3F, 0x00, var reset]:
                return _presets.Remove(reset);
            case [0x01, 0x04, 0x47, .. { Length: 4 } zoom]:
                Motion.GoTo(null, null, 1 + (Steps(zoom) / 16384.0 * 19));
                return true;
            case [0x01, 0x04, 0x08, var focus]:
                Focus = focus == 0 ? 0 : focus is 2 or (>= 0x20 and < 0x30) ? 1 : -1;
                return true;
            case [0x01, 0x04, 0x0B, 2 or 3]:
                Iris += body[3] == 2 ? 1 : -1;
                return true;
            case [0x01, 0x04, 0x38, _] or [0x01, 0x04, 0x39, _]:
                return true;
            default:
                return false;
        }
        Motion.Move(_drive.Pan, _drive.Tilt, _zoom);
        return true;
    }

    private static int Sign(byte direction, byte minus) => direction == 3 ? 0 : direction == minus ? -1 : 1;

    private static byte[] Nibbles(double value)
    {
        int steps = (int)Math.Round(value) & 0xFFFF;
        return [(byte)(steps >> 12), (byte)(steps >> 8 & 15), (byte)(steps >> 4 & 15), (byte)(steps & 15)];
    }

    private static int Steps(ReadOnlySpan<byte> nibbles) => (short)(nibbles[0] << 12 | nibbles[1] << 8 | nibbles[2] << 4 | nibbles[3]);
}
