using System.Globalization;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using System.Xml;
using System.Xml.Linq;

namespace Gb28181Edge.Tests.Support.Heads;

/// <summary>How an emulated ONVIF camera authenticates.</summary>
internal enum OnvifLogin { Anonymous, WsSecurity, HttpDigest }

/// <summary>An emulated ONVIF camera with a head: device, media, PTZ and imaging service. Written from the specifications, shares no code with the program.</summary>
internal sealed class OnvifHead : IAsyncDisposable
{
    private const string Spaces = "http://www.onvif.org/ver10/tptz/";
    private const string Wsse = "http://docs.oasis-open.org/wss/2004/01/oasis-200401-wss-wssecurity-secext-1.0.xsd";
    private const string Wsu = "http://docs.oasis-open.org/wss/2004/01/oasis-200401-wss-wssecurity-utility-1.0.xsd";

    private readonly TimeProvider _time;
    private readonly OnvifLogin _login;
    private readonly HashSet<string> _nonces = [];
    private readonly Lock _gate = new();
    private int _tokens;

    public OnvifHead(OnvifLogin login, TimeProvider time, X509Certificate2? certificate = null)
    {
        (_login, _time) = (login, time);
        Motion = new EmulatedMotion(time);
        Server = new FakeHttpServer(Answer)
        {
            Username = login == OnvifLogin.HttpDigest ? Username : null,
            Password = Password,
            Certificate = certificate,
            IsOpen = request => request.Text.Contains("GetSystemDateAndTime", StringComparison.Ordinal),
        };
    }

    public const string Username = "admin";
    public const string Password = "päss&word<1>";

    public FakeHttpServer Server { get; }
    public EmulatedMotion Motion { get; }
    public Uri DeviceService => new(Server.Url, "/onvif/device_service");

    /// <summary>How far its clock is ahead.</summary>
    public TimeSpan ClockAhead { get; set; }

    /// <summary>It offers spherical degrees beside the generic space.</summary>
    public bool OffersDegrees { get; init; }

    /// <summary>GetCapabilities is refused: only GetServices is known.</summary>
    public bool OnlyServices { get; init; }

    /// <summary>The services stand under Media2 alone (profile T).</summary>
    public bool OnlyMedia2 { get; init; }

    /// <summary>The host and port that its addresses name; null: its own.</summary>
    public string? NamedHost { get; init; }

    public string StreamUri { get; set; } = "rtsp://10.9.8.7:8554/Streaming/Channels/101?transportmode=unicast&amp;profile=P1";

    /// <summary>Presets by token: name and position.</summary>
    public Dictionary<string, (string Name, (double Pan, double Tilt, double Zoom) At)> Presets { get; } = [];

    public int MostPresets { get; init; } = 8;

    /// <summary>Names of operations in order, without those that only ask.</summary>
    public List<string> Operations { get; } = [];
    public int Moves { get; private set; }
    public int Stops { get; private set; }
    public int Refused { get; private set; }
    public List<string> Auxiliaries { get; } = [];
    public string AutoFocus { get; private set; } = "AUTO";
    public double FocusSpeed { get; private set; }
    public TimeSpan? LastTimeout { get; private set; }

    /// <summary>The next request to this operation is answered with this fault subcode.</summary>
    public (string Operation, string Code)? NextFault { get; set; }

    public ValueTask DisposeAsync() => Server.DisposeAsync();

    private FakeHttpResponse Answer(FakeHttpRequest request)
    {
        lock (_gate)
        {
            XElement envelope = XElement.Parse(request.Text);
            XNamespace soap = "http://www.w3.org/2003/05/soap-envelope";
            if (envelope.Name != soap + "Envelope") return Fault("Sender", "WellFormed");
            XElement operation = envelope.Element(soap + "Body")!.Elements().Single();
            string name = operation.Name.LocalName;
            if (_login == OnvifLogin.WsSecurity && name != "GetSystemDateAndTime" && !IsAuthorized(envelope.Element(soap + "Header")))
            {
                Refused++;
                return Fault("Sender", "NotAuthorized", "Sender not Authorized");
            }
            if (NextFault is { } fault && fault.Operation == name)
            {
                NextFault = null;
                return Fault("Sender", "InvalidArgVal", "told to", fault.Code);
            }
            if (!name.StartsWith("Get", StringComparison.Ordinal)) Operations.Add(name);
            return CarryOut(request.Path, name, operation);
        }
    }

    private bool IsAuthorized(XElement? header)
    {
        XNamespace wsse = Wsse, wsu = Wsu;
        XElement? token = header?.Element(wsse + "Security")?.Element(wsse + "UsernameToken");
        if (token is null || token.Element(wsse + "Username")?.Value != Username) return false;
        string nonce = token.Element(wsse + "Nonce")!.Value, created = token.Element(wsu + "Created")!.Value;
        DateTimeOffset when = DateTimeOffset.Parse(created, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal);
        if ((when - (_time.GetUtcNow() + ClockAhead)).Duration() > TimeSpan.FromSeconds(5) || !_nonces.Add(nonce)) return false;
        byte[] digest = SHA1.HashData([.. Convert.FromBase64String(nonce), .. Encoding.UTF8.GetBytes(created + Password)]);
        return token.Element(wsse + "Password")!.Value == Convert.ToBase64String(digest);
    }

    private FakeHttpResponse CarryOut(string path, string name, XElement operation)
    {
        string? token = Value(operation, "ProfileToken");
        if (token is not null && token != "P 1/é") return Fault("Sender", "InvalidArgVal", "no such profile", "NoProfile");
        return (path, name) switch
        {
            ("/onvif/device_service", "GetSystemDateAndTime") => Clock(),
            ("/onvif/device_service", "GetCapabilities") => OnlyServices ? Fault("Receiver", "ActionNotSupported") : Ok("tds:GetCapabilitiesResponse", Capabilities()),
            ("/onvif/device_service", "GetServices") => Ok("tds:GetServicesResponse", Services()),
            ("/onvif/Media", "GetProfiles") => Ok("trt:GetProfilesResponse", Profiles()),
            ("/onvif/Media", "GetStreamUri") => Ok("trt:GetStreamUriResponse", $"<trt:MediaUri><tt:Uri>{StreamUri}</tt:Uri><tt:InvalidAfterConnect>false</tt:InvalidAfterConnect></trt:MediaUri>"),
            ("/onvif/Media2", "GetProfiles") => Ok("tr2:GetProfilesResponse", Profiles2()),
            ("/onvif/Media2", "GetStreamUri") => Ok("tr2:GetStreamUriResponse", $"<tr2:Uri>{StreamUri}</tr2:Uri>"),
            ("/onvif/PTZ", _) => Ptz(name, operation),
            ("/onvif/Imaging", _) => Imaging(name, operation),
            _ => Fault("Receiver", "ActionNotSupported", $"{name} at {path}"),
        };
    }

    private FakeHttpResponse Clock()
    {
        DateTimeOffset now = _time.GetUtcNow() + ClockAhead;
        return Ok("tds:GetSystemDateAndTimeResponse", string.Create(CultureInfo.InvariantCulture,
            $"<tds:SystemDateAndTime><tt:DateTimeType>NTP</tt:DateTimeType><tt:UTCDateTime><tt:Time><tt:Hour>{now.Hour}</tt:Hour><tt:Minute>{now.Minute}</tt:Minute><tt:Second>{now.Second}</tt:Second></tt:Time><tt:Date><tt:Year>{now.Year}</tt:Year><tt:Month>{now.Month}</tt:Month><tt:Day>{now.Day}</tt:Day></tt:Date></tt:UTCDateTime></tds:SystemDateAndTime>"));
    }

    private string Address(string service) => $"{Server.Url.Scheme}://{NamedHost ?? $"127.0.0.1:{Server.Port}"}/onvif/{service}";

    private string Capabilities() => OnlyMedia2
        ? $"<tds:Capabilities><tt:PTZ><tt:XAddr>{Address("PTZ")}</tt:XAddr></tt:PTZ></tds:Capabilities>"
        : $"<tds:Capabilities><tt:Device><tt:XAddr>{Address("device_service")}</tt:XAddr></tt:Device><tt:Imaging><tt:XAddr>{Address("Imaging")}</tt:XAddr></tt:Imaging><tt:Media><tt:XAddr>{Address("Media")}</tt:XAddr></tt:Media><tt:PTZ><tt:XAddr>{Address("PTZ")}</tt:XAddr></tt:PTZ></tds:Capabilities>";

    private string Services()
    {
        (string Name, string Path)[] services =
        [
            ("http://www.onvif.org/ver10/device/wsdl", "device_service"),
            OnlyMedia2 ? ("http://www.onvif.org/ver20/media/wsdl", "Media2") : ("http://www.onvif.org/ver10/media/wsdl", "Media"),
            ("http://www.onvif.org/ver20/ptz/wsdl", "PTZ"), ("http://www.onvif.org/ver20/imaging/wsdl", "Imaging"),
        ];
        return string.Concat(services.Select(service => $"<tds:Service><tds:Namespace>{service.Name}</tds:Namespace><tds:XAddr>{Address(service.Path)}</tds:XAddr></tds:Service>"));
    }

    private static string Profiles() => """
        <trt:Profiles token="audio-only"><tt:Name>audio</tt:Name></trt:Profiles>
        <trt:Profiles token="P 1/é" fixed="true"><tt:Name>MainStream</tt:Name>
          <tt:VideoSourceConfiguration token="VSC1"><tt:Name>v</tt:Name><tt:SourceToken>VideoSource_1</tt:SourceToken></tt:VideoSourceConfiguration>
          <tt:VideoEncoderConfiguration token="VEC1"><tt:Encoding>H264</tt:Encoding></tt:VideoEncoderConfiguration>
          <tt:PTZConfiguration token="PTZ.conf"><tt:Name>ptz</tt:Name><tt:NodeToken>Node:0</tt:NodeToken></tt:PTZConfiguration>
        </trt:Profiles>
        """;

    private static string Profiles2() => """
        <tr2:Profiles token="P 1/é"><tr2:Name>Main</tr2:Name><tr2:Configurations>
          <tr2:VideoSource token="VSC1"><tt:SourceToken>VideoSource_1</tt:SourceToken></tr2:VideoSource><tr2:VideoEncoder token="VEC1"/>
          <tr2:PTZ token="PTZ.conf"><tt:NodeToken>Node:0</tt:NodeToken></tr2:PTZ></tr2:Configurations></tr2:Profiles>
        """;

    private FakeHttpResponse Ptz(string name, XElement operation)
    {
        switch (name)
        {
            case "GetNode":
                return Ok("tptz:GetNodeResponse", Node());
            case "GetConfigurationOptions":
                return Ok("tptz:GetConfigurationOptionsResponse", "<tptz:PTZConfigurationOptions><tt:PTZTimeout><tt:Min>PT1S</tt:Min><tt:Max>PT4S</tt:Max></tt:PTZTimeout></tptz:PTZConfigurationOptions>");
            case "GetStatus":
                return Ok("tptz:GetStatusResponse", Status());
            case "ContinuousMove":
                LastTimeout = Value(operation, "Timeout") is { } text ? XmlConvert.ToTimeSpan(text) : null;
                XElement velocity = Descendant(operation, "Velocity")!;
                Motion.Move(Real(velocity, "PanTilt", "x"), Real(velocity, "PanTilt", "y"), Real(velocity, "Zoom", "x"), LastTimeout ?? TimeSpan.FromSeconds(4));
                Moves++;
                return Ok("tptz:ContinuousMoveResponse", "");
            case "Stop":
                Motion.Move(0, 0, 0);
                Stops++;
                return Ok("tptz:StopResponse", "");
            case "AbsoluteMove":
                return Absolute(operation);
            case "GotoHomePosition":
                Motion.GoTo(0, 0, 1);
                return Ok("tptz:GotoHomePositionResponse", "");
            case "SendAuxiliaryCommand":
                Auxiliaries.Add(Value(operation, "AuxiliaryData")!);
                return Ok("tptz:SendAuxiliaryCommandResponse", "");
            default:
                return Preset(name, operation);
        }
    }

    private FakeHttpResponse Preset(string name, XElement operation)
    {
        string? token = Value(operation, "PresetToken");
        if (name == "GetPresets")
            return Ok("tptz:GetPresetsResponse", string.Concat(Presets.Select(one => $"<tptz:Preset token=\"{one.Key}\"><tt:Name>{one.Value.Name}</tt:Name></tptz:Preset>")));
        if (name == "SetPreset")
        {
            if (token is null && Presets.Count >= MostPresets) return Fault("Receiver", "Action", "full", "TooManyPresets");
            token ??= $"preset/{++_tokens:x}-ü";
            Presets[token] = (Value(operation, "PresetName") ?? "", Motion.Position);
            return Ok("tptz:SetPresetResponse", $"<tptz:PresetToken>{token}</tptz:PresetToken>");
        }
        if (token is null || !Presets.TryGetValue(token, out (string Name, (double Pan, double Tilt, double Zoom) At) preset))
            return Fault("Sender", "InvalidArgVal", "no such preset", "NoToken");
        if (name == "RemovePreset") Presets.Remove(token);
        else if (name == "GotoPreset") Motion.GoTo(preset.At.Pan, preset.At.Tilt, preset.At.Zoom);
        else return Fault("Receiver", "ActionNotSupported", name);
        return Ok($"tptz:{name}Response", "");
    }

    private FakeHttpResponse Absolute(XElement operation)
    {
        XElement position = Descendant(operation, "Position")!;
        XElement? panTilt = Descendant(position, "PanTilt");
        double? zoom = Descendant(position, "Zoom") is null ? null : 1 + Real(position, "Zoom", "x") * 19;
        if (panTilt is null)
        {
            Motion.GoTo(null, null, zoom);
            return Ok("tptz:AbsoluteMoveResponse", "");
        }
        string space = panTilt.Attribute("space")?.Value ?? Spaces + "PanTiltSpaces/PositionGenericSpace";
        double x = Real(position, "PanTilt", "x"), y = Real(position, "PanTilt", "y");
        bool degrees = space == Spaces + "PanTiltSpaces/SphericalPositionSpaceDegrees";
        if ((degrees && !OffersDegrees) || (!degrees && space != Spaces + "PanTiltSpaces/PositionGenericSpace"))
            return Fault("Sender", "InvalidArgVal", space, "SpaceNotSupported");
        if (Math.Abs(x) > (degrees ? 180 : 1) || Math.Abs(y) > (degrees ? 90 : 1)) return Fault("Sender", "InvalidArgVal", "range", "InvalidPosition");
        Motion.GoTo(degrees ? x : x * 180, degrees ? y : y * 90, zoom);
        return Ok("tptz:AbsoluteMoveResponse", "");
    }

    private string Node()
    {
        string Space(string kind, string uri, string x, string? y = null) =>
            $"<tt:{kind}><tt:URI>{Spaces}{uri}</tt:URI><tt:XRange>{x}</tt:XRange>{(y is null ? "" : $"<tt:YRange>{y}</tt:YRange>")}</tt:{kind}>";
        string Range(string min, string max) => $"<tt:Min>{min}</tt:Min><tt:Max>{max}</tt:Max>";
        string degrees = OffersDegrees ? Space("AbsolutePanTiltPositionSpace", "PanTiltSpaces/SphericalPositionSpaceDegrees", Range("-180", "180"), Range("-90", "90")) : "";
        return $"<tptz:PTZNode token=\"Node:0\"><tt:Name>n</tt:Name><tt:SupportedPTZSpaces>"
            + Space("AbsolutePanTiltPositionSpace", "PanTiltSpaces/PositionGenericSpace", Range("-1.0", "1.0"), Range("-1.0", "1.0")) + degrees
            + Space("AbsoluteZoomPositionSpace", "ZoomSpaces/PositionGenericSpace", Range("0", "1"))
            + Space("ContinuousPanTiltVelocitySpace", "PanTiltSpaces/VelocityGenericSpace", Range("-1", "1"), Range("-1", "1"))
            + Space("ContinuousZoomVelocitySpace", "ZoomSpaces/VelocityGenericSpace", Range("-1", "1"))
            + Space("PanTiltSpeedSpace", "PanTiltSpaces/GenericSpeedSpace", Range("0", "1"))
            + $"</tt:SupportedPTZSpaces><tt:MaximumNumberOfPresets>{MostPresets}</tt:MaximumNumberOfPresets><tt:HomeSupported>true</tt:HomeSupported>"
            + "<tt:AuxiliaryCommands>tt:Wiper|On</tt:AuxiliaryCommands><tt:AuxiliaryCommands>tt:Wiper|Off</tt:AuxiliaryCommands></tptz:PTZNode>";
    }

    private string Status()
    {
        (double pan, double tilt, double zoom) = Motion.Position;
        double signed = pan > 180 ? pan - 360 : pan;
        string space = OffersDegrees ? "SphericalPositionSpaceDegrees" : "PositionGenericSpace";
        return string.Create(CultureInfo.InvariantCulture,
            $"<tptz:PTZStatus><tt:Position><tt:PanTilt x=\"{(OffersDegrees ? signed : signed / 180)}\" y=\"{(OffersDegrees ? tilt : tilt / 90)}\" space=\"{Spaces}PanTiltSpaces/{space}\"/><tt:Zoom x=\"{(zoom - 1) / 19}\" space=\"{Spaces}ZoomSpaces/PositionGenericSpace\"/></tt:Position></tptz:PTZStatus>");
    }

    private FakeHttpResponse Imaging(string name, XElement operation)
    {
        if (Value(operation, "VideoSourceToken") != "VideoSource_1") return Fault("Sender", "InvalidArgVal", "no such source", "NoSource");
        switch (name)
        {
            case "GetMoveOptions":
                return Ok("timg:GetMoveOptionsResponse", "<timg:MoveOptions><tt:Continuous><tt:Speed><tt:Min>-1</tt:Min><tt:Max>1</tt:Max></tt:Speed></tt:Continuous></timg:MoveOptions>");
            case "GetImagingSettings":
                return Ok("timg:GetImagingSettingsResponse", $"<timg:ImagingSettings><tt:Focus><tt:AutoFocusMode>{AutoFocus}</tt:AutoFocusMode></tt:Focus></timg:ImagingSettings>");
            case "SetImagingSettings":
                AutoFocus = Value(operation, "AutoFocusMode")!;
                return Ok("timg:SetImagingSettingsResponse", "");
            case "Move" when AutoFocus == "AUTO":
                return Fault("Sender", "InvalidArgVal", "the focus is automatic", "SettingsInvalid");
            case "Move":
                FocusSpeed = double.Parse(Value(operation, "Speed")!, CultureInfo.InvariantCulture);
                return Ok("timg:MoveResponse", "");
            case "Stop":
                FocusSpeed = 0;
                return Ok("timg:StopResponse", "");
            default:
                return Fault("Receiver", "ActionNotSupported", name);
        }
    }

    private static XElement? Descendant(XElement element, string name) => element.Descendants().FirstOrDefault(one => one.Name.LocalName == name);

    private static string? Value(XElement element, string name) => Descendant(element, name)?.Value;

    private static double Real(XElement element, string name, string attribute) =>
        double.Parse(Descendant(element, name)?.Attribute(attribute)?.Value ?? "0", CultureInfo.InvariantCulture);

    private static FakeHttpResponse Ok(string element, string content) => Envelope(200, $"<{element}>{content}</{element}>");

    private static FakeHttpResponse Fault(string code, string subcode, string reason = "", string? subsub = null) => Envelope(code == "Sender" ? 400 : 500,
        $"<env:Fault><env:Code><env:Value>env:{code}</env:Value><env:Subcode><env:Value>ter:{subcode}</env:Value>"
        + (subsub is null ? "" : $"<env:Subcode><env:Value>ter:{subsub}</env:Value></env:Subcode>")
        + $"</env:Subcode></env:Code><env:Reason><env:Text xml:lang=\"en\">{reason}</env:Text></env:Reason></env:Fault>");

    private static FakeHttpResponse Envelope(int status, string body) => new(status,
        "<?xml version=\"1.0\" encoding=\"utf-8\"?>\n<env:Envelope xmlns:env=\"http://www.w3.org/2003/05/soap-envelope\" xmlns:tds=\"http://www.onvif.org/ver10/device/wsdl\" "
        + "xmlns:trt=\"http://www.onvif.org/ver10/media/wsdl\" xmlns:tr2=\"http://www.onvif.org/ver20/media/wsdl\" xmlns:tptz=\"http://www.onvif.org/ver20/ptz/wsdl\" "
        + "xmlns:timg=\"http://www.onvif.org/ver20/imaging/wsdl\" xmlns:tt=\"http://www.onvif.org/ver10/schema\" xmlns:ter=\"http://www.onvif.org/ver10/error\">"
        + $"<env:Body>{body}</env:Body></env:Envelope>", "application/soap+xml; charset=utf-8");
}
