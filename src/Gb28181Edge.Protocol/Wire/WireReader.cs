using System.Buffers.Binary;

namespace Gb28181Edge.Protocol.Wire;

/// <summary>Reads big-endian fields from bytes that came from outside. Every read says whether the bytes were there; none throws.</summary>
internal ref struct WireReader(ReadOnlySpan<byte> buffer)
{
    private readonly ReadOnlySpan<byte> _buffer = buffer;

    /// <summary>Bytes read so far.</summary>
    public int Position { get; private set; }

    /// <summary>What has not been read yet.</summary>
    public readonly ReadOnlySpan<byte> Remaining => _buffer[Position..];

    public bool TryByte(out byte value)
    {
        if (Position >= _buffer.Length) { value = 0; return false; }
        value = _buffer[Position++];
        return true;
    }

    public bool TryUInt16(out ushort value)
    {
        if (!BinaryPrimitives.TryReadUInt16BigEndian(Remaining, out value)) return false;
        Position += 2;
        return true;
    }

    public bool TryUInt32(out uint value)
    {
        if (!BinaryPrimitives.TryReadUInt32BigEndian(Remaining, out value)) return false;
        Position += 4;
        return true;
    }

    public bool TryBytes(int count, out ReadOnlySpan<byte> value)
    {
        if (count < 0 || count > _buffer.Length - Position) { value = default; return false; }
        value = _buffer.Slice(Position, count);
        Position += count;
        return true;
    }

    public bool TrySkip(int count) => TryBytes(count, out _);
}
