using System.Globalization;
using System.Text;

namespace Gb28181Edge.Protocol.Sdp;

/// <summary>Why a description cannot be used: SIP 488.</summary>
internal enum SdpFault
{
    None,
    /// <summary>No bytes, or blanks only.</summary>
    Empty,
    /// <summary>Longer than <see cref="SdpParser.MaxBytes"/> or more than <see cref="SdpParser.MaxLines"/> lines.</summary>
    TooLarge,
    /// <summary>There is no <c>m=</c> line.</summary>
    NoMedia,
    /// <summary>An <c>m=</c> line has no kind, port or protocol.</summary>
    Media,
}

/// <summary>Reads a description line by line, taking what is usable in whatever order it stands. RFC 4566; GB/T 28181-2016 annex F.</summary>
/// <remarks>Only <c>m=</c> must be right. Blanks, blank lines, stray CR, unknown lines and lines without <c>=</c> are passed over.</remarks>
internal static class SdpParser
{
    public const int MaxBytes = 16 * 1024;
    public const int MaxLines = 512;
    private const int MaxPayloadTypes = 64;

    /// <summary>Seconds from 1900 to 1970: a larger <c>t=</c> counts from 1900. RFC 4566 §5.9.</summary>
    private const long NtpEpoch = 2_208_988_800;

    /// <returns>False with <paramref name="fault"/> set when it is unusable. Never throws on input.</returns>
    public static bool TryParse(ReadOnlySpan<byte> bytes, out SessionDescription? description, out SdpFault fault)
    {
        description = null;
        if (bytes.Length > MaxBytes) { fault = SdpFault.TooLarge; return false; }
        string text = Encoding.Latin1.GetString(bytes);
        if (string.IsNullOrWhiteSpace(text)) { fault = SdpFault.Empty; return false; }
        var draft = new Draft();
        int lines = 0;
        foreach (ReadOnlySpan<char> raw in text.AsSpan().EnumerateLines())
        {
            if (++lines > MaxLines) { fault = SdpFault.TooLarge; return false; }
            ReadOnlySpan<char> line = raw.Trim(" \t\0");
            int equals = line.IndexOf('=');
            if (equals < 1 || line[..equals].Trim().Length != 1) continue;
            if (!draft.Take(char.ToLowerInvariant(line[0]), line[(equals + 1)..].Trim().ToString())) { fault = SdpFault.Media; return false; }
        }
        description = draft.Build();
        fault = description is null ? SdpFault.NoMedia : SdpFault.None;
        return description is not null;
    }

    /// <summary>What has been read so far.</summary>
    private sealed class Draft
    {
        private readonly List<MediaDescription> _media = [];
        private readonly List<SdpAttribute> _sessionAttributes = [];
        private List<SdpAttribute>? _attributes;
        private string _originUser = "", _sessionName = "";
        private string? _originAddress, _uri, _format;
        private SdpConnection? _connection;
        private SdpSsrc? _ssrc;
        private long _start, _stop;

        /// <summary>Takes one line; false when it is an <c>m=</c> that cannot be understood.</summary>
        public bool Take(char type, string value)
        {
            switch (type)
            {
                case 'o': TakeOrigin(value); break;
                case 's': _sessionName = value; break;
                case 'u': _uri = value; break;
                case 't': TakeTime(value); break;
                case 'c': TakeConnection(value); break;
                case 'a': TakeAttribute(value); break;
                case 'f': _format ??= value; break;
                case 'y': if (_ssrc is null && SdpSsrc.TryParse(value, out SdpSsrc ssrc)) _ssrc = ssrc; break;
                case 'm': return TakeMedia(value);
                default: break;
            }
            return true;
        }

        public SessionDescription? Build() => _media.Count == 0 ? null : new SessionDescription
        {
            OriginUser = _originUser,
            OriginAddress = _originAddress,
            SessionName = _sessionName,
            Uri = _uri,
            Connection = _connection,
            Start = _start,
            Stop = _stop,
            Media = _media,
            Attributes = _sessionAttributes,
            Ssrc = _ssrc,
            Format = _format,
        };

        // o=<user> <id> <version> IN IP4 <address>
        private void TakeOrigin(string value)
        {
            string[] words = Words(value);
            if (words.Length > 0) _originUser = words[0];
            if (words.Length > 5) _originAddress = words[5];
        }

        private void TakeTime(string value)
        {
            string[] words = Words(value);
            _start = words.Length > 0 ? Seconds(words[0]) : 0;
            _stop = words.Length > 1 ? Seconds(words[1]) : 0;
        }

        private static long Seconds(string word) =>
            !long.TryParse(word, NumberStyles.None, CultureInfo.InvariantCulture, out long seconds) ? 0
            : seconds > NtpEpoch ? seconds - NtpEpoch : seconds;

        // c=IN IP4 <address>[/<ttl>[/<count>]]
        private void TakeConnection(string value)
        {
            string[] words = Words(value);
            if (words.Length < 3) return;
            string[] parts = words[2].Split('/');
            bool isIp4 = words[1].Equals("IP4", StringComparison.OrdinalIgnoreCase);
            int? ttl = isIp4 && parts.Length > 1 && byte.TryParse(parts[1], NumberStyles.None, CultureInfo.InvariantCulture, out byte hops) ? hops : null;
            var connection = new SdpConnection(parts[0], ttl);
            if (_media.Count == 0) _connection = connection;
            else _media[^1] = _media[^1] with { Connection = connection };
        }

        private void TakeAttribute(string value)
        {
            int colon = value.IndexOf(':', StringComparison.Ordinal);
            (_attributes ?? _sessionAttributes).Add(colon < 0
                ? new SdpAttribute(value, "")
                : new SdpAttribute(value[..colon].Trim(), value[(colon + 1)..].Trim()));
        }

        // m=<kind> <port>[/<count>] <protocol> <payload type> …
        private bool TakeMedia(string value)
        {
            string[] words = Words(value);
            if (words.Length < 3) return false;
            string port = words[1].Split('/')[0];
            if (!ushort.TryParse(port, NumberStyles.None, CultureInfo.InvariantCulture, out ushort number)) return false;
            var payloadTypes = new List<int>();
            for (int i = 3; i < words.Length && payloadTypes.Count < MaxPayloadTypes; i++)
                if (int.TryParse(words[i], NumberStyles.None, CultureInfo.InvariantCulture, out int payloadType) && payloadType <= 127) payloadTypes.Add(payloadType);
            _attributes = [];
            _media.Add(new MediaDescription
            {
                Kind = words[0].ToLowerInvariant(),
                Port = number,
                Protocol = words[2],
                PayloadTypes = payloadTypes,
                Attributes = _attributes,
            });
            return true;
        }

        private static string[] Words(string value) => value.Split([' ', '\t'], StringSplitOptions.RemoveEmptyEntries);
    }
}
