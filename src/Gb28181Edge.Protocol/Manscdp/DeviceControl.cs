using System.Globalization;

namespace Gb28181Edge.Protocol.Manscdp;

/// <summary>What a Control of CmdType DeviceControl wants: its first known child. GB/T 28181-2016 A.2.3, GB/T 28181-2022 A.2.3.1.</summary>
/// <param name="Name">The child's name as received; empty when there is none that is known.</param>
/// <param name="NeedsResponse">The platform waits for a Response. GB/T 28181-2016 §9.3.1, GB/T 28181-2022 §9.3.1.</param>
internal abstract record DeviceControl(string Name, bool NeedsResponse)
{
    /// <param name="Hex">As received; see <see cref="PtzCommand.TryParse(ReadOnlySpan{char}, bool, out PtzCommand, out PtzFault)"/>.</param>
    internal sealed record Ptz(string Name, string Hex) : DeviceControl(Name, NeedsResponse: false);

    /// <summary>Start the device again.</summary>
    internal sealed record TeleBoot(string Name) : DeviceControl(Name, NeedsResponse: false);

    /// <param name="Set">SetGuard; false is ResetGuard.</param>
    internal sealed record Guard(string Name, bool Set) : DeviceControl(Name, NeedsResponse: true);

    /// <param name="Methods">AlarmMethod filter; empty is all.</param>
    /// <param name="Type">AlarmType filter; null is all.</param>
    internal sealed record ResetAlarm(string Name, IReadOnlyList<int> Methods, int? Type) : DeviceControl(Name, NeedsResponse: true);

    /// <summary>A key frame as soon as possible.</summary>
    internal sealed record KeyFrame(string Name) : DeviceControl(Name, NeedsResponse: false);

    /// <summary>A command of the standard that this device does not have.</summary>
    internal sealed record Unsupported(string Name, bool NeedsResponse) : DeviceControl(Name, NeedsResponse);

    /// <summary>A command whose value is none that the standard knows.</summary>
    internal sealed record Malformed(string Name, string Value, bool NeedsResponse) : DeviceControl(Name, NeedsResponse);

    /// <summary>No child that is known: it may be anything, so an answer is due.</summary>
    internal sealed record Unknown(string Name) : DeviceControl(Name, NeedsResponse: true);

    /// <summary>Reads the command. Never fails: what is not understood is Malformed or Unknown.</summary>
    public static DeviceControl Read(ManscdpMessage message)
    {
        foreach (ManscdpElement child in message.Body.Children)
            if (ReadChild(child, message.Body) is { } control) return control;
        foreach (ManscdpElement child in message.Body.Children)
            if (!IsEnvelope(child)) return new Unknown(child.Name);
        return new Unknown("");
    }

    private static DeviceControl? ReadChild(ManscdpElement child, ManscdpElement body) => child.Name.ToUpperInvariant() switch
    {
        "PTZCMD" => new Ptz(child.Name, child.Text),
        "TELEBOOT" => child.Text.Equals("Boot", StringComparison.OrdinalIgnoreCase)
            ? new TeleBoot(child.Name) : new Malformed(child.Name, child.Text, NeedsResponse: false),
        "GUARDCMD" => child.Text.ToUpperInvariant() switch
        {
            "SETGUARD" => new Guard(child.Name, Set: true),
            "RESETGUARD" => new Guard(child.Name, Set: false),
            _ => new Malformed(child.Name, child.Text, NeedsResponse: true),
        },
        "ALARMCMD" => ReadAlarm(child, body),
        // 2016 prints IFameCmd, 2022 IFrameCmd; the value adds nothing, and peers leave it out
        "IFAMECMD" or "IFRAMECMD" => new KeyFrame(child.Name),
        "RECORDCMD" or "HOMEPOSITION" or "DEVICEUPGRADE" => new Unsupported(child.Name, NeedsResponse: true),
        "DRAGZOOMIN" or "DRAGZOOMOUT" or "PTZPRECISECTRL" or "FORMATSDCARD" or "TARGETTRACK" => new Unsupported(child.Name, NeedsResponse: false),
        _ => null,
    };

    /// <summary>The word ResetAlarm; some platforms write a digit instead.</summary>
    private static DeviceControl ReadAlarm(ManscdpElement child, ManscdpElement body)
    {
        bool isReset = child.Text.Equals("ResetAlarm", StringComparison.OrdinalIgnoreCase) || child.Text is "0" or "1" or "2";
        if (!isReset) return new Malformed(child.Name, child.Text, NeedsResponse: true);
        ManscdpElement? info = body.Child("Info");
        int? type = int.TryParse(info?.Value("AlarmType"), NumberStyles.None, CultureInfo.InvariantCulture, out int number) && number > 0 ? number : null;
        return new ResetAlarm(child.Name, ReadMethods(info?.Value("AlarmMethod")), type);
    }

    /// <summary><c>1/2</c> in 2022, <c>12</c> in 2016; 0 is all.</summary>
    private static List<int> ReadMethods(string? text)
    {
        var methods = new List<int>();
        foreach (char c in text ?? "")
        {
            if (c == '0') return [];
            if (char.IsAsciiDigit(c) && !methods.Contains(c - '0')) methods.Add(c - '0');
        }
        return methods;
    }

    private static bool IsEnvelope(ManscdpElement child) => child.IsNamed("CmdType") || child.IsNamed("SN") || child.IsNamed("DeviceID");
}
