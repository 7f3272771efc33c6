using System.Globalization;
using Gb28181Edge.Protocol.Manscdp;
using Gb28181Edge.Protocol.Media;
using Gb28181Edge.Protocol.Ptz;

namespace Gb28181Edge.Bench.Demo;

/// <summary>Says in words what the demonstration's commands and figures mean.</summary>
internal static class DemoWords
{
    /// <summary>What a PTZCmd of a move means.</summary>
    public static string Of(PtzMove move)
    {
        if (move.IsStop) return "stop";
        List<string> words = [];
        if (move.Pan != 0) words.Add($"{(move.Pan > 0 ? "right" : "left")} at {Share(move.PanVelocity)}");
        if (move.Tilt != 0) words.Add($"{(move.Tilt > 0 ? "up" : "down")} at {Share(move.TiltVelocity)}");
        if (move.Zoom != 0) words.Add($"zoom {(move.Zoom > 0 ? "in" : "out")} at {Share(move.ZoomVelocity)}");
        return string.Join(", ", words);
    }

    /// <summary>What a Pelco-D motion means.</summary>
    public static string Of(PelcoDMotion motion)
    {
        if (motion.IsStop) return "stop";
        List<string> words = [];
        if (motion.Pan != 0) words.Add($"{(motion.Pan > 0 ? "right" : "left")} {Number(Math.Abs(motion.Pan))} of {PelcoD.TopSpeed}");
        if (motion.Tilt != 0) words.Add($"{(motion.Tilt > 0 ? "up" : "down")} {Number(Math.Abs(motion.Tilt))} of {PelcoD.TopSpeed}");
        if (motion.Zoom != 0) words.Add(motion.Zoom > 0 ? "tele" : "wide");
        return string.Join(", ", words);
    }

    /// <summary><c>FF 01 00 02 20 00 23</c>.</summary>
    public static string Hex(ReadOnlySpan<byte> bytes)
    {
        string[] words = new string[bytes.Length];
        for (int i = 0; i < bytes.Length; i++) words[i] = bytes[i].ToString("X2", CultureInfo.InvariantCulture);
        return string.Join(' ', words);
    }

    /// <summary>Whole milliseconds.</summary>
    public static string Of(TimeSpan? time) =>
        time is { } span ? string.Create(CultureInfo.InvariantCulture, $"{span.TotalMilliseconds:F0} ms") : "never";

    /// <summary>One line of a stream's figures.</summary>
    public static string Of(ReceiverStatistics seen) => string.Create(CultureInfo.InvariantCulture,
        $"{seen.Frames} frames, {seen.Packets} packets, {seen.Lost} lost, {seen.BitRate / 1e6:F2} Mbit/s, first picture {Of(seen.FirstPictureAfter)}");

    public static string Of(Codec? codec) => codec switch
    {
        Codec.H264 => "H.264",
        Codec.H265 => "H.265",
        Codec.G711A => "G.711 A-law",
        Codec.G711U => "G.711 µ-law",
        Codec.Aac => "AAC",
        _ => "none",
    };

    private static string Share(float velocity) => string.Create(CultureInfo.InvariantCulture, $"{Math.Abs(velocity) * 100:F0} %");

    private static string Number(int number) => number.ToString(CultureInfo.InvariantCulture);
}
