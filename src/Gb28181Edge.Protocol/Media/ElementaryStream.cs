namespace Gb28181Edge.Protocol.Media;

/// <summary>Makes access units of one elementary stream's PES payloads, whatever the container. ISO/IEC 13818-1 §2.4.3.7.</summary>
/// <remarks>Bounded by <see cref="AccessUnitAssembler.MaximumUnitSize"/> for pictures and 64 KiB for sound. Driven by one demultiplexer.</remarks>
internal sealed class ElementaryStream
{
    private const int MaximumAudio = 64 * 1024;

    private readonly IAccessUnitSink _sink;
    private readonly AccessUnitAssembler? _video;
    private byte[] _audio = [];
    private int _audioLength;
    private MediaTime _audioTime;

    public ElementaryStream(Codec codec, IAccessUnitSink sink)
    {
        Codec = codec;
        _sink = sink;
        sink.Expect(codec);
        if (codec.IsVideo()) _video = new AccessUnitAssembler(codec, sink, AccessUnitTiming.Fixed);
    }

    public Codec Codec { get; }

    /// <summary>A PES packet begins.</summary>
    /// <param name="pts">Null when it has none: it continues what came before.</param>
    /// <param name="dts">Null when it has none or equals <paramref name="pts"/>.</param>
    public void Begin(MediaTime? pts, MediaTime? dts)
    {
        if (pts is not { } time) return;
        if (_video is not null)
        {
            _video.Stamp(time, dts ?? time);
            return;
        }
        End();
        // a frame cut by the packet's end belongs to the time before
        if (_audioLength == 0) _audioTime = time;
    }

    public void Append(ReadOnlySpan<byte> payload)
    {
        if (_video is not null)
        {
            _video.Push(payload);
            return;
        }
        if (_audioLength + payload.Length > MaximumAudio) _audioLength = 0;
        if (payload.Length > MaximumAudio) return;
        if (_audioLength + payload.Length > _audio.Length) Array.Resize(ref _audio, Math.Max(4096, 2 * (_audioLength + payload.Length)));
        payload.CopyTo(_audio.AsSpan(_audioLength));
        _audioLength += payload.Length;
    }

    /// <summary>The PES packet is complete: sound goes out now. Pictures go out when the next begins, or by <see cref="Flush"/>.</summary>
    public void End()
    {
        if (_video is not null || _audioLength == 0) return;
        if (Codec == Codec.Aac) EmitAac();
        else EmitAudio(_audioLength, G711.Duration(_audioLength));
    }

    /// <summary>Everything that is held is complete.</summary>
    public void Flush()
    {
        End();
        _video?.Flush();
    }

    /// <summary>Drops what is held, as after a loss.</summary>
    public void Discard()
    {
        _audioLength = 0;
        _video?.Discard();
    }

    private void EmitAac()
    {
        while (_audioLength >= Aac.HeaderSize)
        {
            if (!Aac.TryParseHeader(_audio.AsSpan(0, _audioLength), out AdtsHeader header))
            {
                int sync = _audio.AsSpan(1, _audioLength - 1).IndexOf((byte)0xFF);
                RemoveAudio(sync < 0 ? _audioLength : sync + 1);
                continue;
            }
            if (_audioLength < header.FrameSize) return;
            EmitAudio(header.FrameSize, header.Duration);
        }
    }

    private void EmitAudio(int size, long duration)
    {
        _sink.Write(_sink.Pool.Rent(_audio.AsSpan(0, size), Codec, _audioTime, _audioTime, isRandomAccess: true));
        _audioTime += duration;
        RemoveAudio(size);
    }

    private void RemoveAudio(int count)
    {
        _audio.AsSpan(count, _audioLength - count).CopyTo(_audio);
        _audioLength -= count;
    }
}
