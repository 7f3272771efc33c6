namespace Gb28181Edge.Protocol.Rtsp;

/// <summary>Which URL a control attribute means. RFC 2326 C.1.1.</summary>
internal static class RtspControl
{
    private const string Scheme = "rtsp://";

    /// <summary>Content-Base, else Content-Location, else what was asked for. One that is no whole RTSP URL is passed over.</summary>
    public static string Base(string? contentBase, string? contentLocation, string requestUri) =>
        IsWhole(contentBase) ? contentBase! : IsWhole(contentLocation) ? contentLocation! : requestUri;

    /// <summary>The URL of a media or of the whole session.</summary>
    /// <remarks>
    /// A relative one is put behind the base, query and all, and not resolved as RFC 3986 would: cameras and servers expect what the
    /// widespread clients do.
    /// </remarks>
    public static string Resolve(string baseUri, string? control)
    {
        if (string.IsNullOrEmpty(control) || control == "*") return baseUri;
        if (IsWhole(control)) return control;
        bool slashed = baseUri.EndsWith('/');
        if (control.StartsWith('/')) return slashed ? baseUri + control[1..] : baseUri + control;
        return slashed || control.StartsWith('?') ? baseUri + control : baseUri + "/" + control;
    }

    private static bool IsWhole(string? uri) => uri is not null && uri.StartsWith(Scheme, StringComparison.OrdinalIgnoreCase);
}
