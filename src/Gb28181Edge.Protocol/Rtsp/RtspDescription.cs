using System.Globalization;
using System.Text;

namespace Gb28181Edge.Protocol.Rtsp;

/// <summary>What an RTSP server's session description says of its medias. RFC 4566, RFC 2326 C.1.</summary>
/// <remarks>Only what a receiver needs; every line that is not understood is passed over.</remarks>
internal sealed class RtspDescription
{
    /// <summary>More than any camera has: the rest is not looked at.</summary>
    private const int MaxMedias = 16;

    /// <summary>Payload types looked at in one m= line: each is looked for in all of the media's lines.</summary>
    private const int MaxFormats = 32;

    private readonly List<RtspMedia> _medias = [];

    private RtspDescription() { }

    /// <summary>The session's own control attribute; null when there is none.</summary>
    public string? Control { get; private set; }

    public IReadOnlyList<RtspMedia> Medias => _medias;

    /// <summary>Reads a description. Never throws; one without any m= line has no medias.</summary>
    public static RtspDescription Parse(ReadOnlySpan<byte> body)
    {
        var description = new RtspDescription();
        var lines = new List<string>();
        foreach (string line in Encoding.UTF8.GetString(body).Split('\n'))
        {
            string trimmed = line.Trim();
            if (trimmed.StartsWith("m=", StringComparison.Ordinal))
            {
                description.AddMedia(lines);
                lines.Clear();
            }
            lines.Add(trimmed);
        }
        description.AddMedia(lines);
        return description;
    }

    /// <summary>The first media of that kind that we can take; null when there is none.</summary>
    /// <param name="kind">video or audio.</param>
    public RtspMedia? FirstUsable(string kind)
    {
        foreach (RtspMedia media in _medias)
        {
            // some cameras mark their video sendonly, from their own side: it is taken nevertheless
            if (media.Kind == kind && media.Codec is not null && (kind == "video" || !media.IsNotForReceiving)) return media;
        }
        return null;
    }

    /// <summary>The formats offered for a kind, for a person.</summary>
    public string FormatsOf(string kind)
    {
        var names = new List<string>();
        foreach (RtspMedia media in _medias)
        {
            if (media.Kind == kind && !names.Contains(media.FormatName)) names.Add(media.FormatName);
        }
        return string.Join(", ", names);
    }

    private void AddMedia(List<string> lines)
    {
        if (lines.Count == 0 || !lines[0].StartsWith("m=", StringComparison.Ordinal))
        {
            Control = Attribute(lines, "control:") ?? Control;
            return;
        }
        // m=<kind> <port> <profile> <payload type> …
        string[] parts = lines[0][2..].Split(' ', StringSplitOptions.RemoveEmptyEntries);
        if (parts.Length < 4 || _medias.Count >= MaxMedias) return;
        RtspMedia? chosen = null;
        foreach (string text in parts.AsSpan(3, Math.Min(parts.Length - 3, MaxFormats)))
        {
            if (!byte.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out byte payloadType) || payloadType > 127) continue;
            RtspMedia media = ReadFormat(lines, parts[0].ToLowerInvariant(), payloadType);
            chosen ??= media;
            if (media.Codec is null) continue;
            chosen = media;
            break;
        }
        if (chosen is not null) _medias.Add(chosen);
    }

    private static RtspMedia ReadFormat(List<string> lines, string kind, byte payloadType)
    {
        var media = new RtspMedia
        {
            Kind = kind,
            PayloadType = payloadType,
            Control = Attribute(lines, "control:"),
            IsNotForReceiving = lines.Contains("a=sendonly") || lines.Contains("a=inactive"),
        };
        string prefix = payloadType.ToString(CultureInfo.InvariantCulture) + " ";
        if ((Attribute(lines, "rtpmap:" + prefix) ?? StaticEncoding(payloadType)) is { } encoding) media.SetEncoding(encoding);
        foreach (string line in lines)
        {
            if (line.StartsWith("a=fmtp:" + prefix, StringComparison.Ordinal)) media.SetFormatParameters(line[("a=fmtp:" + prefix).Length..]);
        }
        return media;
    }

    private static string? Attribute(List<string> lines, string name)
    {
        foreach (string line in lines)
        {
            if (line.StartsWith("a=" + name, StringComparison.Ordinal)) return line[(2 + name.Length)..].Trim();
        }
        return null;
    }

    // RFC 3551 §6, those that cameras have
    private static string? StaticEncoding(byte payloadType) => payloadType switch
    {
        0 => "PCMU/8000",
        8 => "PCMA/8000",
        9 => "G722/8000",
        14 => "MPA/90000",
        26 => "JPEG/90000",
        32 => "MPV/90000",
        33 => "MP2T/90000",
        34 => "H263/90000",
        _ => null,
    };
}
