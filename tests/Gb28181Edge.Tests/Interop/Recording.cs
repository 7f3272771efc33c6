using System.Globalization;
using System.Text.Json;
using Gb28181Edge.Protocol.Media;
using Gb28181Edge.Protocol.Media.ProgramStream;
using Gb28181Edge.Tests.Cameras;
using Gb28181Edge.Tests.Support;

namespace Gb28181Edge.Tests.Interop;

/// <summary>A program stream that a platform received, and what programs of other people say about it.</summary>
internal sealed class Recording
{
    private readonly string _path;

    /// <param name="bytes">From the first packet of the call to the last.</param>
    /// <param name="path">Where it is kept; a name that ends in <c>.ps</c>.</param>
    public Recording(byte[] bytes, string path)
    {
        _path = path;
        // the end of the call cuts the last frame off anywhere
        int whole = bytes.AsSpan().LastIndexOf((ReadOnlySpan<byte>)[0, 0, 1, StreamId.Pack]);
        Assert.True(whole > 0, "the recording holds no whole frame");
        byte[] frames = bytes[..whole];
        File.WriteAllBytes(path, frames);
        var sink = new CollectingSink();
        var demuxer = new PsDemuxer(sink);
        demuxer.Push(frames);
        demuxer.Flush();
        Units = [.. sink.Units];
        Assert.Equal(0, demuxer.Resynchronizations);
    }

    /// <summary>Pictures and sounds, in the order in which they came.</summary>
    public IReadOnlyList<CollectingSink.Unit> Units { get; }

    public int Pictures => Units.Count(unit => unit.Codec.IsVideo());

    /// <summary>ffprobe names these codecs, and ffmpeg decodes every picture without a word, the first being an I picture and each later than the one before.</summary>
    /// <param name="video">As ffmpeg calls it.</param>
    /// <param name="audio">As ffmpeg calls it; null when there is no sound.</param>
    /// <param name="step">90 kHz ticks from one picture to the next; null when the source's clock is its own.</param>
    public async Task DecodesInFfmpegAsync(string video, string? audio, long? step)
    {
        using JsonDocument probed = JsonDocument.Parse(await QuietAsync(
            "ffprobe", "-v", "error", "-show_entries", "stream=codec_name", "-show_entries", "frame=media_type,pict_type,best_effort_timestamp", "-of", "json", _path));
        string[] codecs = [.. probed.RootElement.GetProperty("streams").EnumerateArray().Select(stream => stream.GetProperty("codec_name").GetString()!)];
        Assert.Equal(audio is null ? [video] : [video, audio], codecs.Order(StringComparer.Ordinal));
        JsonElement[] frames = [.. probed.RootElement.GetProperty("frames").EnumerateArray().Where(frame => frame.GetProperty("media_type").GetString() == "video")];
        Assert.Equal(Pictures, frames.Length);
        Assert.Equal("I", frames[0].GetProperty("pict_type").GetString());
        long[] times = [.. frames.Select(frame => frame.GetProperty("best_effort_timestamp").GetInt64())];
        Assert.All(times.Zip(times.Skip(1)), pair => Assert.InRange(pair.Second - pair.First, step ?? 1, step ?? long.MaxValue));
        Assert.Equal("", await QuietAsync("ffmpeg", "-nostdin", "-v", "error", "-i", _path, "-f", "null", "-"));
    }

    /// <summary>ffmpeg decodes it without a word.</summary>
    public async Task DecodesQuietlyAsync() => Assert.Equal("", await QuietAsync("ffmpeg", "-nostdin", "-v", "error", "-i", _path, "-f", "null", "-"));

    /// <summary>GStreamer demultiplexes it and decodes every picture without an error.</summary>
    /// <param name="codec">h264 or h265.</param>
    public async Task DecodesInGStreamerAsync(string codec)
    {
        string output = await QuietAsync("gst-launch-1.0", "-v", "filesrc", $"location={_path}", "!", "mpegpsdemux", "name=demux",
            "demux.video_e0", "!", "queue", "!", $"{codec}parse", "!", $"avdec_{codec}", "!", "fakesink", "sync=false", "silent=false");
        Assert.DoesNotContain("ERROR", output, StringComparison.Ordinal);
        Assert.DoesNotContain("WARNING", output, StringComparison.Ordinal);
        Assert.Equal(Pictures, output.Split("chain   ****").Length - 1);
    }

    /// <summary>Runs a program that has to succeed and to write nothing to its standard error.</summary>
    /// <returns>Its standard output.</returns>
    private static async Task<string> QuietAsync(string program, params string[] arguments)
    {
        (int exitCode, string output, string error) = await Repository.RunAsync(program, arguments);
        Assert.True(exitCode == 0 && error.Length == 0, string.Create(CultureInfo.InvariantCulture, $"{program} ended with {exitCode}: {error}"));
        return output;
    }
}
