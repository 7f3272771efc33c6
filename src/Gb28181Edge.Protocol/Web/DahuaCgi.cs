using System.Globalization;
using System.Text;

namespace Gb28181Edge.Protocol.Web;

/// <summary>One movement of Dahua's ptz.cgi: started and stopped under the same code.</summary>
/// <param name="Code">Left, LeftUp, ZoomTele …</param>
/// <param name="Arg1">Of a diagonal the vertical speed, 1 … 8; else 0.</param>
/// <param name="Arg2">The speed, of a diagonal the horizontal one, 1 … 8; 0 where the code has none.</param>
internal readonly record struct DahuaMove(string Code, int Arg1, int Arg2);

/// <summary>Where a camera looks. Dahua HTTP API, ptz.cgi getStatus.</summary>
internal readonly record struct DahuaPosition(double Pan, double Tilt, double? Zoom);

/// <summary>Paths of Dahua's HTTP API that we use, and its answers.</summary>
/// <param name="channel">0 or 1 is the first, depending on the firmware.</param>
internal sealed class DahuaCgi(int channel)
{
    private const int TopSpeed = 8;

    /// <summary>Every code that a stop may be owed for.</summary>
    public static IReadOnlyList<string> Codes { get; } =
        ["Left", "Right", "Up", "Down", "LeftUp", "RightUp", "LeftDown", "RightDown", "ZoomTele", "ZoomWide", "FocusNear", "FocusFar", "IrisLarge", "IrisSmall"];

    /// <summary>Whether a code moves focus or iris.</summary>
    public static bool IsOfLens(string code) => code.StartsWith("Focus", StringComparison.Ordinal) || code.StartsWith("Iris", StringComparison.Ordinal);

    public string Status => $"/cgi-bin/ptz.cgi?action=getStatus&channel={channel}";

    public string Start(DahuaMove move) => Command("start", move.Code, move.Arg1, move.Arg2);
    public string Stop(string code) => Command("stop", code, 0, 0);
    public string SetPreset(int number) => Command("start", "SetPreset", 0, number);
    public string GotoPreset(int number) => Command("start", "GotoPreset", 0, number);
    public string ClearPreset(int number) => Command("start", "ClearPreset", 0, number);
    public string Auxiliary(int number, bool on) => Command("start", on ? "AuxOn" : "AuxOff", 0, number);

    public string Wiper(bool on) => on
        ? $"/cgi-bin/rainBrush.cgi?action=moveContinuously&channel={channel}&interval=5"
        : $"/cgi-bin/rainBrush.cgi?action=stopMove&channel={channel}";

    /// <param name="pan">Degrees, 0 … 360.</param>
    /// <param name="tilt">Degrees, the camera's sign.</param>
    /// <param name="zoom">Magnification; 0 leaves it.</param>
    public string Absolute(double pan, double tilt, double zoom) => string.Create(CultureInfo.InvariantCulture,
        $"/cgi-bin/ptz.cgi?action=start&channel={channel}&code=PositionABS&arg1={pan:0.#}&arg2={tilt:0.#}&arg3={zoom:0.#}");

    /// <summary>The movements that together are this one, at most one each for pan and tilt, zoom, focus and iris.</summary>
    public static IEnumerable<DahuaMove> Moves(float pan, float tilt, float zoom, float focus, float iris)
    {
        string horizontal = pan < 0 ? "Left" : pan > 0 ? "Right" : "", vertical = tilt < 0 ? "Down" : tilt > 0 ? "Up" : "";
        if (horizontal.Length > 0 && vertical.Length > 0) yield return new DahuaMove(horizontal + vertical, Speed(tilt), Speed(pan));
        else if (horizontal.Length > 0) yield return new DahuaMove(horizontal, 0, Speed(pan));
        else if (vertical.Length > 0) yield return new DahuaMove(vertical, 0, Speed(tilt));
        if (zoom != 0) yield return new DahuaMove(zoom > 0 ? "ZoomTele" : "ZoomWide", 0, 0);
        if (focus != 0) yield return new DahuaMove(focus > 0 ? "FocusFar" : "FocusNear", 0, 0);
        if (iris != 0) yield return new DahuaMove(iris > 0 ? "IrisLarge" : "IrisSmall", 0, 0);
    }

    /// <summary>Whether the answer is the word OK.</summary>
    public static bool IsDone(ReadOnlySpan<byte> body) => Text(body).Trim().Equals("OK", StringComparison.OrdinalIgnoreCase);

    /// <summary>Reads <c>status.Postion[0]=91.6</c> and the two behind it, in the maker's spelling or the right one. False without pan and tilt.</summary>
    public static bool TryPosition(ReadOnlySpan<byte> body, out DahuaPosition position)
    {
        Span<double?> axes = [null, null, null];
        foreach (string line in Text(body).Split('\n'))
        {
            int equals = line.IndexOf('=', StringComparison.Ordinal);
            if (equals < 0) continue;
            string name = line[..equals].Trim();
            int axis = name is "status.Postion[0]" or "status.Position[0]" ? 0 : name is "status.Postion[1]" or "status.Position[1]" ? 1
                : name is "status.Postion[2]" or "status.Position[2]" ? 2 : -1;
            if (axis >= 0 && double.TryParse(line.AsSpan(equals + 1).Trim(), NumberStyles.Float, CultureInfo.InvariantCulture, out double value) && double.IsFinite(value))
                axes[axis] = value;
        }
        position = new DahuaPosition(axes[0] ?? 0, axes[1] ?? 0, axes[2]);
        return axes[0] is not null && axes[1] is not null;
    }

    private string Command(string action, string code, int arg1, int arg2) => string.Create(CultureInfo.InvariantCulture,
        $"/cgi-bin/ptz.cgi?action={action}&channel={channel}&code={code}&arg1={arg1}&arg2={arg2}&arg3=0");

    private static int Speed(float velocity) => Math.Clamp((int)Math.Round(Math.Abs(velocity) * TopSpeed, MidpointRounding.AwayFromZero), 1, TopSpeed);

    private static string Text(ReadOnlySpan<byte> body) => Encoding.UTF8.GetString(body);
}
