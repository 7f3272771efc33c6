using System.Globalization;
using System.Security.Cryptography.X509Certificates;

namespace Gb28181Edge.Tests.Support.Heads;

/// <summary>An emulated Dahua camera with a head; its vertical angle grows downwards. Shares no code with the program.</summary>
/// <remarks>A movement ends only by the stop of the code that it was started with, as in the camera.</remarks>
internal sealed class DahuaHead : IAsyncDisposable
{
    private readonly Lock _gate = new();
    private readonly Dictionary<string, (int Arg1, int Arg2)> _running = [];

    public DahuaHead(TimeProvider time, X509Certificate2? certificate = null)
    {
        Motion = new EmulatedMotion(time);
        Server = new FakeHttpServer(Answer) { Username = Username, Password = Password, Certificate = certificate };
    }

    public const string Username = "admin";
    public const string Password = "adm1n:in";

    public FakeHttpServer Server { get; }
    public EmulatedMotion Motion { get; }
    public int Channel { get; init; } = 1;

    /// <summary>Started codes in order.</summary>
    public List<string> Moves { get; } = [];

    /// <summary>Stopped codes in order.</summary>
    public List<string> Stops { get; } = [];
    /// <summary>A code whose stop it answers with HTTP 500; an empty one means all.</summary>
    public string? FailsAt { get; set; }
    public Dictionary<int, (double Pan, double Tilt, double Zoom)> Presets { get; } = [];
    public List<string> Auxiliaries { get; } = [];

    /// <summary>Codes that run.</summary>
    public IReadOnlyCollection<string> Running
    {
        get
        {
            lock (_gate) return [.. _running.Keys];
        }
    }

    public ValueTask DisposeAsync() => Server.DisposeAsync();

    private FakeHttpResponse Answer(FakeHttpRequest request)
    {
        lock (_gate)
        {
            if (request.Query("channel") != Channel.ToString(CultureInfo.InvariantCulture)) return Error();
            if (request.Path == "/cgi-bin/rainBrush.cgi")
            {
                Auxiliaries.Add(request.Query("action"));
                return Ok();
            }
            if (request.Path != "/cgi-bin/ptz.cgi") return new FakeHttpResponse(404, "");
            return request.Query("action") switch
            {
                "start" => Start(request.Query("code"), request),
                "stop" => Stop(request.Query("code")),
                "getStatus" => Status(),
                _ => Error(),
            };
        }
    }

    private FakeHttpResponse Start(string code, FakeHttpRequest request)
    {
        int arg2 = (int)double.Parse(request.Query("arg2"), CultureInfo.InvariantCulture);
        switch (code)
        {
            case "SetPreset":
                Presets[arg2] = Motion.Position;
                return Ok();
            case "GotoPreset" when Presets.TryGetValue(arg2, out (double Pan, double Tilt, double Zoom) at):
                Motion.GoTo(at.Pan, at.Tilt, at.Zoom);
                return Ok();
            case "ClearPreset":
                return Presets.Remove(arg2) ? Ok() : Error();
            case "PositionABS":
                double zoom = double.Parse(request.Query("arg3"), CultureInfo.InvariantCulture);
                Motion.GoTo(double.Parse(request.Query("arg1"), CultureInfo.InvariantCulture), -double.Parse(request.Query("arg2"), CultureInfo.InvariantCulture), zoom == 0 ? null : zoom);
                return Ok();
            case "Left" or "Right" or "Up" or "Down" when arg2 is >= 1 and <= 8:
            case "LeftUp" or "RightUp" or "LeftDown" or "RightDown" when arg2 is >= 1 and <= 8 && int.Parse(request.Query("arg1"), null) is >= 1 and <= 8:
            case "ZoomTele" or "ZoomWide" or "FocusNear" or "FocusFar" or "IrisLarge" or "IrisSmall":
                Moves.Add(code);
                _running[code] = (int.Parse(request.Query("arg1"), null), arg2);
                Run();
                return Ok();
            default:
                return Error();
        }
    }

    private FakeHttpResponse Stop(string code)
    {
        Stops.Add(code);
        if (FailsAt is { } fails && code.StartsWith(fails, StringComparison.Ordinal)) return new FakeHttpResponse(500, "");
        if (!_running.Remove(code)) return Error();
        Run();
        return Ok();
    }

    private void Run()
    {
        double pan = 0, tilt = 0, zoom = 0;
        foreach ((string code, (int arg1, int arg2)) in _running)
        {
            bool diagonal = arg1 > 0;
            if (code.StartsWith("Left", StringComparison.Ordinal)) pan -= arg2 / 8.0;
            if (code.StartsWith("Right", StringComparison.Ordinal)) pan += arg2 / 8.0;
            if (code.EndsWith("Up", StringComparison.Ordinal)) tilt += (diagonal ? arg1 : arg2) / 8.0;
            if (code.EndsWith("Down", StringComparison.Ordinal)) tilt -= (diagonal ? arg1 : arg2) / 8.0;
            if (code == "ZoomTele") zoom += 1;
            if (code == "ZoomWide") zoom -= 1;
        }
        Motion.Move(pan, tilt, zoom);
    }

    private FakeHttpResponse Status()
    {
        (double pan, double tilt, double zoom) = Motion.Position;
        return new FakeHttpResponse(200, string.Create(CultureInfo.InvariantCulture,
            $"status.Action=Preset\r\nstatus.MoveStatus=Idle\r\nstatus.Postion[0]={pan:0.000000}\r\nstatus.Postion[1]={-tilt:0.000000}\r\nstatus.Postion[2]={zoom:0.000000}\r\nstatus.ZoomStatus=Idle\r\n"), "text/plain");
    }

    private static FakeHttpResponse Ok() => new(200, "OK\r\n", "text/plain");

    private static FakeHttpResponse Error() => new(400, "Error\r\nBad Request!\r\n", "text/plain");
}
