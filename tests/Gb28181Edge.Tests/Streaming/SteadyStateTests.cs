using System.Diagnostics;
using Gb28181Edge.Streaming;

namespace Gb28181Edge.Tests.Streaming;

/// <summary>What measures the whole process, or fills it: nothing else may run beside it.</summary>
[CollectionDefinition("Alone", DisableParallelization = true)]
public class Alone;

[Collection("Alone")]
public class SteadyStateTests
{
    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_steady_stream_to_8_takers_allocates_nothing_for_a_frame_or_a_packet(bool segmentation)
    {
        const int Takers = 8, WarmUp = 500, Measured = 3000;
        await using var run = new StreamRun(new CameraStreamOptions("test") { Segmentation = segmentation });
        // nobody reads: the kernel drops what is over the buffer, and the sender is not to know
        RtpReceiver[] receivers = [.. Enumerable.Range(0, Takers).Select(_ => new RtpReceiver(receiveBuffer: 8192))];
        IMediaSession[] sessions = [.. receivers.Select((receiver, i) => run.StartUdp(receiver, (uint)i))];
        await run.OpenedAsync();
        byte[] key = TestFrames.Key(0, 9000), delta = TestFrames.Delta(1, 6000), audio = TestFrames.Audio();

        Push(run.Source, sessions, key, delta, audio, 0, WarmUp);
        int collections = GC.CollectionCount(0);
        long before = GC.GetTotalAllocatedBytes(precise: true);
        Push(run.Source, sessions, key, delta, audio, WarmUp, Measured);
        long allocated = GC.GetTotalAllocatedBytes(precise: true) - before;

        Assert.InRange(allocated / (double)Measured, 0, 16);
        Assert.Equal(0, GC.CollectionCount(0) - collections);
        Assert.All(sessions, s => Assert.Equal(0, s.Statistics.AccessUnitsDropped));
        Assert.All(sessions, s => Assert.Equal(2 * (WarmUp + Measured), s.Statistics.AccessUnits));
        foreach (RtpReceiver receiver in receivers) receiver.Dispose();
    }

    /// <summary>Writes frames as fast as every taker gets them; waits without allocating.</summary>
    private static void Push(FakeCameraSource source, IMediaSession[] sessions, byte[] key, byte[] delta, byte[] audio, int first, int count)
    {
        long began = Stopwatch.GetTimestamp();
        for (int i = first; i < first + count; i++)
        {
            bool isKey = i % 25 == 0;
            source.Write(isKey ? key : delta, Protocol.Media.Codec.H264, i, isKey);
            source.Write(audio, Protocol.Media.Codec.G711A, i, true);
            foreach (IMediaSession session in sessions)
            {
                while (session.Statistics.AccessUnits < 2L * (i + 1))
                {
                    if (Stopwatch.GetElapsedTime(began) > TimeSpan.FromSeconds(60)) Assert.Fail($"frame {i} is not sent");
                    Thread.Yield();
                }
            }
        }
    }
}
