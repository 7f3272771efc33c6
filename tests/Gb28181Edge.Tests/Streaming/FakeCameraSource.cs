using System.Threading.Channels;
using Gb28181Edge.Cameras;
using Gb28181Edge.Protocol.Media;

namespace Gb28181Edge.Tests.Streaming;

/// <summary>A camera that does what the test says, one run at a time.</summary>
internal sealed class FakeCameraSource : ICameraSource
{
    private readonly Channel<Run> _runs = Channel.CreateUnbounded<Run>();
    private int _opened;
    private int _open;

    public string Description => "fake://camera";

    /// <summary>Runs begun so far.</summary>
    public int Opened => Volatile.Read(ref _opened);

    /// <summary>A run is under way.</summary>
    public bool IsOpen => Volatile.Read(ref _open) == 1;

    public Run Current { get; private set; } = null!;

    /// <summary>When set, a run ends at once with this.</summary>
    public Exception? FailsWith { get; set; }

    public Action? OnOpen { get; set; }

    public async Task RunAsync(IAccessUnitSink sink, CancellationToken stop)
    {
        Assert.Equal(0, Interlocked.Exchange(ref _open, 1));
        OnOpen?.Invoke();
        try
        {
            if (FailsWith is { } failure)
            {
                Interlocked.Increment(ref _opened);
                throw failure;
            }
            var run = new Run(sink);
            Current = run;
            Interlocked.Increment(ref _opened);
            await run.End.Task.WaitAsync(stop);
        }
        finally
        {
            Volatile.Write(ref _open, 0);
        }
    }

    public void Key(int number, int size = 3000) => Write(TestFrames.Key(number, size), Codec.H264, number, true);

    public void Delta(int number, int size = 1000) => Write(TestFrames.Delta(number, size), Codec.H264, number, false);

    public void Audio(int number) => Write(TestFrames.Audio(), Codec.G711A, number, true);

    /// <summary>Writes a unit with the time of frame <paramref name="number"/> at 25 a second.</summary>
    public void Write(byte[] bytes, Codec codec, int number, bool isRandomAccess)
    {
        IAccessUnitSink sink = Current.Sink;
        var time = new MediaTime(90_000 + 3600L * number + (codec.IsVideo() ? 0 : 900));
        sink.Write(sink.Pool.Rent(bytes, codec, time, time, isRandomAccess));
    }

    internal sealed record Run(IAccessUnitSink Sink)
    {
        public TaskCompletionSource End { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);
    }
}

/// <summary>H.264 access units that carry their number, so that a receiver can say which ones came.</summary>
internal static class TestFrames
{
    private static readonly byte[] Sets =
    [
        // Baseline, 64x64: SPS and PPS as an encoder writes them
        0, 0, 0, 1, 0x67, 0x42, 0xC0, 0x0A, 0xD9, 0x04, 0x26, 0x84, 0x00, 0x00, 0x03, 0x00, 0x04, 0x00, 0x00, 0x03, 0x00, 0xC8, 0x3C, 0x48, 0x99, 0x20,
        0, 0, 0, 1, 0x68, 0xCB, 0x83, 0xCB, 0x20,
    ];

    public static byte[] Key(int number, int size) => [.. Sets, .. Slice(0x65, number, size)];

    /// <summary>A key frame of a source that announces its parameter sets once only.</summary>
    public static byte[] BareKey(int number, int size) => Slice(0x65, number, size);

    public static byte[] Delta(int number, int size) => Slice(0x41, number, size);

    public static byte[] Audio()
    {
        byte[] samples = new byte[160];
        Array.Fill(samples, (byte)0xD5);
        return samples;
    }

    /// <summary>The number of the frame in an access unit that came back; null when it is cut or damaged.</summary>
    public static int? NumberOf(ReadOnlySpan<byte> annexB)
    {
        foreach (NalUnit nal in new NalScanner(annexB))
        {
            if (nal.Bytes[0] is not (0x65 or 0x41)) continue;
            int number = 0, size = 0;
            for (int i = 0; i < 8; i++) number |= (nal.Bytes[2 + i] & 0xF) << 4 * i;
            for (int i = 0; i < 8; i++) size |= (nal.Bytes[10 + i] & 0xF) << 4 * i;
            return nal.Bytes.Length + 4 == size && !nal.Bytes[18..].ContainsAnyExcept((byte)0xA5) ? number : null;
        }
        return null;
    }

    private static byte[] Slice(byte header, int number, int size)
    {
        byte[] slice = new byte[size];
        slice.AsSpan().Fill(0xA5);
        (slice[0], slice[1], slice[2], slice[3], slice[4], slice[5]) = (0, 0, 0, 1, header, 0x88);
        for (int i = 0; i < 8; i++) slice[6 + i] = (byte)(0x80 | number >> 4 * i & 0xF);
        for (int i = 0; i < 8; i++) slice[14 + i] = (byte)(0x80 | size >> 4 * i & 0xF);
        return slice;
    }
}
