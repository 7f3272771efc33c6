using System.Globalization;
using System.Text.Json;
using System.Text.RegularExpressions;
using Gb28181Edge.Protocol.Media;
using Gb28181Edge.Protocol.Media.ProgramStream;
using Gb28181Edge.Tests.Cameras;
using Gb28181Edge.Tests.Support;

namespace Gb28181Edge.Tests.Interop;

/// <summary>A program stream that a platform received, and what programs of other people say about it.</summary>
internal sealed partial class Recording
{
    private readonly string _path;

    /// <param name="bytes">From the first packet of the call to the last.</param>
    /// <param name="path">Where it is kept; a name that ends in <c>.ps</c>.</param>
    public Recording(byte[] bytes, string path)
    {
        _path = path;
        // the end of the call cuts the last group of pictures off anywhere; the next one's key picture has a system header behind its pack header
        int whole = bytes.AsSpan().LastIndexOf((ReadOnlySpan<byte>)[0, 0, 1, StreamId.SystemHeader]) - PackHeader.Size;
        Assert.True(whole > 0, "the recording holds no whole group of pictures");
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

    /// <summary>The sound, as one run of bytes.</summary>
    public byte[] Sound => [.. Units.Where(unit => !unit.Codec.IsVideo()).SelectMany(unit => unit.Bytes)];

    /// <summary>ffprobe names the codecs, and ffmpeg decodes every picture without a word, the first being an I picture and each later than the one before.</summary>
    /// <param name="video">As ffmpeg calls it.</param>
    /// <param name="step">90 kHz ticks from one picture to the next; null when the source's clock is its own.</param>
    public async Task DecodesInFfmpegAsync(string video, long? step)
    {
        using JsonDocument probed = JsonDocument.Parse(await QuietAsync("ffprobe", "-v", "error", "-show_entries", "stream=codec_name:packet=codec_type,size",
            "-show_entries", "frame=media_type,pict_type,best_effort_timestamp", "-of", "json", _path));
        string[] codecs = [.. probed.RootElement.GetProperty("streams").EnumerateArray().Select(stream => stream.GetProperty("codec_name").GetString()!)];
        Assert.Equal(video, codecs[0]);
        if (Sound.Length > 0) Assert.Matches("^(pcm_alaw|mp2)$", Assert.Single(codecs[1..]));       // mp2: see Tolerated
        else Assert.Single(codecs);
        JsonElement[] all = [.. probed.RootElement.GetProperty("packets_and_frames").EnumerateArray()];
        Assert.Equal(Sound.Length, all.Where(item => Is(item, "packet", "codec_type", "audio")).Sum(packet => int.Parse(packet.GetProperty("size").GetString()!, CultureInfo.InvariantCulture)));
        JsonElement[] frames = [.. all.Where(item => Is(item, "frame", "media_type", "video"))];
        Assert.Equal(Pictures, frames.Length);
        Assert.Equal("I", frames[0].GetProperty("pict_type").GetString());
        long[] times = [.. frames.Select(frame => frame.GetProperty("best_effort_timestamp").GetInt64())];
        Assert.All(times.Zip(times.Skip(1)), pair => Assert.InRange(pair.Second - pair.First, step ?? 1, step ?? long.MaxValue));
        // pictures of a source with a clock of its own may come closer together than ffmpeg's guess at their rate
        string[] clock = step is null ? ["-fps_mode", "passthrough", "-enc_time_base", "1:90000"] : [];
        Assert.Equal("", await QuietAsync("ffmpeg", ["-nostdin", "-v", "error", "-i", _path, "-map", "0:v", .. clock, "-f", "null", "-"]));
    }

    /// <summary>GStreamer demultiplexes it and decodes every picture without an error.</summary>
    /// <param name="codec">h264 or h265.</param>
    public async Task DecodesInGStreamerAsync(string codec)
    {
        // the queue pushes the bytes as a network does: where mpegpsdemux may seek, it guesses the start from a later picture and drops what is before
        string output = await QuietAsync("gst-launch-1.0", "-v", "filesrc", $"location={_path}", "!", "queue", "!", "mpegpsdemux", "name=demux",
            "demux.video_e0", "!", "queue", "!", $"{codec}parse", "!", $"avdec_{codec}", "!", "fakesink", "sync=false", "silent=false");
        Assert.DoesNotContain("ERROR", output, StringComparison.Ordinal);
        Assert.DoesNotContain("WARNING", output, StringComparison.Ordinal);
        Assert.Equal(Pictures, output.Split("chain   ****").Length - 1);
    }

    private static bool Is(JsonElement item, string type, string key, string value) =>
        item.GetProperty("type").GetString() == type && item.GetProperty(key).GetString() == value;

    /// <summary>Runs a program that has to succeed and to write nothing to its standard error.</summary>
    /// <returns>Its standard output.</returns>
    private static async Task<string> QuietAsync(string program, params string[] arguments)
    {
        (int exitCode, string output, string error) = await Repository.RunAsync(program, arguments);
        string[] complaints = [.. error.Split('\n').Where(line => line.Length > 0 && !Tolerated().IsMatch(line))];
        Assert.True(exitCode == 0 && complaints.Length == 0, string.Create(CultureInfo.InvariantCulture, $"{program} ended with {exitCode}: {error}"));
        return output;
    }

    // ffmpeg 5 does not know stream type 0x90, G.711 A (GB/T 28181-2016 annex C), and takes the sound for MPEG audio
    [GeneratedRegex(@"^\[mp2 @ 0x[0-9a-f]+\] Header missing$")]
    private static partial Regex Tolerated();
}
