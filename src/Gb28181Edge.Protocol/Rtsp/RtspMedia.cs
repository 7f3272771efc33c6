using System.Globalization;
using Gb28181Edge.Protocol.Media;

namespace Gb28181Edge.Protocol.Rtsp;

/// <summary>One media of a session description, in the one payload format that we would take of it. RFC 4566 §5.14, RFC 2326 C.1.</summary>
internal sealed class RtspMedia
{
    private readonly Dictionary<string, string> _formatParameters = new(StringComparer.OrdinalIgnoreCase);

    /// <summary>video, audio, application …, lower case.</summary>
    public required string Kind { get; init; }

    /// <summary>RTP payload type, 0 … 127.</summary>
    public required byte PayloadType { get; init; }

    /// <summary>From rtpmap, or the static assignment of RFC 3551; empty when neither says.</summary>
    public string EncodingName { get; private set; } = "";

    /// <summary>RTP timestamp units a second; 0 when not known.</summary>
    public int ClockRate { get; private set; }

    /// <summary>Audio channels.</summary>
    public int Channels { get; private set; } = 1;

    /// <summary>The control attribute as it stands; null when there is none.</summary>
    public string? Control { get; set; }

    /// <summary>sendonly or inactive: there is nothing to receive (an audio back channel).</summary>
    public bool IsNotForReceiving { get; set; }

    /// <summary>Null when we cannot take it; <see cref="FormatName"/> says what it is.</summary>
    public Codec? Codec => Kind switch
    {
        "video" => EncodingName.ToUpperInvariant() switch
        {
            "H264" when !IsInterleaved => Media.Codec.H264,
            "H265" or "HEVC" => Media.Codec.H265,
            _ => null,
        },
        "audio" => EncodingName.ToUpperInvariant() switch
        {
            "PCMA" when ClockRate == 8000 && Channels == 1 => Media.Codec.G711A,
            "PCMU" when ClockRate == 8000 && Channels == 1 => Media.Codec.G711U,
            "MPEG4-GENERIC" when AacFormat is not null => Media.Codec.Aac,
            _ => null,
        },
        _ => null,
    };

    /// <summary>For a person: <c>H264/90000</c>, or the payload type when nothing more is known.</summary>
    public string FormatName
    {
        get
        {
            if (EncodingName.Length == 0) return string.Create(CultureInfo.InvariantCulture, $"payload type {PayloadType}");
            if (IsInterleaved) return "H264 in interleaved packetization mode";
            string channels = Channels > 1 ? string.Create(CultureInfo.InvariantCulture, $"/{Channels}") : "";
            return string.Create(CultureInfo.InvariantCulture, $"{EncodingName}/{ClockRate}{channels}");
        }
    }

    /// <summary>A format parameter (fmtp), by its name in any case; null when there is none.</summary>
    public string? FormatParameter(string name) => _formatParameters.GetValueOrDefault(name);

    /// <summary>How AAC is packed, by RFC 3640 §4.1; null when it is another format or its parameters make no sense.</summary>
    public Media.Rtp.AacPayloadFormat? AacFormat
    {
        get
        {
            if (FormatParameter("config") is not { } config) return null;
            // AAC-hbr's lengths, for cameras that leave them out. RFC 3640 §3.3.6
            return Media.Rtp.AacPayloadFormat.TryCreate(config, Number("sizelength", 13), Number("indexlength", 3),
                Number("indexdeltalength", 3), out Media.Rtp.AacPayloadFormat? format) ? format : null;
        }
    }

    /// <summary>H.265 packets carry decoding order numbers. RFC 7798 §7.1.</summary>
    public bool HasDecodingOrderNumbers => Number("sprop-max-don-diff", 0) > 0;

    /// <summary>
    /// The parameter sets of the description as an Annex B byte stream, VPS, SPS, PPS; empty when there are none.
    /// RFC 6184 §8.1 sprop-parameter-sets, RFC 7798 §7.1 sprop-vps, sprop-sps, sprop-pps.
    /// </summary>
    public byte[] ParameterSets
    {
        get
        {
            var stream = new List<byte>();
            foreach (string name in (ReadOnlySpan<string>)["sprop-parameter-sets", "sprop-vps", "sprop-sps", "sprop-pps"])
            {
                foreach (string text in (FormatParameter(name) ?? "").Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries))
                {
                    byte[] set = new byte[text.Length];
                    // some cameras leave the padding out
                    string padded = text.TrimEnd('=').PadRight((text.TrimEnd('=').Length + 3) / 4 * 4, '=');
                    if (!Convert.TryFromBase64String(padded, set, out int length)) continue;
                    ReadOnlySpan<byte> nal = set.AsSpan(0, length);
                    // some put the start code in as well
                    int code = nal.StartsWith((ReadOnlySpan<byte>)[0, 0, 0, 1]) ? 4 : nal.StartsWith((ReadOnlySpan<byte>)[0, 0, 1]) ? 3 : 0;
                    if (nal.Length - code < 2) continue;
                    stream.AddRange([0, 0, 0, 1]);
                    stream.AddRange(nal[code..]);
                }
            }
            return [.. stream];
        }
    }

    // RFC 6184 §6.4: only then NAL units of several pictures are mixed
    private bool IsInterleaved => Number("packetization-mode", 0) == 2 && Number("sprop-interleaving-depth", 0) > 0;

    /// <summary>Takes <c>H264/90000</c> or <c>MPEG4-GENERIC/16000/2</c>.</summary>
    public void SetEncoding(string text)
    {
        string[] parts = text.Split('/', StringSplitOptions.TrimEntries);
        EncodingName = parts[0];
        ClockRate = parts.Length > 1 && int.TryParse(parts[1], NumberStyles.None, CultureInfo.InvariantCulture, out int rate) ? rate : 0;
        Channels = parts.Length > 2 && int.TryParse(parts[2], NumberStyles.None, CultureInfo.InvariantCulture, out int channels) ? channels : 1;
        // cameras that leave the rate out mean the only one that the format has
        if (ClockRate == 0 && Kind == "video") ClockRate = MediaTime.ClockRate;
        if (ClockRate == 0 && EncodingName is "PCMA" or "PCMU" && parts.Length < 2) ClockRate = 8000;
    }

    /// <summary>Takes <c>name=value; name=value</c>; what is no pair is passed over, of a repeated name the last counts.</summary>
    public void SetFormatParameters(string text)
    {
        foreach (string pair in text.Split(';', StringSplitOptions.TrimEntries))
        {
            int equals = pair.IndexOf('=', StringComparison.Ordinal);
            if (equals > 0) _formatParameters[pair[..equals].Trim()] = pair[(equals + 1)..].Trim();
        }
    }

    private int Number(string name, int missing) =>
        FormatParameter(name) is not { } text ? missing
        : int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out int value) ? value : missing;
}
