using Gb28181Edge.Protocol.Wire;

namespace Gb28181Edge.Protocol.Media.ProgramStream;

/// <summary>What <see cref="PsMuxer.Prepare"/> found out about the pack of one access unit.</summary>
/// <param name="Size">Exact bytes of the pack; 0 when there is nothing to send (parameter sets alone, which are kept).</param>
/// <param name="Pts">The repaired presentation time.</param>
/// <param name="Dts">The repaired decoding time.</param>
/// <param name="RtpTimestamp">For every RTP packet of this pack; differs from that of the pack before. RFC 3550 §5.1.</param>
/// <param name="IsRandomAccess">A receiver can begin with this pack.</param>
/// <param name="IsVideo">Picture, not sound.</param>
internal readonly record struct PsPack(int Size, MediaTime Pts, MediaTime Dts, uint RtpTimestamp, bool IsRandomAccess, bool IsVideo)
{
    internal bool HasMap { get; init; }
    internal int PrefixSize { get; init; }
    internal int ParameterSetSize { get; init; }
    internal int PayloadSize { get; init; }
}

/// <summary>
/// Makes one pack of a program stream of each access unit: pack header, system header and map before a random access point,
/// PES packets. ISO/IEC 13818-1 §2.5, GB/T 28181-2016 annex C.1.
/// </summary>
/// <remarks>
/// One a camera, driven by one loop: <see cref="Prepare"/> each unit once and in order, then <see cref="Write"/> it into
/// <see cref="PsPack.Size"/> bytes. Audio has packs of its own with its own time. Nothing is allocated for a unit.
/// </remarks>
internal sealed class PsMuxer
{
    /// <summary>What common encoders write, units of 50 bytes/s. Receivers do not pace by it.</summary>
    public const uint DefaultMuxRate = 6106;

    public const uint DefaultRateBound = 26234;

    /// <summary>How far the system clock runs before decoding: one frame at 25 a second.</summary>
    private const long ScrLead = 3600;

    /// <summary>Sound without pictures has no key frames: its map is repeated after so many packs.</summary>
    private const int AudioMapInterval = 30;

    private readonly TimestampRepair _times = new();
    private readonly ParameterSetStore _parameterSets = new();
    private Codec? _video;
    private Codec? _audio;
    private int _mapVersion;
    private bool _mapIsNew = true;
    private int _packsSinceMap;
    private uint? _lastRtpTimestamp;

    /// <param name="video">The codec of the pictures, when it is known before the first; null: found out.</param>
    /// <param name="audio">The codec of the sound, when it is known before the first; null: found out.</param>
    public PsMuxer(Codec? video = null, Codec? audio = null) => (_video, _audio) = (video, audio);

    /// <summary>The parameter sets seen; one that the source announces elsewhere (an SDP) may be put in.</summary>
    public ParameterSetStore ParameterSets => _parameterSets;

    /// <summary>Timestamp jumps healed so far.</summary>
    public long TimestampJumps => _times.Jumps;

    /// <summary>A stream that the map names from now on, although no unit of it has come yet.</summary>
    public void Expect(Codec codec) => NoteCodec(codec, codec.IsVideo());

    /// <summary>The source begins anew: its times go on where they ended.</summary>
    public void Restart() => _times.Restart();

    /// <summary>Takes the next unit in: repairs its time, keeps its parameter sets, and lays its pack out.</summary>
    public PsPack Prepare(AccessUnit unit)
    {
        bool isVideo = unit.Codec.IsVideo();
        AccessUnitLayout layout = default;
        if (isVideo)
        {
            layout = _parameterSets.Observe(unit.Bytes.Span, unit.Codec);
            if (layout.HasParameterSets && !layout.HasSlices) return default(PsPack) with { IsVideo = true };
        }
        NoteCodec(unit.Codec, isVideo);
        (MediaTime pts, MediaTime dts) = _times.Repair(unit.Codec, unit.Pts, unit.Dts);

        bool isRandomAccess = isVideo ? unit.IsRandomAccess : _video is null;
        bool hasMap = _mapIsNew || (isVideo ? isRandomAccess : isRandomAccess && _packsSinceMap >= AudioMapInterval);
        int sets = isVideo && isRandomAccess && !layout.HasAllParameterSets ? _parameterSets.Bytes.Length : 0;
        int payload = unit.Bytes.Length + sets;
        int size = PackHeader.Size + PesSize(payload, pts != dts);
        if (hasMap) size += SystemHeader.Size(_video is not null, _audio is not null) + ProgramStreamMap.Size(_video, _audio);
        _packsSinceMap = hasMap ? 1 : _packsSinceMap + 1;
        _mapIsNew = false;

        return new PsPack(size, pts, dts, NextRtpTimestamp(pts), isRandomAccess, isVideo)
        {
            HasMap = hasMap,
            PrefixSize = sets == 0 ? 0 : layout.PrefixSize,
            ParameterSetSize = sets,
            PayloadSize = payload,
        };
    }

    /// <summary>Writes the pack that was prepared last.</summary>
    /// <param name="unit">The unit that <paramref name="pack"/> was prepared from.</param>
    /// <param name="pack">What <see cref="Prepare"/> gave for it; not of size 0.</param>
    /// <param name="destination">At least <see cref="PsPack.Size"/> bytes.</param>
    public void Write(AccessUnit unit, in PsPack pack, Span<byte> destination)
    {
        ArgumentOutOfRangeException.ThrowIfZero(pack.Size);
        WireWriter writer = new(destination[..pack.Size]);
        PackHeader.Write(ref writer, new MediaTime(pack.Dts.Ticks - ScrLead), DefaultMuxRate);
        if (pack.HasMap)
        {
            SystemHeader.Write(ref writer, DefaultRateBound, _video is not null, _audio is not null);
            ProgramStreamMap.Write(ref writer, _mapVersion, _video, _audio);
        }
        WritePes(ref writer, unit, pack);
    }

    private void NoteCodec(Codec codec, bool isVideo)
    {
        ref Codec? known = ref isVideo ? ref _video : ref _audio;
        if (known == codec) return;
        known = codec;
        // before the first map nothing has been said that could have changed
        if (!_mapIsNew) _mapVersion = _mapVersion + 1 & 0x1F;
        _mapIsNew = true;
    }

    // frames with one timestamp are one frame to a receiver, so sound never shares that of the picture before it
    private uint NextRtpTimestamp(MediaTime pts)
    {
        uint timestamp = pts.RtpTimestamp;
        if (timestamp == _lastRtpTimestamp) timestamp++;
        _lastRtpTimestamp = timestamp;
        return timestamp;
    }

    private static int PesSize(int payload, bool hasDts)
    {
        int continuations = (payload - 1) / PesHeader.MaximumPayload;
        return PesHeader.Size(hasDts) + payload + continuations * PesHeader.ContinuationSize;
    }

    private void WritePes(ref WireWriter writer, AccessUnit unit, in PsPack pack)
    {
        byte streamId = pack.IsVideo ? StreamId.Video : StreamId.Audio;
        // the payload is three runs: [delimiter][kept parameter sets][rest], cut into packets without regard to their joints
        ReadOnlySpan<byte> bytes = unit.Bytes.Span;
        ReadOnlySpan<byte> sets = pack.ParameterSetSize > 0 ? _parameterSets.Bytes : [];
        PayloadRuns runs = new(bytes[..pack.PrefixSize], sets, bytes[pack.PrefixSize..]);
        int left = pack.PayloadSize;
        for (bool first = true; left > 0; first = false)
        {
            int take = Math.Min(left, PesHeader.MaximumPayload);
            if (first) PesHeader.Write(ref writer, streamId, take, pack.IsVideo && pack.IsRandomAccess, pack.Pts, pack.Dts);
            else PesHeader.WriteContinuation(ref writer, streamId, take);
            runs.CopyTo(ref writer, take);
            left -= take;
        }
    }

    private ref struct PayloadRuns(ReadOnlySpan<byte> first, ReadOnlySpan<byte> second, ReadOnlySpan<byte> third)
    {
        private ReadOnlySpan<byte> _first = first;
        private ReadOnlySpan<byte> _second = second;
        private ReadOnlySpan<byte> _third = third;

        public void CopyTo(ref WireWriter writer, int count)
        {
            Take(ref _first, ref writer, ref count);
            Take(ref _second, ref writer, ref count);
            Take(ref _third, ref writer, ref count);
        }

        private static void Take(ref ReadOnlySpan<byte> run, ref WireWriter writer, ref int count)
        {
            int take = Math.Min(run.Length, count);
            writer.Bytes(run[..take]);
            run = run[take..];
            count -= take;
        }
    }
}
