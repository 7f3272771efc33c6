using System.Globalization;
using System.Security.Cryptography.X509Certificates;
using System.Xml.Linq;

namespace Gb28181Edge.Tests.Support.Heads;

/// <summary>An emulated Hikvision camera with a head; elevation grows downwards. Shares no code with the program.</summary>
internal sealed class IsapiHead : IAsyncDisposable
{
    private readonly Lock _gate = new();

    public IsapiHead(TimeProvider time, string scheme = "MD5", X509Certificate2? certificate = null)
    {
        Motion = new EmulatedMotion(time);
        Server = new FakeHttpServer(Answer) { Username = Username, Password = Password, Scheme = scheme, Certificate = certificate };
    }

    public const string Username = "admin";
    public const string Password = "12345 abc";

    public FakeHttpServer Server { get; }
    public EmulatedMotion Motion { get; }
    public int Moves { get; private set; }
    public int Stops { get; private set; }
    public Dictionary<int, (double Pan, double Tilt, double Zoom)> Presets { get; } = [];
    public List<string> Auxiliaries { get; } = [];
    public int FocusSpeed { get; private set; }
    public int IrisSpeed { get; private set; }

    /// <summary>It has no absolute positions, no home and no lens motors: a speed dome's lesser sister.</summary>
    public bool IsPlain { get; init; }

    /// <summary>It refuses more.</summary>
    public int MostZoom { get; init; } = 100;

    /// <summary>What it says to focus and iris instead of moving them, by HTTP status and subStatusCode.</summary>
    public (int Http, string SubCode)? RefusesLens { get; set; }

    public ValueTask DisposeAsync() => Server.DisposeAsync();

    private FakeHttpResponse Answer(FakeHttpRequest request)
    {
        lock (_gate)
        {
            const string Ptz = "/ISAPI/PTZCtrl/channels/1/", Video = "/ISAPI/System/Video/inputs/channels/1/";
            XElement? body = request.Body.Length > 0 ? XElement.Parse(request.Text) : null;
            if (request.Target.StartsWith(Video, StringComparison.Ordinal) && RefusesLens is { } refusal) return Status(refusal.Http, 4, "Error", refusal.SubCode);
            if (request.Target.StartsWith(Video, StringComparison.Ordinal) && !IsPlain && request.Method == "PUT")
            {
                if (request.Target[Video.Length..] == "focus") FocusSpeed = Whole(body!, "focus")!.Value;
                else IrisSpeed = Whole(body!, "iris")!.Value;
                return Status(200, 1, "OK", "ok");
            }
            if (!request.Target.StartsWith(Ptz, StringComparison.Ordinal)) return Status(403, 4, "Invalid Operation", "notSupport");
            return Steer(request.Method, request.Target[Ptz.Length..].Split('/'), body);
        }
    }

    private FakeHttpResponse Steer(string method, string[] path, XElement? body)
    {
        switch (method, path)
        {
            case ("PUT", ["continuous"]):
                int pan = Whole(body!, "pan") ?? 0, tilt = Whole(body!, "tilt") ?? 0, zoom = Whole(body!, "zoom") ?? 0;
                if (new[] { pan, tilt, zoom }.Any(speed => Math.Abs(speed) > 100)) return Status(400, 6, "Invalid Content", "badParameters");
                if ((pan, tilt, zoom) == default) Stops++;
                else Moves++;
                Motion.Move(pan / 100.0, tilt / 100.0, zoom / 100.0);
                return Status(200, 1, "OK", "ok");
            case ("PUT", ["presets", var set]):
                Presets[int.Parse(set, null)] = Motion.Position;
                return Status(200, 1, "OK", "ok");
            case ("PUT", ["presets", var called, "goto"]) when Presets.TryGetValue(int.Parse(called, null), out (double Pan, double Tilt, double Zoom) at):
                Motion.GoTo(at.Pan, at.Tilt, at.Zoom);
                return Status(200, 1, "OK", "ok");
            case ("DELETE", ["presets", var gone]):
                Presets.Remove(int.Parse(gone, null));
                return Status(200, 1, "OK", "ok");
            case ("PUT", ["auxcontrols", "1"]):
                Auxiliaries.Add($"{body!.Element("type")!.Value} {body.Element("status")!.Value}");
                return Status(200, 1, "OK", "ok");
            case ("PUT", ["homeposition", "goto"]) when !IsPlain:
                Motion.GoTo(0, 0, 1);
                return Status(200, 1, "OK", "ok");
            case ("GET", ["status"]) when !IsPlain:
                (double p, double t, double z) = Motion.Position;
                return new FakeHttpResponse(200, string.Create(CultureInfo.InvariantCulture,
                    $"<?xml version=\"1.0\" encoding=\"UTF-8\"?><PTZStatus version=\"2.0\" xmlns=\"http://www.hikvision.com/ver20/XMLSchema\"><AbsoluteHigh><elevation>{-t * 10:0}</elevation><azimuth>{p * 10:0}</azimuth><absoluteZoom>{z * 10:0}</absoluteZoom></AbsoluteHigh></PTZStatus>"));
            case ("PUT", ["absolute"]) when !IsPlain:
                XElement high = body!.Element("AbsoluteHigh")!;
                if (Whole(high, "azimuth") is not { } azimuth || azimuth is < 0 or > 3600 || Whole(high, "elevation") is not { } elevation || Math.Abs(elevation) > 900
                    || Whole(high, "absoluteZoom") is { } zoomed && (zoomed < 10 || zoomed > MostZoom * 10))
                    return Status(400, 6, "Invalid Content", "badParameters");
                Motion.GoTo(azimuth / 10.0, -elevation / 10.0, Whole(high, "absoluteZoom") / 10.0);
                return Status(200, 1, "OK", "ok");
            default:
                return Status(403, 4, "Invalid Operation", "notSupport");
        }
    }

    private static int? Whole(XElement element, string name) =>
        element.Element(name) is { } found ? int.Parse(found.Value, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture) : null;

    private static FakeHttpResponse Status(int http, int code, string text, string sub) => new(http,
        $"<?xml version=\"1.0\" encoding=\"UTF-8\"?><ResponseStatus version=\"2.0\" xmlns=\"http://www.hikvision.com/ver20/XMLSchema\"><requestURL>/</requestURL><statusCode>{code}</statusCode><statusString>{text}</statusString><subStatusCode>{sub}</subStatusCode></ResponseStatus>");
}
