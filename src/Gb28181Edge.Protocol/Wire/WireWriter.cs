using System.Buffers.Binary;

namespace Gb28181Edge.Protocol.Wire;

/// <summary>Writes big-endian fields into a caller's buffer. The caller sizes the buffer; running out is a bug and throws.</summary>
internal ref struct WireWriter(Span<byte> buffer)
{
    private readonly Span<byte> _buffer = buffer;

    /// <summary>Bytes written so far.</summary>
    public int Position { get; private set; }

    /// <summary>What has been written.</summary>
    public readonly ReadOnlySpan<byte> Written => _buffer[..Position];

    public void Byte(byte value) => _buffer[Position++] = value;

    public void UInt16(ushort value)
    {
        BinaryPrimitives.WriteUInt16BigEndian(_buffer[Position..], value);
        Position += 2;
    }

    /// <summary>The low 24 bits of <paramref name="value"/>.</summary>
    public void UInt24(uint value)
    {
        Byte((byte)(value >> 16));
        UInt16((ushort)value);
    }

    public void UInt32(uint value)
    {
        BinaryPrimitives.WriteUInt32BigEndian(_buffer[Position..], value);
        Position += 4;
    }

    /// <summary>The low 48 bits of <paramref name="value"/>.</summary>
    public void UInt48(ulong value)
    {
        UInt16((ushort)(value >> 32));
        UInt32((uint)value);
    }

    public void Bytes(ReadOnlySpan<byte> value)
    {
        value.CopyTo(_buffer[Position..]);
        Position += value.Length;
    }
}
