using Gb28181Edge.Cameras;
using Gb28181Edge.Protocol.Media;

namespace Gb28181Edge.Benchmarks;

/// <summary>A camera of 4 Mbit/s: H.264 at 25 frames a second with a key frame every 2 s, and G.711A.</summary>
internal sealed class SyntheticCamera : ICameraSource
{
    public const int FramesPerSecond = 25;
    public const int BytesPerSecond = 500_000;
    public const int GroupSize = 2 * FramesPerSecond;

    private const int KeySize = 100_000;
    private const int DeltaSize = (2 * BytesPerSecond - KeySize) / (GroupSize - 1);
    private const int FrameTicks = MediaTime.ClockRate / FramesPerSecond;

    private readonly byte[] _key = H264Frame(KeySize, isKey: true);
    private readonly byte[] _delta = H264Frame(DeltaSize, isKey: false);
    private readonly byte[] _audio = new byte[8000 / FramesPerSecond];
    private long _frames;

    public string Description => "synthetic camera";

    /// <summary>Pictures given so far.</summary>
    public long Frames => Volatile.Read(ref _frames);

    public async Task RunAsync(IAccessUnitSink sink, CancellationToken stop)
    {
        using var beat = new PeriodicTimer(TimeSpan.FromSeconds(1.0 / FramesPerSecond));
        while (await beat.WaitForNextTickAsync(stop)) WriteNext(sink);
    }

    /// <summary>Writes the next picture and its sound.</summary>
    public void WriteNext(IAccessUnitSink sink)
    {
        bool isKey = _frames % GroupSize == 0;
        var time = new MediaTime(MediaTime.ClockRate + _frames * FrameTicks);
        sink.Write(sink.Pool.Rent(isKey ? _key : _delta, Codec.H264, time, time, isKey));
        sink.Write(sink.Pool.Rent(_audio, Codec.G711A, time + FrameTicks / 2, time + FrameTicks / 2, true));
        Volatile.Write(ref _frames, _frames + 1);
    }

    /// <summary>The picture of a number, as it is in every group.</summary>
    public static byte[] Picture(long number) =>
        number % GroupSize == 0 ? H264Frame(KeySize, isKey: true) : H264Frame(DeltaSize, isKey: false);

    /// <summary>An access unit of the given size whose slice is noise without start codes.</summary>
    public static byte[] H264Frame(int size, bool isKey)
    {
        byte[] sets = isKey
            ? [
                0, 0, 0, 1, 0x67, 0x42, 0xC0, 0x0A, 0xD9, 0x04, 0x26, 0x84, 0x00, 0x00, 0x03, 0x00, 0x04, 0x00, 0x00, 0x03, 0x00, 0xC8, 0x3C, 0x48, 0x99, 0x20,
                0, 0, 0, 1, 0x68, 0xCB, 0x83, 0xCB, 0x20,
            ]
            : [];
        byte[] frame = new byte[size];
        new Random(28181).NextBytes(frame);
        for (int i = 0; i < frame.Length; i++) frame[i] |= 1;
        sets.CopyTo(frame, 0);
        ReadOnlySpan<byte> start = [0, 0, 0, 1, (byte)(isKey ? 0x65 : 0x41), 0x88];
        start.CopyTo(frame.AsSpan(sets.Length));
        return frame;
    }
}
