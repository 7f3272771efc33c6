using System.Runtime.InteropServices;
using Gb28181Edge.Protocol.Media;
using Gb28181Edge.Protocol.Media.ProgramStream;
using Gb28181Edge.Protocol.Media.TransportStream;

namespace Gb28181Edge.Cameras;

/// <summary>A recording, played at its own pace: <c>.h264</c>, <c>.h265</c>, <c>.ts</c> or <c>.ps</c> by its ending.</summary>
/// <param name="path">Of the file.</param>
/// <param name="loop">True: begins again at its end, its timestamps going on. False: <see cref="RunAsync"/> returns at its end.</param>
/// <param name="time">What it is paced by.</param>
internal sealed partial class FileCamera(string path, bool loop, TimeProvider time) : ICameraSource
{
    /// <summary>The endings that are understood.</summary>
    public static readonly IReadOnlyList<string> Endings = [".h264", ".h265", ".ts", ".ps"];

    private const int PieceSize = 64 * 1024;

    /// <summary>A step of the recording's time beyond this is no pause, but another clock.</summary>
    private static readonly TimeSpan LongestStep = TimeSpan.FromSeconds(5);

    public string Description => path;

    public async Task RunAsync(IAccessUnitSink sink, CancellationToken stop)
    {
        using FileStream file = Open();
        using var pacer = new FramePacer(time);
        using var playback = new Playback(sink);
        byte[] piece = new byte[PieceSize];
        do
        {
            file.Position = 0;
            playback.Begin();
            (Action<byte[], int> push, Action flush) = Demultiplexer(playback);
            for (int read; (read = await ReadAsync(file, piece, stop)) > 0;)
            {
                push(piece, read);
                await PlayAsync(playback, pacer, stop);
            }
            flush();
            await PlayAsync(playback, pacer, stop);
            if (!playback.HasVideo) throw new CameraException($"{path}: there is no H.264 or H.265 video in it");
        }
        while (loop);
        // the last picture is shown for its time as well
        await pacer.UntilAsync(playback.End, stop);
    }

    private static async Task PlayAsync(Playback playback, FramePacer pacer, CancellationToken stop)
    {
        while (playback.NextDue(pacer.Elapsed) is { } due)
        {
            await pacer.UntilAsync(due, stop);
            playback.WriteNext();
        }
    }

    private FileStream Open()
    {
        if (!Endings.Contains(Path.GetExtension(path).ToLowerInvariant()))
            throw new CameraException($"{path}: its ending is none of {string.Join(", ", Endings)}");
        // asked before it is opened: opening a pipe waits for its writer and cannot be cancelled, and opening a device may start it
        if (IsSomethingElse()) throw new CameraException($"{path}: is not a regular file");
        try
        {
            return new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite, bufferSize: 0, useAsync: true);
        }
        catch (Exception e) when (e is FileNotFoundException or DirectoryNotFoundException)
        {
            throw new CameraException($"{path}: there is no such file", e);
        }
        catch (UnauthorizedAccessException e)
        {
            throw new CameraException($"{path}: this program may not read it", e);
        }
        catch (IOException e)
        {
            throw new CameraException($"{path}: cannot be opened: {e.Message}", e);
        }
    }

    /// <returns>True for a pipe, socket, device or directory; false for a regular file, and for what cannot be looked at: opening it says why.</returns>
    private unsafe bool IsSomethingElse()
    {
        const int AtCurrentDirectory = -100, Size = 256, ModeOffset = 28, TypeMask = 0xF000, Regular = 0x8000;
        const uint StatxType = 1;
        byte* result = stackalloc byte[Size];
        return Statx(AtCurrentDirectory, path, 0, StatxType, result) == 0 && (*(ushort*)(result + ModeOffset) & TypeMask) != Regular;
    }

    [LibraryImport("libc", EntryPoint = "statx", StringMarshalling = StringMarshalling.Utf8)]
    private static unsafe partial int Statx(int directory, string path, int flags, uint mask, byte* result);

    private async ValueTask<int> ReadAsync(FileStream file, byte[] piece, CancellationToken stop)
    {
        try
        {
            return await file.ReadAsync(piece, stop);
        }
        catch (IOException e)
        {
            throw new CameraException($"{path}: cannot be read: {e.Message}", e);
        }
    }

    private (Action<byte[], int> Push, Action Flush) Demultiplexer(IAccessUnitSink sink)
    {
        switch (Path.GetExtension(path).ToLowerInvariant())
        {
            case ".ts":
                var ts = new TsDemuxer(sink);
                return ((bytes, count) => ts.Push(bytes.AsSpan(0, count)), ts.Flush);
            case ".ps":
                var ps = new PsDemuxer(sink);
                return ((bytes, count) => ps.Push(bytes.AsSpan(0, count)), ps.Flush);
            case var ending:
                var assembler = new AccessUnitAssembler(ending == ".h264" ? Codec.H264 : Codec.H265, sink, AccessUnitTiming.Fixed);
                return ((bytes, count) => assembler.Push(bytes.AsSpan(0, count)), assembler.Flush);
        }
    }

    /// <summary>Units that wait for their time, and the times of one pass after the other.</summary>
    private sealed class Playback(IAccessUnitSink sink) : IAccessUnitSink, IDisposable
    {
        private readonly Queue<AccessUnit> _units = new();
        private long _offset;           // added to the recording's time in this pass, ticks
        private long? _first;           // the recording's first time in this pass
        private long _last;             // of the video, with offset
        private long _step = 3600;
        private TimeSpan? _start;       // when time 0, with offset, was played
        private TimeSpan _due;

        public AccessUnitPool Pool => sink.Pool;

        public bool HasVideo { get; private set; }

        /// <summary>When the last picture has had its time.</summary>
        public TimeSpan End => _due + new MediaTime(_step).ToTimeSpan();

        public void Begin() => _first = null;

        public void Expect(Codec codec) => sink.Expect(codec);

        public void Write(AccessUnit unit) => _units.Enqueue(unit);

        /// <summary>When the next unit is due; null when there is none.</summary>
        public TimeSpan? NextDue(TimeSpan now)
        {
            if (!_units.TryPeek(out AccessUnit? unit)) return null;
            if (_first is null)
            {
                _first = unit.Dts.Ticks;
                // a pass begins one step after the last picture of the one before
                if (HasVideo) _offset = _last + _step - unit.Dts.Ticks;
            }
            TimeSpan at = new MediaTime(unit.Dts.Ticks + _offset).ToTimeSpan();
            _start ??= now - at;
            _due = _start.Value + at;
            // a jump in the recording, or this process was asleep: go on from here
            if (_due - now > LongestStep || now - _due > LongestStep) (_start, _due) = (now - at, now);
            return _due;
        }

        public void WriteNext()
        {
            AccessUnit unit = _units.Dequeue();
            if (unit.Codec.IsVideo())
            {
                long time = unit.Dts.Ticks + _offset;
                if (HasVideo && time - _last is > 0 and <= MediaTime.ClockRate) _step = time - _last;
                (HasVideo, _last) = (true, time);
            }
            if (_offset == 0) { sink.Write(unit); return; }
            using (unit) sink.Write(Pool.Rent(unit.Bytes.Span, unit.Codec, unit.Pts + _offset, unit.Dts + _offset, unit.IsRandomAccess));
        }

        public void Dispose()
        {
            while (_units.TryDequeue(out AccessUnit? unit)) unit.Dispose();
        }
    }
}
