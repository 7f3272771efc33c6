namespace Gb28181Edge.Protocol.Media;

/// <summary>Where the times of a bare byte stream come from.</summary>
internal enum AccessUnitTiming
{
    /// <summary>One frame duration after the other: by the stream's own timing information, or the given default. For files.</summary>
    Fixed,
    /// <summary>The time at which a unit began to arrive. For live streams.</summary>
    Arrival,
}

/// <summary>Cuts an H.264 or H.265 byte stream, in pieces of any size, into access units. ITU-T H.264 §7.4.1.2.3 and annex B, H.265 §7.4.2.4.4.</summary>
/// <remarks>
/// A unit is known to be complete when the next one begins, so it comes out one picture late unless <see cref="Flush"/> says that it is
/// complete. Bytes are copied once. Bounded: a unit of more than <see cref="MaximumUnitSize"/> is dropped and counted. Driven by one loop.
/// </remarks>
/// <param name="codec">A video codec.</param>
/// <param name="sink">Where the units go.</param>
/// <param name="timing">For units without a stamp.</param>
/// <param name="frameDuration">90 kHz ticks from one picture to the next where the stream does not say.</param>
internal sealed class AccessUnitAssembler(Codec codec, IAccessUnitSink sink, AccessUnitTiming timing, long frameDuration = 3600)
{
    public const int MaximumUnitSize = 4 << 20;

    /// <summary>Bytes behind a start code that tell what its NAL unit is: the header and the first slice flag.</summary>
    private const int NalPreview = 3;
    private const int MaximumStamps = 8;

    private readonly bool _isH264 = codec == Codec.H264;
    private readonly (long Position, MediaTime Pts, MediaTime Dts)[] _stamps = new (long, MediaTime, MediaTime)[MaximumStamps];
    private int _stampCount;
    private byte[] _buffer = new byte[64 * 1024];
    private int _start;
    private int _end;
    private int _scan;
    private long _bufferPosition;
    private bool _isOpen;
    private bool _hasSlices;
    private bool _isRandomAccess;
    private MediaTime _pts;
    private MediaTime _dts;
    private MediaTime _arrival;
    private MediaTime _next;
    private long _duration = frameDuration;

    /// <summary>Units dropped because they were too large.</summary>
    public long UnitsDropped { get; private set; }

    /// <summary>The pictures' format by the newest SPS that could be read; null before it.</summary>
    public VideoFormat? Format { get; private set; }

    /// <summary>Gives the time of the first unit that begins in the bytes pushed next. ISO/IEC 13818-1 §2.4.3.7.</summary>
    public void Stamp(MediaTime pts, MediaTime dts)
    {
        if (_stampCount == MaximumStamps) RemoveStamps(1);
        _stamps[_stampCount++] = (_bufferPosition + _end, pts, dts);
    }

    /// <param name="bytes">The next bytes of the stream.</param>
    /// <param name="arrival">Now, for <see cref="AccessUnitTiming.Arrival"/>.</param>
    public void Push(ReadOnlySpan<byte> bytes, MediaTime arrival = default)
    {
        _arrival = arrival;
        while (!bytes.IsEmpty)
        {
            // in bounded steps, so that one large file is not one large buffer
            ReadOnlySpan<byte> piece = bytes[..Math.Min(bytes.Length, 256 * 1024)];
            bytes = bytes[piece.Length..];
            Append(piece);
            Scan(isComplete: false);
            if (_end - _start > MaximumUnitSize)
            {
                UnitsDropped++;
                Discard();
            }
        }
    }

    /// <summary>What is held is complete: hands it over when there is a picture in it.</summary>
    public void Flush()
    {
        Scan(isComplete: true);
        if (_isOpen && _hasSlices) Emit(_end);
        Discard();
    }

    /// <summary>Drops what is held, as after a loss.</summary>
    public void Discard()
    {
        _bufferPosition += _end;
        (_start, _end, _scan) = (0, 0, 0);
        _isOpen = false;
    }

    private void Append(ReadOnlySpan<byte> piece)
    {
        if (_start > 0)
        {
            _buffer.AsSpan(_start.._end).CopyTo(_buffer);
            _bufferPosition += _start;
            _scan -= _start;
            (_start, _end) = (0, _end - _start);
        }
        if (_end + piece.Length > _buffer.Length) Array.Resize(ref _buffer, Math.Max(2 * _buffer.Length, _end + piece.Length));
        piece.CopyTo(_buffer.AsSpan(_end));
        _end += piece.Length;
    }

    private void Scan(bool isComplete)
    {
        while (true)
        {
            int code = NalScanner.FindStartCode(_buffer.AsSpan(0, _end), _scan);
            if (code < 0)
            {
                _scan = Math.Max(_scan, _end - 2);
                if (!_isOpen) _start = Math.Max(_start, _end - 3);
                return;
            }
            if (_end < code + 3 + NalPreview && (!isComplete || _end == code + 3))
            {
                _scan = code;
                return;
            }
            Meet(code);
            _scan = code + 3;
        }
    }

    private void Meet(int code)
    {
        ReadOnlySpan<byte> nal = _buffer.AsSpan(code + 3, Math.Min(NalPreview, _end - code - 3));
        int type = _isH264 ? H264.NalType(nal) : H265.NalType(nal);
        bool isSlice = _isH264 ? H264.IsVcl(type) : H265.IsVcl(type);
        bool begins = _isH264 ? H264.BeginsAccessUnit(type) || H264.IsFirstSlice(nal) : H265.BeginsAccessUnit(type) || H265.IsFirstSlice(nal);
        if (begins && (!_isOpen || _hasSlices))
        {
            int begin = code > _start && _buffer[code - 1] == 0 ? code - 1 : code;
            if (_isOpen) Emit(begin);
            _start = begin;
            Begin(_bufferPosition + code);
        }
        if (!isSlice || !_isOpen) return;
        _hasSlices = true;
        _isRandomAccess |= _isH264 ? type == H264.Idr : H265.IsIrap(type);
    }

    private void Begin(long position)
    {
        (_isOpen, _hasSlices, _isRandomAccess) = (true, false, false);
        int stamp = _stampCount - 1;
        while (stamp >= 0 && _stamps[stamp].Position > position) stamp--;
        if (stamp >= 0)
        {
            (_, _pts, _dts) = _stamps[stamp];
            RemoveStamps(stamp + 1);
        }
        else
        {
            _pts = _dts = timing == AccessUnitTiming.Arrival ? _arrival : _next;
        }
    }

    private void RemoveStamps(int count)
    {
        _stamps.AsSpan(count, _stampCount - count).CopyTo(_stamps);
        _stampCount -= count;
    }

    private void Emit(int end)
    {
        ReadOnlySpan<byte> unit = _buffer.AsSpan(_start, end - _start);
        ReadTiming(unit);
        _next = _dts + _duration;
        sink.Write(sink.Pool.Rent(unit, codec, _pts, _dts, _isRandomAccess));
    }

    private void ReadTiming(ReadOnlySpan<byte> unit)
    {
        foreach (NalUnit nal in new NalScanner(unit))
        {
            int type = _isH264 ? H264.NalType(nal.Bytes) : H265.NalType(nal.Bytes);
            if (_isH264 ? H264.IsVcl(type) : H265.IsVcl(type)) return;
            if (!_isH264 && H265.VpsFrameDuration(nal.Bytes) is { } ofVps) _duration = ofVps;
            if (_isH264 ? !H264.TryParseSps(nal.Bytes, out VideoFormat format) : !H265.TryParseSps(nal.Bytes, out format)) continue;
            Format = format;
            if (format.FrameDuration is { } ofSps) _duration = ofSps;
        }
    }
}
