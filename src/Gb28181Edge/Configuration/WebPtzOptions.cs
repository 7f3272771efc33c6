namespace Gb28181Edge.Configuration;

/// <summary>Where a camera's web interface is and who asks it.</summary>
internal interface IWebAccess
{
    /// <summary><c>http://</c> or <c>https://</c> without user and password; null: <see cref="Host"/> is given.</summary>
    string? Url { get; }

    /// <summary>Address or name, at port 80; null: <see cref="Url"/> is given.</summary>
    string? Host { get; }

    /// <summary>Null where the camera asks for none.</summary>
    string? Username { get; }

    /// <summary>Never logged. Holds the content of <see cref="PasswordFile"/> once read.</summary>
    string? Password { get; }

    /// <summary>The file that holds the password; null when there is none.</summary>
    string? PasswordFile { get; }
}

/// <summary>A head behind a camera's web interface.</summary>
internal abstract record WebPtzOptions : PtzOptions, IWebAccess
{
    public string? Url { get; init; }
    public string? Host { get; init; }
    public string? Username { get; init; }
    public string? Password { get; init; }
    public string? PasswordFile { get; init; }

    /// <summary>True: with https, a certificate that nobody has signed is taken.</summary>
    public bool TrustAnyCertificate { get; init; }

    /// <summary>All but the password.</summary>
    public sealed override string ToString() => $"{GetType().Name} {Url ?? Host}";
}

/// <summary><c>onvif</c>.</summary>
internal sealed record OnvifPtzOptions : WebPtzOptions
{
    /// <summary>A media profile's token or name; null: the first with a PTZ configuration.</summary>
    public string? Profile { get; init; }

    /// <summary>Where x = −1 of the generic coordinates looks, −360 … 360°.</summary>
    public int PanFromDegrees { get; init; } = -180;

    /// <summary>Where x = +1 looks.</summary>
    public int PanToDegrees { get; init; } = 180;

    /// <summary>Where y = −1 looks, −180 … 180°, + is up.</summary>
    public int TiltFromDegrees { get; init; } = -90;

    /// <summary>Where y = +1 looks.</summary>
    public int TiltToDegrees { get; init; } = 90;

    /// <summary>The magnification at zoom 1, 2 … 100; null: it is not known.</summary>
    public int? MaxZoom { get; init; }
}

/// <summary>Which way a camera's own tilt angle grows.</summary>
internal enum TiltDirection { Down, Up }

/// <summary><c>isapi</c>: Hikvision.</summary>
internal sealed record IsapiPtzOptions : WebPtzOptions
{
    /// <summary>1 for a camera.</summary>
    public int Channel { get; init; } = 1;

    public TiltDirection TiltGrows { get; init; }
}

/// <summary><c>dahua</c>.</summary>
internal sealed record DahuaPtzOptions : WebPtzOptions
{
    /// <summary>0 or 1 is the first, depending on the firmware.</summary>
    public int Channel { get; init; } = 1;

    public TiltDirection TiltGrows { get; init; }
}

/// <summary><c>onvif</c>: a camera that tells its RTSP address by ONVIF.</summary>
internal sealed record OnvifSourceOptions : SourceOptions, IWebAccess
{
    public string? Url { get; init; }
    public string? Host { get; init; }
    public string? Username { get; init; }
    public string? Password { get; init; }
    public string? PasswordFile { get; init; }

    /// <summary>A media profile's token or name; null: the first with video.</summary>
    public string? Profile { get; init; }

    /// <summary>True: with https, a certificate that nobody has signed is taken.</summary>
    public bool TrustAnyCertificate { get; init; }

    /// <summary>How RTP comes from the address.</summary>
    public RtspTransport Transport { get; init; }

    /// <summary>All but the password.</summary>
    public override string ToString() => $"onvif {Url ?? Host}";
}
