namespace Gb28181Edge.Protocol.Sip.Dialogs;

/// <summary>Names a dialog. RFC 3261 §12.</summary>
/// <param name="CallId">Call-ID.</param>
/// <param name="LocalTag">Ours.</param>
/// <param name="RemoteTag">The peer's; empty for a peer that sends none (RFC 2543).</param>
internal readonly record struct DialogId(string CallId, string LocalTag, string RemoteTag);
