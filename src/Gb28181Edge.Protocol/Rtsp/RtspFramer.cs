namespace Gb28181Edge.Protocol.Rtsp;

/// <summary>What stands next in an RTSP connection.</summary>
internal enum RtspFrameKind
{
    /// <summary>RTP or RTCP, in <see cref="RtspFrame.Payload"/>. RFC 2326 §10.12.</summary>
    Interleaved,
    /// <summary>A response, or a request of the server's, in <see cref="RtspFrame.Message"/>.</summary>
    Message,
}

/// <summary>One thing read from an RTSP connection, viewed in place: valid until the framer is used again.</summary>
internal readonly ref struct RtspFrame
{
    public RtspFrame(byte channel, ReadOnlySpan<byte> payload)
    {
        (Kind, Channel) = (RtspFrameKind.Interleaved, channel);
        Payload = payload;
    }

    public RtspFrame(RtspMessage message) => (Kind, Message) = (RtspFrameKind.Message, message);

    public RtspFrameKind Kind { get; }

    /// <summary>The interleaved channel.</summary>
    public byte Channel { get; }

    /// <summary>The interleaved bytes; may be empty.</summary>
    public ReadOnlySpan<byte> Payload { get; }

    /// <summary>Null in an interleaved frame.</summary>
    public RtspMessage? Message { get; }
}

/// <summary>Cuts the bytes of an RTSP connection into messages and interleaved frames. RFC 2326 §10.12.</summary>
/// <remarks>
/// Owns the receive buffer, so that media is never copied and a steady stream allocates nothing: receive into <see cref="Free"/>,
/// <see cref="Advance"/>, then <see cref="TryRead"/> until it says no. A fault is for good: the connection is lost.
/// Used by one connection's loop only.
/// </remarks>
internal sealed class RtspFramer
{
    /// <summary>Room for the largest frame or message, and as much again to receive into.</summary>
    private const int BufferSize = 128 * 1024;

    /// <summary>With less room than this the rest is moved to the front: a move a few hundred packets, and never a tiny receive.</summary>
    private const int LeastFree = 16 * 1024;

    private readonly byte[] _buffer = new byte[BufferSize];
    private int _start, _end, _scanned;
    private RtspMessage? _head;
    private int _bodyLength;

    /// <summary>Anything but None: nothing more can be read.</summary>
    public RtspFault Fault { get; private set; }

    /// <summary>Where to receive next; never empty. What <see cref="TryRead"/> gave is no longer valid after it.</summary>
    public Memory<byte> Free
    {
        get
        {
            if (_buffer.Length - _end < LeastFree || _start == _end)
            {
                _buffer.AsSpan(_start.._end).CopyTo(_buffer);
                (_scanned, _end, _start) = (Math.Max(0, _scanned - _start), _end - _start, 0);
            }
            return _buffer.AsMemory(_end);
        }
    }

    /// <summary>Says how many bytes were received into <see cref="Free"/>.</summary>
    public void Advance(int count)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThan(count, _buffer.Length - _end);
        ArgumentOutOfRangeException.ThrowIfNegative(count);
        _end += count;
    }

    /// <summary>The next frame or message.</summary>
    /// <returns>False when more bytes are needed, or <see cref="Fault"/> is set.</returns>
    public bool TryRead(out RtspFrame frame)
    {
        frame = default;
        if (Fault != RtspFault.None) return false;
        if (_head is null)
        {
            // some servers end a body or a message with an empty line too many
            while (_start < _end && _buffer[_start] is (byte)'\r' or (byte)'\n') _start++;
            if (_start == _end) return false;
            if (_buffer[_start] == (byte)'$') return TryReadInterleaved(out frame);
            if (!TryReadHead()) return false;
        }
        if (_end - _start < _bodyLength) return false;
        RtspMessage message = _head!;
        if (_bodyLength > 0) message.SetBody(_buffer.AsSpan(_start, _bodyLength));
        _start += _bodyLength;
        _head = null;
        frame = new RtspFrame(message);
        return true;
    }

    private bool TryReadInterleaved(out RtspFrame frame)
    {
        // '$' | channel 8 | length 16 | RTP or RTCP
        frame = default;
        if (_end - _start < 4) return false;
        int length = _buffer[_start + 2] << 8 | _buffer[_start + 3];
        if (_end - _start < 4 + length) return false;
        frame = new RtspFrame(_buffer[_start + 1], _buffer.AsSpan(_start + 4, length));
        _start += 4 + length;
        return true;
    }

    private bool TryReadHead()
    {
        // a message begins with "RTSP/" or a method: anything else is noticed at its first byte
        if (_buffer[_start] is not (>= (byte)'A' and <= (byte)'Z')) { Fault = RtspFault.NotRtsp; return false; }
        int headEnd = FindHeadEnd();
        if (headEnd < 0)
        {
            if (_end - _start > RtspLimits.MaxHeadSize) Fault = RtspFault.TooLong;
            return false;
        }
        if (!RtspMessage.TryParseHead(_buffer.AsSpan(_start..headEnd), out _head, out _bodyLength, out RtspFault fault))
        {
            Fault = fault;
            return false;
        }
        _start = headEnd;
        return true;
    }

    /// <summary>Where the empty line ends, or −1; goes on where the last search stopped.</summary>
    private int FindHeadEnd()
    {
        int from = Math.Max(_scanned, _start);
        while (true)
        {
            int lineEnd = _buffer.AsSpan(from.._end).IndexOf((byte)'\n');
            if (lineEnd < 0) { _scanned = _end; return -1; }
            lineEnd += from;
            ReadOnlySpan<byte> after = _buffer.AsSpan((lineEnd + 1).._end);
            if (after.StartsWith("\n"u8)) return lineEnd + 2;
            if (after.StartsWith("\r\n"u8)) return lineEnd + 3;
            if (after.IsEmpty || (after.Length == 1 && after[0] == (byte)'\r')) { _scanned = lineEnd; return -1; }
            from = lineEnd + 1;
        }
    }
}
