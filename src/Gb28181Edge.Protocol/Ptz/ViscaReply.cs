namespace Gb28181Edge.Protocol.Ptz;

/// <summary>What a head says.</summary>
internal enum ViscaReplyKind
{
    /// <summary><c>4y</c>: the command was taken and is worked on in socket y.</summary>
    Acknowledge,

    /// <summary><c>5y</c> without data: the command of socket y is done.</summary>
    Completion,

    /// <summary><c>50</c> with data: what an inquiry asked for.</summary>
    Answer,

    /// <summary><c>6y</c>: the command was not taken, or ended early.</summary>
    Error,

    /// <summary><c>88 30 0w</c> came back round the chain: it has w − 1 heads.</summary>
    AddressSet,

    /// <summary><c>88 01 00 01</c> came back round the chain.</summary>
    InterfaceClear,

    /// <summary><c>38</c>: a head was added or switched on; the chain wants its addresses again.</summary>
    NetworkChange,
}

/// <summary>Why a command was not done.</summary>
internal enum ViscaError : byte
{
    None = 0,
    Length = 0x01,
    Syntax = 0x02,

    /// <summary>Both sockets are busy.</summary>
    BufferFull = 0x03,
    Cancelled = 0x04,

    /// <summary>There is nothing to cancel in that socket.</summary>
    NoSocket = 0x05,

    /// <summary>Not in the head's present mode: manual focus while it focuses by itself.</summary>
    NotExecutable = 0x41,
}

/// <summary>Why bytes are no reply.</summary>
internal enum ViscaFault
{
    None,
    Length,

    /// <summary>The first byte is no head's address, or the last is not FF.</summary>
    Frame,

    /// <summary>The second byte means nothing.</summary>
    Kind,
}

/// <summary>One packet from a head: <c>z0 … FF</c>, z its address + 8. Sony VISCA command lists.</summary>
/// <param name="Address">1 … 7; 8 of what came back round the chain.</param>
/// <param name="Kind">What it says.</param>
/// <param name="Socket">1 or 2; 0 where the reply names none.</param>
/// <param name="Error">Of <see cref="ViscaReplyKind.Error"/>; may be a value that has no name.</param>
/// <param name="Data">Of <see cref="ViscaReplyKind.Answer"/>: 1 … 13 bytes; of <see cref="ViscaReplyKind.AddressSet"/> the next free address.</param>
internal sealed record ViscaReply(int Address, ViscaReplyKind Kind, int Socket, ViscaError Error, ReadOnlyMemory<byte> Data)
{
    /// <summary>Reads one whole packet. Never throws on input.</summary>
    public static bool TryParse(ReadOnlySpan<byte> packet, out ViscaReply reply, out ViscaFault fault)
    {
        reply = Empty;
        fault = packet.Length is < Visca.SmallestPacket or > Visca.LargestPacket ? ViscaFault.Length
            : packet[^1] != Visca.Terminator || packet[0] != 0x88 && (packet[0] & 0x8F) != 0x80 || packet[0] == 0x80 ? ViscaFault.Frame
            : ViscaFault.None;
        if (fault != ViscaFault.None) return false;
        ViscaReply? read = packet[0] == 0x88 ? OfChain(packet[1..^1]) : OfHead((packet[0] >> 4) - 8, packet[1..^1]);
        if (read is null)
        {
            fault = ViscaFault.Kind;
            return false;
        }
        reply = read;
        return true;
    }

    private static ViscaReply Empty { get; } = new(0, default, 0, default, default);

    private static ViscaReply? OfChain(ReadOnlySpan<byte> body) => body switch
    {
        [0x30, _] => new(Visca.Broadcast, ViscaReplyKind.AddressSet, 0, default, body[1..].ToArray()),
        [0x01, 0x00, 0x01] => new(Visca.Broadcast, ViscaReplyKind.InterfaceClear, 0, default, default),
        _ => null,
    };

    private static ViscaReply? OfHead(int address, ReadOnlySpan<byte> body)
    {
        int socket = body[0] & 0x0F;
        return (body[0] & 0xF0, body.Length) switch
        {
            (0x40, 1) => new(address, ViscaReplyKind.Acknowledge, socket, default, default),
            (0x50, 1) => new(address, ViscaReplyKind.Completion, socket, default, default),
            (0x50, _) => new(address, ViscaReplyKind.Answer, socket, default, body[1..].ToArray()),
            (0x60, 2) => new(address, ViscaReplyKind.Error, socket, (ViscaError)body[1], default),
            (0x30, 1) when socket == 8 => new(address, ViscaReplyKind.NetworkChange, 0, default, default),
            _ => null,
        };
    }
}

/// <summary>Cuts a stream of bytes into VISCA packets. Bounded, never throws, and finds its way again after noise.</summary>
/// <remarks>
/// A packet begins with a byte from 80h on and ends with FF; everything between is below 80h in all lists, so a byte from 80h on in
/// the middle is the beginning of the next packet whose forerunner lost its end. Driven by one caller.
/// </remarks>
internal sealed class ViscaReader
{
    private readonly byte[] _packet = new byte[Visca.LargestPacket];
    private int _length;

    /// <summary>Forgets a packet that has begun.</summary>
    public void Clear() => _length = 0;

    /// <summary>Takes bytes up to the end of the next packet.</summary>
    /// <param name="bytes">What has come; shortened by what was taken.</param>
    /// <param name="packet">The packet, 3 to 16 bytes; valid until the next call.</param>
    /// <returns>False when all bytes were taken and no packet has ended.</returns>
    public bool TryRead(ref ReadOnlySpan<byte> bytes, out ReadOnlySpan<byte> packet)
    {
        for (int i = 0; i < bytes.Length; i++)
        {
            byte value = bytes[i];
            if (value == Visca.Terminator && _length >= Visca.SmallestPacket - 1)
            {
                _packet[_length] = value;
                packet = _packet.AsSpan(0, _length + 1);
                _length = 0;
                bytes = bytes[(i + 1)..];
                return true;
            }
            if (value == Visca.Terminator) _length = 0;
            else if (value >= 0x80) (_packet[0], _length) = (value, 1);
            else if (_length == Visca.LargestPacket - 1) _length = 0;      // no room for its end: noise
            else if (_length > 0) _packet[_length++] = value;
        }
        bytes = default;
        packet = default;
        return false;
    }
}
