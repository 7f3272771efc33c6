namespace Gb28181Edge.Protocol.Media.Rtp;

/// <summary>
/// Puts the NAL units of H.264 or H.265 packets together to access units: bounds by marker and timestamp, and what loss does.
/// RFC 6184 §5.1, RFC 7798 §4.1.
/// </summary>
/// <remarks>
/// A unit with a hole is dropped. Unless it was one that no other refers to, everything after it is dropped too, up to the next random
/// access point. Driven by one depacketizer.
/// </remarks>
internal sealed class RtpAccessUnitBuilder(Codec codec, IRtpUnitSink sink)
{
    /// <summary>No camera's key frame is larger: what grows beyond it is damaged.</summary>
    public const int MaxUnitSize = 4 * 1024 * 1024;

    private byte[] _buffer = new byte[64 * 1024];
    private int _length;
    private uint _timestamp;
    private bool _isOpen, _isDamaged, _hasVcl, _hasFirstSlice, _isRandomAccess, _isReferred;
    private bool _waitsForRandomAccess;
    private int _fragmentStart = -1;

    private uint? _closedByMarker;
    private bool _markerIsUnreliable;

    /// <summary>Units that were begun and not handed on.</summary>
    public long Dropped { get; private set; }

    /// <summary>Call before the NAL units of a packet.</summary>
    /// <param name="timestamp">The packet's.</param>
    /// <param name="afterGap">Packets are missing before it.</param>
    public void BeginPacket(uint timestamp, bool afterGap)
    {
        if (afterGap)
        {
            if (!_isOpen || timestamp != _timestamp)
            {
                // what is missing may be the end of this unit, the beginning of the next, or whole units between
                if (_isOpen) _isDamaged = true;
                if (_isOpen) Close();
                _waitsForRandomAccess = true;
            }
            else
            {
                _isDamaged = true;
            }
            AbandonFragment();
        }
        MoveTo(timestamp);
    }

    /// <summary>Call after the NAL units of a packet.</summary>
    public void EndPacket(bool marker)
    {
        // some cameras set the marker on parameter sets as well: a unit has a picture
        if (!marker || !_isOpen || _markerIsUnreliable || (!_hasVcl && _fragmentStart < 0 && !_isDamaged)) return;
        _closedByMarker = _timestamp;
        Close();
    }

    /// <summary>The packet is not laid out as it should be: the unit that it belongs to has a hole.</summary>
    public void Damage()
    {
        _isOpen = true;
        _isDamaged = true;
        AbandonFragment();
    }

    /// <summary>Adds a whole NAL unit.</summary>
    /// <param name="nal">At least the NAL header.</param>
    /// <param name="timestamp">The packet's, or in an MTAP the NAL unit's own.</param>
    public void AddNal(ReadOnlySpan<byte> nal, uint timestamp)
    {
        EndFragment();
        MoveTo(timestamp);
        int start = _length;
        if (!TryAppend([0, 0, 0, 1]) || !TryAppend(nal)) return;
        OnNal(start);
    }

    /// <summary>Begins a NAL unit that comes in fragments.</summary>
    /// <param name="header">The NAL header as it was before the fragmentation.</param>
    public void BeginFragment(ReadOnlySpan<byte> header)
    {
        EndFragment();                                       // some cameras never mark the last fragment
        _fragmentStart = _length;
        if (!TryAppend([0, 0, 0, 1]) || !TryAppend(header)) AbandonFragment();
    }

    /// <summary>Adds a fragment's bytes; without a beginning the unit has a hole.</summary>
    public void AddFragment(ReadOnlySpan<byte> bytes)
    {
        if (_fragmentStart < 0) { _isDamaged = true; return; }
        if (!TryAppend(bytes)) AbandonFragment();
    }

    /// <summary>The NAL unit in fragments is whole.</summary>
    public void EndFragment()
    {
        if (_fragmentStart < 0) return;
        int start = _fragmentStart;
        _fragmentStart = -1;
        OnNal(start);
    }

    private void MoveTo(uint timestamp)
    {
        if (!_isOpen) { (_isOpen, _timestamp) = (true, timestamp); return; }
        if (timestamp == _timestamp) return;
        EndFragment();
        // parameter sets with a time of their own belong to the picture after them
        if (_hasVcl || _isDamaged) Close();
        (_isOpen, _timestamp) = (true, timestamp);
    }

    private void OnNal(int start)
    {
        const int CodeSize = 4;
        ReadOnlySpan<byte> nal = _buffer.AsSpan(start + CodeSize, _length - start - CodeSize);
        int type = codec == Codec.H264 ? H264.NalType(nal) : H265.NalType(nal);
        const int H264Filler = 12, H265Filler = 38;
        if (type == (codec == Codec.H264 ? H264Filler : H265Filler)) { _length = start; return; }    // only there to fill the line
        if (!(codec == Codec.H264 ? H264.IsVcl(type) : H265.IsVcl(type))) return;
        bool isFirst = codec == Codec.H264 ? H264.IsFirstSlice(nal) : H265.IsFirstSlice(nal);
        // the marker came between the slices of one picture: from now on only the timestamp counts
        if (!isFirst && !_hasFirstSlice && _closedByMarker == _timestamp) _markerIsUnreliable = true;
        _hasVcl = true;
        _hasFirstSlice |= isFirst;
        _isRandomAccess |= codec == Codec.H264 ? type == H264.Idr : H265.IsIrap(type);
        _isReferred |= codec == Codec.H264 ? (nal[0] & 0x60) != 0 : !IsSubLayerNonReference(type);
    }

    // ITU-T H.265 table 7-1: the even types below 16
    private static bool IsSubLayerNonReference(int type) => type < 16 && type % 2 == 0;

    private void Close()
    {
        EndFragment();
        if (_hasVcl || _isDamaged)
        {
            bool isWhole = !_isDamaged && _hasFirstSlice;
            if (!isWhole && (_isReferred || !_hasVcl)) _waitsForRandomAccess = true;
            if (isWhole && (_isRandomAccess || !_waitsForRandomAccess))
            {
                _waitsForRandomAccess = false;
                sink.OnUnit(_buffer.AsSpan(0, _length), _timestamp, _isRandomAccess);
            }
            else
            {
                Dropped++;
            }
        }
        (_length, _isOpen, _isDamaged, _hasVcl, _hasFirstSlice, _isRandomAccess, _isReferred) = (0, false, false, false, false, false, false);
    }

    private void AbandonFragment()
    {
        if (_fragmentStart < 0) return;
        (_length, _fragmentStart, _isDamaged) = (_fragmentStart, -1, true);
    }

    private bool TryAppend(ReadOnlySpan<byte> bytes)
    {
        if (_length + bytes.Length > MaxUnitSize) { _isDamaged = true; return false; }
        if (_length + bytes.Length > _buffer.Length) Array.Resize(ref _buffer, Math.Min(MaxUnitSize, Math.Max(2 * _buffer.Length, _length + bytes.Length)));
        bytes.CopyTo(_buffer.AsSpan(_length));
        _length += bytes.Length;
        return true;
    }
}
