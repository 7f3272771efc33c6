namespace Gb28181Edge.Protocol.Sip;

/// <summary>What is taken from a peer at most: bounds on memory and time, wide for every real message.</summary>
internal sealed record SipLimits
{
    public static readonly SipLimits Default = new();

    /// <summary>A whole message, bytes. The largest UDP datagram fits.</summary>
    public int MessageBytes { get; init; } = 65_535;

    /// <summary>Header fields, counted after lists of Via, Route, Record-Route and Contact have been split.</summary>
    public int Headers { get; init; } = 128;

    /// <summary>One header line with its continuation lines, bytes; the start line as well.</summary>
    public int HeaderLineBytes { get; init; } = 8_192;

    /// <summary>The start line and all header fields together, bytes.</summary>
    public int HeadBytes { get; init; } = 32_768;

    /// <summary>The Request-URI, bytes. RFC 3261 §21.4.12.</summary>
    public int UriBytes { get; init; } = 1_024;
}
