namespace Gb28181Edge.Protocol.Media;

/// <summary>Reads the bits of a NAL unit's payload and takes emulation prevention bytes out on the way. ITU-T H.264 §7.2, §7.3.1, §9.1.</summary>
/// <remarks>The bytes come from outside: every read says whether the bits were there, none throws.</remarks>
internal ref struct BitReader(ReadOnlySpan<byte> payload)
{
    private readonly ReadOnlySpan<byte> _payload = payload;
    private int _next;
    private int _zeros;
    private uint _byte;
    private int _bitsLeft;

    /// <param name="count">0 … 32.</param>
    /// <param name="value">The bits, the first one on top.</param>
    public bool TryBits(int count, out uint value)
    {
        value = 0;
        for (int i = 0; i < count; i++)
        {
            if (_bitsLeft == 0 && !LoadByte()) return false;
            _bitsLeft--;
            value = value << 1 | (_byte >> _bitsLeft & 1);
        }
        return true;
    }

    public bool TryFlag(out bool value)
    {
        bool there = TryBits(1, out uint bit);
        value = bit != 0;
        return there;
    }

    public bool TrySkip(int count)
    {
        for (; count > 0; count -= 32)
        {
            if (!TryBits(Math.Min(count, 32), out _)) return false;
        }
        return true;
    }

    /// <summary>ue(v), at most 2³² − 2.</summary>
    public bool TryUnsigned(out uint value)
    {
        value = 0;
        int zeros = 0;
        while (true)
        {
            if (!TryBits(1, out uint bit)) return false;
            if (bit != 0) break;
            if (++zeros > 31) return false;
        }
        if (!TryBits(zeros, out uint suffix)) return false;
        value = (1u << zeros) - 1 + suffix;
        return true;
    }

    /// <summary>se(v).</summary>
    public bool TrySigned(out int value)
    {
        bool there = TryUnsigned(out uint code);
        value = (code & 1) != 0 ? (int)((code >> 1) + 1) : -(int)(code >> 1);
        return there;
    }

    private bool LoadByte()
    {
        if (_zeros >= 2 && _next < _payload.Length && _payload[_next] == 3)
        {
            _next++;
            _zeros = 0;
        }
        if (_next >= _payload.Length) return false;
        _byte = _payload[_next++];
        _zeros = _byte == 0 ? _zeros + 1 : 0;
        _bitsLeft = 8;
        return true;
    }
}
