using Gb28181Edge.Protocol.Media;

namespace Gb28181Edge.Cameras;

/// <summary>The built-in test pattern with sound: ten seconds, looped, its timestamps going on. Needs no hardware and no file.</summary>
/// <remarks>640×360, 25 frames a second, H.264 baseline with an IDR every 2 s; G.711 A. See README.md here for how the clip was made.</remarks>
internal sealed class TestCamera(TimeProvider time) : ICameraSource
{
    /// <summary>Pictures in the clip.</summary>
    public const int Frames = 250;

    /// <summary>90 kHz ticks from one picture to the next.</summary>
    public const int FrameTicks = MediaTime.ClockRate / 25;

    /// <summary>Sound that goes with one picture: 40 ms.</summary>
    public const int AudioBytes = 320;

    private const string VideoResource = "test-pattern.h264", AudioResource = "test-pattern.g711a";

    /// <summary>Further behind than this, as after a suspended process, time is not made up for.</summary>
    private const int MostFramesBehind = 25;

    public string Description => "the test pattern";

    public async Task RunAsync(IAccessUnitSink sink, CancellationToken stop)
    {
        using Stream video = Open(VideoResource), audio = Open(AudioResource);
        List<Picture> pictures = Index(video);
        byte[] buffer = new byte[Math.Max(AudioBytes, pictures.Max(picture => picture.Length))];
        using var pacer = new FramePacer(time);
        long skipped = 0;
        sink.Expect(Codec.G711A);
        for (long frame = 0; ; frame++)
        {
            await pacer.UntilAsync(Due(frame + skipped), stop);
            long behind = (pacer.Elapsed - Due(frame + skipped)).Ticks / Due(1).Ticks;
            if (behind > MostFramesBehind) skipped += behind;
            int place = (int)(frame % Frames);
            var pts = new MediaTime(frame * FrameTicks);
            Picture picture = pictures[place];
            video.Position = picture.Offset;
            video.ReadExactly(buffer.AsSpan(0, picture.Length));
            sink.Write(sink.Pool.Rent(buffer.AsSpan(0, picture.Length), Codec.H264, pts, pts, picture.IsRandomAccess));
            audio.Position = (long)place * AudioBytes;
            audio.ReadExactly(buffer.AsSpan(0, AudioBytes));
            sink.Write(sink.Pool.Rent(buffer.AsSpan(0, AudioBytes), Codec.G711A, pts, pts, isRandomAccess: true));
        }
    }

    private static TimeSpan Due(long frame) => new MediaTime(frame * FrameTicks).ToTimeSpan();

    private static Stream Open(string name) =>
        typeof(TestCamera).Assembly.GetManifestResourceStream(name) ?? throw new InvalidOperationException($"the program lacks its resource {name}");

    /// <summary>Where each picture of the clip lies: they follow each other without a gap.</summary>
    private static List<Picture> Index(Stream video)
    {
        var index = new PictureIndex();
        var assembler = new AccessUnitAssembler(Codec.H264, index, AccessUnitTiming.Fixed, FrameTicks);
        byte[] piece = new byte[32 * 1024];
        for (int read; (read = video.Read(piece)) > 0;) assembler.Push(piece.AsSpan(0, read));
        assembler.Flush();
        return index.Pictures;
    }

    private readonly record struct Picture(int Offset, int Length, bool IsRandomAccess);

    private sealed class PictureIndex : IAccessUnitSink
    {
        private int _offset;

        public List<Picture> Pictures { get; } = new(Frames);

        public AccessUnitPool Pool { get; } = new();

        public void Write(AccessUnit unit)
        {
            Pictures.Add(new Picture(_offset, unit.Bytes.Length, unit.IsRandomAccess));
            _offset += unit.Bytes.Length;
            unit.Dispose();
        }
    }
}
