namespace Gb28181Edge.Protocol.Manscdp;

/// <summary>What a platform asks of a head beyond motion: the bench platform's side. GB/T 28181-2016 A.2.3, GB/T 28181-2022 A.2.3.1, A.2.4.13.</summary>
internal static class PtzRequests
{
    /// <summary>A PTZCmd with the names of 2022, which stand in PTZCmdParams.</summary>
    /// <param name="hex">16 hexadecimal digits, <see cref="PtzCommand.ToHex"/>.</param>
    /// <param name="presetName">Null leaves it out.</param>
    /// <param name="cruiseTrackName">Null leaves it out.</param>
    public static byte[] PtzCmd(ManscdpCharset charset, string sn, string deviceId, string hex, string? presetName, string? cruiseTrackName = null) =>
        Control(charset, sn, deviceId).Element("PTZCmd", hex)
            .Open("PTZCmdParams").Optional("PresetName", presetName).Optional("CruiseTrackName", cruiseTrackName).Close("PTZCmdParams").ToBytes();

    public static byte[] HomePosition(ManscdpCharset charset, string sn, string deviceId, HomePositionItem home) =>
        Control(charset, sn, deviceId).Open("HomePosition").Element("Enabled", home.Enabled ? 1 : 0)
            .Optional("ResetTime", home.ResetSeconds).Optional("PresetIndex", home.Preset).Close("HomePosition").ToBytes();

    /// <summary>Goes to a position as 2022 counts it; field angles are not asked for.</summary>
    public static byte[] PtzPreciseCtrl(ManscdpCharset charset, string sn, string deviceId, PtzPositionItem target) =>
        PtzResponses.Fields(Control(charset, sn, deviceId).Open("PTZPreciseCtrl"), target with { HorizontalFieldAngle = null, VerticalFieldAngle = null })
            .Close("PTZPreciseCtrl").ToBytes();

    /// <summary>A box in a window, in the window's pixels from its upper left corner.</summary>
    public static byte[] DragZoom(
        ManscdpCharset charset, string sn, string deviceId, bool isIn, (int Width, int Height) window, (int X, int Y) middle, (int Width, int Height) box)
    {
        string name = isIn ? "DragZoomIn" : "DragZoomOut";
        return Control(charset, sn, deviceId).Open(name)
            .Element("Length", window.Width).Element("Width", window.Height)
            .Element("MidPointX", middle.X).Element("MidPointY", middle.Y)
            .Element("LengthX", box.Width).Element("LengthY", box.Height).Close(name).ToBytes();
    }

    /// <param name="number">Of the track; 0 is the first.</param>
    public static byte[] CruiseTrackQuery(ManscdpCharset charset, string sn, string deviceId, int number) =>
        new ManscdpWriter(ManscdpRoot.Query, charset, CmdType.CruiseTrackQuery, sn, deviceId).Element("Number", number).ToBytes();

    private static ManscdpWriter Control(ManscdpCharset charset, string sn, string deviceId) =>
        new(ManscdpRoot.Control, charset, CmdType.DeviceControl, sn, deviceId);
}
