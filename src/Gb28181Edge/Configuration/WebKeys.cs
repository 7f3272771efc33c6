namespace Gb28181Edge.Configuration;

/// <summary>The keys of what is reached through a camera's web interface.</summary>
internal static class WebKeys
{
    private const string UrlNote = "Where the camera's web interface is, without user and password; null when Host is given.";
    private const string OnvifUrlNote = "The ONVIF device service; null when Host is given.";
    private const string HostNote = "The camera, where it has the usual port and path; null when Url is given.";
    private const string UsernameNote = "The user on the camera, null where it asks for none.";
    private const string PasswordNote = "That user's password.";
    private const string PasswordFileNote = "A file that holds the password instead, as with platforms.";
    private const string TrustNote = "With https, take a certificate that nobody has signed.";

    public static ShapeCase<PtzOptions, OnvifPtzOptions> Onvif(ConfigurationKey<OnvifPtzOptions>[] common) => new("onvif", new(
        new OnvifPtzOptions(), [
        .. Access<OnvifPtzOptions>(OnvifUrlNote),
        new TextKey<OnvifPtzOptions>("Profile", TextFormats.Name, "A media profile's token or name, null for the first that can be steered.", o => o.Profile, (o, v) => o with { Profile = v }) { IsNullable = true },
        new NumberKey<OnvifPtzOptions>("PanFromDegrees", -360, 360, "Where the camera looks at pan -1, if it offers no degrees.", o => o.PanFromDegrees, (o, v) => o with { PanFromDegrees = v!.Value }),
        new NumberKey<OnvifPtzOptions>("PanToDegrees", -360, 360, "Where it looks at pan +1.", o => o.PanToDegrees, (o, v) => o with { PanToDegrees = v!.Value }),
        new NumberKey<OnvifPtzOptions>("TiltFromDegrees", -180, 180, "Where it looks at tilt -1, + is up.", o => o.TiltFromDegrees, (o, v) => o with { TiltFromDegrees = v!.Value }),
        new NumberKey<OnvifPtzOptions>("TiltToDegrees", -180, 180, "Where it looks at tilt +1.", o => o.TiltToDegrees, (o, v) => o with { TiltToDegrees = v!.Value }),
        new NumberKey<OnvifPtzOptions>("MaxZoom", 2, 100, "The magnification at the narrowest view, null leaves the zoom's position unknown.", o => o.MaxZoom, (o, v) => o with { MaxZoom = v }) { IsNullable = true },
        .. common]));

    public static ShapeCase<PtzOptions, IsapiPtzOptions> Isapi(ConfigurationKey<IsapiPtzOptions>[] common) => new("isapi", new(
        new IsapiPtzOptions(), [
        .. Access<IsapiPtzOptions>(UrlNote),
        new NumberKey<IsapiPtzOptions>("Channel", 1, 256, "1 for a camera, the channel's number for a recorder.", o => o.Channel, (o, v) => o with { Channel = v!.Value }),
        new ChoiceKey<IsapiPtzOptions, TiltDirection>("TiltGrows", [("down", TiltDirection.Down), ("up", TiltDirection.Up)], "Which way the camera's own tilt angle grows.", o => o.TiltGrows, (o, v) => o with { TiltGrows = v }),
        .. common]));

    public static ShapeCase<PtzOptions, DahuaPtzOptions> Dahua(ConfigurationKey<DahuaPtzOptions>[] common) => new("dahua", new(
        new DahuaPtzOptions(), [
        .. Access<DahuaPtzOptions>(UrlNote),
        new NumberKey<DahuaPtzOptions>("Channel", 0, 256, "0 or 1 is the first, depending on the firmware.", o => o.Channel, (o, v) => o with { Channel = v!.Value }),
        new ChoiceKey<DahuaPtzOptions, TiltDirection>("TiltGrows", [("down", TiltDirection.Down), ("up", TiltDirection.Up)], "Which way the camera's own tilt angle grows.", o => o.TiltGrows, (o, v) => o with { TiltGrows = v }),
        .. common]));

    public static ShapeCase<SourceOptions, OnvifSourceOptions> OnvifSource { get; } = new("onvif", new(
        new OnvifSourceOptions(),
        new TextKey<OnvifSourceOptions>("Url", TextFormats.WebUrl, OnvifUrlNote, o => o.Url, (o, v) => o with { Url = v }) { IsNullable = true },
        new TextKey<OnvifSourceOptions>("Host", TextFormats.Host, HostNote, o => o.Host, (o, v) => o with { Host = v }) { IsNullable = true },
        new TextKey<OnvifSourceOptions>("Username", TextFormats.Name, UsernameNote, o => o.Username, (o, v) => o with { Username = v }) { IsNullable = true },
        new TextKey<OnvifSourceOptions>("Password", TextFormats.Password, PasswordNote, o => o.Password, (o, v) => o with { Password = v }) { IsNullable = true, IsSecret = true },
        new TextKey<OnvifSourceOptions>("PasswordFile", TextFormats.Path, PasswordFileNote, o => o.PasswordFile, (o, v) => o with { PasswordFile = v }) { IsNullable = true },
        new TextKey<OnvifSourceOptions>("Profile", TextFormats.Name, "A media profile's token or name, null for the first with video.", o => o.Profile, (o, v) => o with { Profile = v }) { IsNullable = true },
        new ChoiceKey<OnvifSourceOptions, RtspTransport>("Transport", [("tcp", RtspTransport.Tcp), ("udp", RtspTransport.Udp)], "How RTP comes from the camera.", o => o.Transport, (o, v) => o with { Transport = v }),
        new FlagKey<OnvifSourceOptions>("TrustAnyCertificate", TrustNote, o => o.TrustAnyCertificate, (o, v) => o with { TrustAnyCertificate = v })));

    private static ConfigurationKey<T>[] Access<T>(string urlNote) where T : WebPtzOptions =>
    [
        new TextKey<T>("Url", TextFormats.WebUrl, urlNote, o => o.Url, (o, v) => o with { Url = v }) { IsNullable = true },
        new TextKey<T>("Host", TextFormats.Host, HostNote, o => o.Host, (o, v) => o with { Host = v }) { IsNullable = true },
        new TextKey<T>("Username", TextFormats.Name, UsernameNote, o => o.Username, (o, v) => o with { Username = v }) { IsNullable = true },
        new TextKey<T>("Password", TextFormats.Password, PasswordNote, o => o.Password, (o, v) => o with { Password = v }) { IsNullable = true, IsSecret = true },
        new TextKey<T>("PasswordFile", TextFormats.Path, PasswordFileNote, o => o.PasswordFile, (o, v) => o with { PasswordFile = v }) { IsNullable = true },
        new FlagKey<T>("TrustAnyCertificate", TrustNote, o => o.TrustAnyCertificate, (o, v) => o with { TrustAnyCertificate = v }),
    ];
}
