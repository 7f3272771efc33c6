namespace Gb28181Edge.Protocol.Ptz;

/// <summary>Cuts a stream of bytes into Pelco frames, by length and checksum, because a payload may hold the first byte of a frame.</summary>
/// <remarks>Bounded to one frame, never throws, and finds its way again after noise byte by byte. Driven by one caller.</remarks>
internal abstract class PelcoReader(int size)
{
    private readonly byte[] _window = new byte[size];
    private int _length;

    /// <summary>Forgets a frame that has begun.</summary>
    public void Clear() => _length = 0;

    /// <summary>Takes bytes up to the end of the next frame.</summary>
    /// <param name="bytes">What has come; shortened by what was taken.</param>
    /// <param name="frame">The whole frame; valid until the next call.</param>
    /// <returns>False when all bytes were taken and no frame has ended.</returns>
    public bool TryRead(ref ReadOnlySpan<byte> bytes, out ReadOnlySpan<byte> frame)
    {
        for (int i = 0; i < bytes.Length; i++)
        {
            _window[_length++] = bytes[i];
            if (_length == size && IsFrame(_window))
            {
                frame = _window;
                _length = 0;
                bytes = bytes[(i + 1)..];
                return true;
            }
            SkipToStart();
        }
        bytes = default;
        frame = default;
        return false;
    }

    protected abstract byte First { get; }

    protected abstract bool IsFrame(ReadOnlySpan<byte> window);

    /// <summary>Drops what cannot be the beginning of a frame.</summary>
    private void SkipToStart()
    {
        int drop = _length == size ? 1 : 0;
        while (drop < _length && _window[drop] != First) drop++;
        if (drop == 0) return;
        _window.AsSpan(drop, _length - drop).CopyTo(_window);
        _length -= drop;
    }
}

/// <summary>Reads the seven-byte frames of Pelco-D: commands, and the replies to position queries.</summary>
internal sealed class PelcoDReader() : PelcoReader(PelcoD.FrameSize)
{
    protected override byte First => 0xFF;

    protected override bool IsFrame(ReadOnlySpan<byte> window) => PelcoD.TryParse(window, out _, out _);
}

/// <summary>Reads the four-byte general replies of older Pelco-D receivers; a stream of seven-byte frames is noise to it.</summary>
internal sealed class PelcoDGeneralReplyReader() : PelcoReader(PelcoD.GeneralReplySize)
{
    protected override byte First => 0xFF;

    protected override bool IsFrame(ReadOnlySpan<byte> window) => PelcoD.TryParseGeneralReply(window, out _, out _, out _);
}

/// <summary>Reads the eight-byte frames of Pelco-P.</summary>
internal sealed class PelcoPReader() : PelcoReader(PelcoP.FrameSize)
{
    protected override byte First => 0xA0;

    protected override bool IsFrame(ReadOnlySpan<byte> window) => PelcoP.TryParse(window, out _, out _);
}
