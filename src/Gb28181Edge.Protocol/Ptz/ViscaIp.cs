using System.Buffers.Binary;

namespace Gb28181Edge.Protocol.Ptz;

/// <summary>The payload types of VISCA over IP.</summary>
internal enum ViscaIpType : ushort
{
    Command = 0x0100,
    Inquiry = 0x0110,
    Reply = 0x0111,
    DeviceSetting = 0x0120,
    Control = 0x0200,
    ControlReply = 0x0201,
}

/// <summary>What a control reply says.</summary>
internal enum ViscaIpControl
{
    /// <summary>Something that has no name.</summary>
    Other,

    /// <summary>The sequence number begins again at 0.</summary>
    Reset,

    /// <summary>The sequence number was not the one that was expected: send RESET.</summary>
    WrongSequence,

    /// <summary>The message could not be read.</summary>
    WrongMessage,
}

/// <summary>Why a datagram is no message.</summary>
internal enum ViscaIpFault
{
    None,
    Length,
    Type,
}

/// <summary>The head of a message.</summary>
/// <param name="Type">What the payload is.</param>
/// <param name="Sequence">Counted up with each message; a reply has the one of what it answers.</param>
internal readonly record struct ViscaIpHeader(ViscaIpType Type, uint Sequence);

/// <summary>VISCA over IP, UDP 52381: <c>type(2) length(2) sequence(4)</c>, big endian, then a payload of 1 … 16 bytes. Sony SRG-300H and later.</summary>
/// <remarks>The address in the packet is always 1. A message that is sent again keeps its sequence number.</remarks>
internal static class ViscaIp
{
    public const int HeaderSize = 8, LargestPayload = Visca.LargestPacket, LargestMessage = HeaderSize + LargestPayload;

    private const byte ResetPayload = 0x01;

    /// <summary>Writes one message.</summary>
    /// <param name="message">At least <see cref="LargestMessage"/> bytes.</param>
    /// <param name="payload">1 … 16 bytes.</param>
    /// <returns>Bytes written.</returns>
    public static int Write(Span<byte> message, ViscaIpType type, uint sequence, ReadOnlySpan<byte> payload)
    {
        ArgumentOutOfRangeException.ThrowIfZero(payload.Length);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(payload.Length, LargestPayload);
        BinaryPrimitives.WriteUInt16BigEndian(message, (ushort)type);
        BinaryPrimitives.WriteUInt16BigEndian(message[2..], (ushort)payload.Length);
        BinaryPrimitives.WriteUInt32BigEndian(message[4..], sequence);
        payload.CopyTo(message[HeaderSize..]);
        return HeaderSize + payload.Length;
    }

    /// <summary>Writes RESET, which sets the head's sequence number to 0.</summary>
    public static int WriteReset(Span<byte> message) => Write(message, ViscaIpType.Control, 0, [ResetPayload]);

    /// <summary>Reads one datagram, of either side. Never throws on input.</summary>
    public static bool TryParse(ReadOnlySpan<byte> datagram, out ViscaIpHeader header, out ReadOnlySpan<byte> payload, out ViscaIpFault fault)
    {
        header = default;
        payload = default;
        fault = ViscaIpFault.Length;
        if (datagram.Length is <= HeaderSize or > LargestMessage) return false;
        if (BinaryPrimitives.ReadUInt16BigEndian(datagram[2..]) != datagram.Length - HeaderSize) return false;
        var type = (ViscaIpType)BinaryPrimitives.ReadUInt16BigEndian(datagram);
        fault = ViscaIpFault.Type;
        if (type is not (ViscaIpType.Command or ViscaIpType.Inquiry or ViscaIpType.Reply or ViscaIpType.DeviceSetting
            or ViscaIpType.Control or ViscaIpType.ControlReply)) return false;
        fault = ViscaIpFault.None;
        header = new ViscaIpHeader(type, BinaryPrimitives.ReadUInt32BigEndian(datagram[4..]));
        payload = datagram[HeaderSize..];
        return true;
    }

    /// <summary>What the payload of a <see cref="ViscaIpType.ControlReply"/> says.</summary>
    public static ViscaIpControl ReadControl(ReadOnlySpan<byte> payload) => payload switch
    {
        [ResetPayload] => ViscaIpControl.Reset,
        [0x0F, 0x01] => ViscaIpControl.WrongSequence,
        [0x0F, 0x02] => ViscaIpControl.WrongMessage,
        _ => ViscaIpControl.Other,
    };
}
