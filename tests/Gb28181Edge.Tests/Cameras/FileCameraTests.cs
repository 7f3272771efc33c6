using System.Runtime.InteropServices;
using Gb28181Edge.Cameras;
using Gb28181Edge.Protocol.Media;
using Gb28181Edge.Protocol.Media.ProgramStream;
using Gb28181Edge.Tests.Support;
using Microsoft.Extensions.Time.Testing;

namespace Gb28181Edge.Tests.Cameras;

public sealed partial class FileCameraTests : IDisposable
{
    private const int Frames = TestCamera.Frames;

    private readonly DirectoryInfo _directory = Directory.CreateTempSubdirectory("gb28181-edge-");
    private readonly FakeTimeProvider _time = new();
    private readonly CollectingSink _sink;

    public FileCameraTests() => _sink = new CollectingSink(_time);

    [Fact]
    public async Task File_without_loop_ends_with_its_last_picture()
    {
        string path = WriteClip("clip.h264");
        Task run = Start(path, loop: false, CancellationToken.None);
        await PlayUntilAsync(() => run.IsCompleted, "the end of the file");
        await run;
        Assert.Equal(Enumerable.Range(0, Frames).Select(i => i * 3600L), _sink.Units.Select(unit => unit.Dts.Ticks - _sink.Units[0].Dts.Ticks));
        Assert.Equal(Frames / 50, _sink.Units.Count(unit => unit.IsRandomAccess));
    }

    [Fact]
    public async Task No_picture_is_shown_before_its_time()
    {
        using var stop = new CancellationTokenSource();
        long began = _time.GetTimestamp();                                 // the first picture itself may be late
        Task run = Start(WriteClip("clip.h264"), loop: true, stop.Token);
        await PlayUntilAsync(() => _sink.Video >= Frames + 100, "a round and more");
        await EndAsync(run, stop);
        CollectingSink.Unit first = _sink.Units[0];
        Assert.All(_sink.Units, unit => Assert.True(
            _time.GetElapsedTime(began, unit.At) > new MediaTime(unit.Dts - first.Dts).ToTimeSpan() - TimeSpan.FromMilliseconds(1)));
    }

    [Fact]
    public async Task File_with_loop_goes_on_with_continuous_times()
    {
        using var stop = new CancellationTokenSource();
        Task run = Start(WriteClip("clip.h264"), loop: true, stop.Token);
        await PlayUntilAsync(() => _sink.Video >= 2 * Frames + 20, "two rounds");
        await EndAsync(run, stop);
        long[] times = [.. _sink.Units.Select(unit => unit.Dts.Ticks)];
        Assert.All(times.Zip(times.Skip(1)), pair => Assert.Equal(3600, pair.Second - pair.First));
        Assert.Equal(_sink.Units[5].Bytes, _sink.Units[5 + Frames].Bytes);
    }

    [Fact]
    public async Task Program_stream_with_sound_loops_with_continuous_times()
    {
        using var stop = new CancellationTokenSource();
        Task run = Start(WriteProgramStream("clip.ps"), loop: true, stop.Token);
        await PlayUntilAsync(() => _sink.Video >= 2 * Frames + 20, "two rounds");
        await EndAsync(run, stop);
        CollectingSink.Unit[] units = _sink.Units;
        long[] video = [.. units.Where(unit => unit.Codec == Codec.H264).Select(unit => unit.Dts.Ticks)];
        long[] audio = [.. units.Where(unit => unit.Codec == Codec.G711A).Select(unit => unit.Dts.Ticks)];
        Assert.True(video.Length > 2 * Frames && audio.Length > 2 * Frames);
        Assert.All(video.Zip(video.Skip(1)), pair => Assert.Equal(3600, pair.Second - pair.First));
        Assert.All(audio.Zip(audio.Skip(1)), pair => Assert.InRange(pair.Second - pair.First, 3500, 3700));
    }

    [Theory]
    [InlineData("nothing.h264", "there is no such file")]
    [InlineData("clip.mp4", "its ending is none of .h264, .h265, .ts, .ps")]
    [InlineData("no/directory/clip.ts", "there is no such file")]
    public async Task File_that_cannot_be_played_is_named(string name, string reason)
    {
        string path = Path.Combine(_directory.FullName, name);
        CameraException e = await Assert.ThrowsAsync<CameraException>(() => Start(path, loop: true, CancellationToken.None));
        Assert.Equal($"{path}: {reason}", e.Message);
    }

    [Theory] // opening a pipe that nobody writes to would wait without end
    [InlineData("pipe.ts")]
    [InlineData("device.h264")]
    [InlineData("directory.ps")]
    public async Task What_is_no_regular_file_is_refused_at_once(string name)
    {
        string path = Path.Combine(_directory.FullName, name);
        if (name == "pipe.ts") Assert.Equal(0, MakePipe(path, 0x180));
        else if (name == "device.h264") File.CreateSymbolicLink(path, "/dev/zero");
        else Directory.CreateDirectory(path);
        Task run = Start(path, loop: true, CancellationToken.None);
        await Eventually.TrueAsync(() => run.IsCompleted, "it is refused");
        CameraException e = await Assert.ThrowsAsync<CameraException>(() => run);
        Assert.Equal($"{path}: is not a regular file", e.Message);
    }

    [Theory]
    [InlineData("empty.h264", 0)]
    [InlineData("noise.ts", 5000)]
    [InlineData("noise.ps", 5000)]
    [InlineData("noise.h265", 5000)]
    public async Task File_without_video_is_an_error_and_not_an_endless_loop(string name, int size)
    {
        string path = Path.Combine(_directory.FullName, name);
        byte[] noise = new byte[size];
        new Random(1).NextBytes(noise);
        await File.WriteAllBytesAsync(path, noise, TestContext.Current.CancellationToken);
        CameraException e = await Assert.ThrowsAsync<CameraException>(() => Start(path, loop: true, CancellationToken.None));
        Assert.Contains("there is no H.264 or H.265 video in it", e.Message);
    }

    public void Dispose() => _directory.Delete(recursive: true);

    [LibraryImport("libc", EntryPoint = "mkfifo", StringMarshalling = StringMarshalling.Utf8)]
    private static partial int MakePipe(string path, uint mode);

    private Task Start(string path, bool loop, CancellationToken stop) =>
        Task.Run(() => new FileCamera(path, loop, _time).RunAsync(_sink, stop), TestContext.Current.CancellationToken);

    private Task PlayUntilAsync(Func<bool> condition, string what) => Eventually.TrueAsync(() =>
    {
        if (condition()) return true;
        // a second each time: the pictures of that second are given at once, none earlier
        _time.Advance(TimeSpan.FromSeconds(1));
        return false;
    }, what, TimeSpan.FromSeconds(60));

    private static async Task EndAsync(Task run, CancellationTokenSource stop)
    {
        await stop.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => run);
    }

    /// <summary>The test pattern with its sound, as this program sends it.</summary>
    private string WriteProgramStream(string name)
    {
        string path = Path.Combine(_directory.FullName, name);
        using Stream clip = typeof(TestCamera).Assembly.GetManifestResourceStream("test-pattern.h264")!;
        byte[] bytes = new byte[clip.Length];
        clip.ReadExactly(bytes);
        var units = new CollectingSink();
        var assembler = new AccessUnitAssembler(Codec.H264, units, AccessUnitTiming.Fixed);
        assembler.Push(bytes);
        assembler.Flush();
        var muxer = new PsMuxer(Codec.H264, Codec.G711A);
        using FileStream file = File.Create(path);
        foreach (CollectingSink.Unit unit in units.Units)
        {
            Write(units.Pool.Rent(unit.Bytes, unit.Codec, unit.Pts, unit.Dts, unit.IsRandomAccess));
            Write(units.Pool.Rent(new byte[TestCamera.AudioBytes], Codec.G711A, unit.Pts, unit.Dts, isRandomAccess: true));
        }
        return path;

        void Write(AccessUnit unit)
        {
            using AccessUnit held = unit;
            PsPack pack = muxer.Prepare(held);
            byte[] packed = new byte[pack.Size];
            muxer.Write(held, pack, packed);
            file.Write(packed);
        }
    }

    private string WriteClip(string name)
    {
        string path = Path.Combine(_directory.FullName, name);
        using Stream clip = typeof(TestCamera).Assembly.GetManifestResourceStream("test-pattern.h264")!;
        using FileStream file = File.Create(path);
        clip.CopyTo(file);
        return path;
    }
}
