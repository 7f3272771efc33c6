namespace Gb28181Edge.Protocol.Rtsp;

/// <summary>Why a session came to nothing.</summary>
internal enum RtspFailure
{
    /// <summary>The server refused the user name or password, or wants one and the URL has none.</summary>
    Unauthorized,
    /// <summary>404: there is no such stream.</summary>
    NotFound,
    /// <summary>The description has no video.</summary>
    NoVideo,
    /// <summary>There is video, in no format that we take.</summary>
    UnsupportedVideo,
    /// <summary>461, or an answer that chose another transport than was asked for.</summary>
    UnsupportedTransport,
    /// <summary>More redirects than <see cref="RtspSession.MaxRedirects"/>, or one to nowhere.</summary>
    Redirect,
    /// <summary>Any other refusal.</summary>
    Refused,
    /// <summary>No answer in time.</summary>
    NoAnswer,
    /// <summary>454 or the server's own TEARDOWN: the session no longer exists.</summary>
    SessionLost,
}

/// <summary>What an RTSP session wants done.</summary>
internal enum RtspEffectKind
{
    /// <summary>Send <see cref="RtspEffect.Bytes"/> on the connection.</summary>
    Send,
    /// <summary>Connect to <see cref="RtspEffect.Target"/> instead, with a new framer, and start again.</summary>
    Reconnect,
    /// <summary>The tracks are set up and PLAY has been asked for: media may come from now on.</summary>
    SetUp,
    /// <summary>PLAY was answered with 200.</summary>
    Playing,
    /// <summary>It came to nothing: <see cref="RtspEffect.Failure"/> and <see cref="RtspEffect.Text"/> say why. Nothing follows.</summary>
    Failed,
    /// <summary>TEARDOWN was answered, or its answer is no longer waited for. Nothing follows.</summary>
    Closed,
}

/// <summary>One thing that an RTSP session wants done, in order.</summary>
internal sealed record RtspEffect(RtspEffectKind Kind)
{
    public byte[] Bytes { get; private init; } = [];
    public RtspUrl? Target { get; private init; }
    public RtspFailure Failure { get; private init; }

    /// <summary>The server's words or the detail of a failure, for a person; may be empty.</summary>
    public string Text { get; private init; } = "";

    public static RtspEffect Send(byte[] bytes) => new(RtspEffectKind.Send) { Bytes = bytes };

    public static RtspEffect Reconnect(RtspUrl target) => new(RtspEffectKind.Reconnect) { Target = target };

    public static RtspEffect Failed(RtspFailure failure, string text) => new(RtspEffectKind.Failed) { Failure = failure, Text = text };
}

/// <summary>One media that was set up.</summary>
/// <param name="Media">What comes in it.</param>
/// <param name="RtpChannel">Interleaved channel of RTP; not used over UDP.</param>
/// <param name="RtcpChannel">Interleaved channel of RTCP; not used over UDP.</param>
/// <param name="ServerRtpPort">Where the server sends from; null over TCP or when it does not say.</param>
/// <param name="ServerRtcpPort">Where the server takes RTCP; null over TCP or when it does not say.</param>
/// <param name="Source">The address that the server sends from, when it names one.</param>
internal sealed record RtspTrack(
    RtspMedia Media, byte RtpChannel, byte RtcpChannel, int? ServerRtpPort, int? ServerRtcpPort, string? Source);
