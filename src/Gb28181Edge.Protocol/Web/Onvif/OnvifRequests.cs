using System.Globalization;
using System.Xml;

namespace Gb28181Edge.Protocol.Web.Onvif;

/// <summary>The requests that we make. ONVIF Core §8, Media §5, PTZ §5, Imaging §5.</summary>
internal static class OnvifRequests
{
    public static OnvifRequest GetSystemDateAndTime { get; } = new(OnvifNames.Device, "GetSystemDateAndTime");

    public static OnvifRequest GetCapabilities { get; } =
        new(OnvifNames.Device, "GetCapabilities", xml => xml.WriteElementString("Category", OnvifNames.Device, "All"));

    public static OnvifRequest GetServices { get; } =
        new(OnvifNames.Device, "GetServices", xml => xml.WriteElementString("IncludeCapability", OnvifNames.Device, "false"));

    public static OnvifRequest GetProfiles(bool media2) => media2
        ? new OnvifRequest(OnvifNames.Media2, "GetProfiles", xml => xml.WriteElementString("Type", OnvifNames.Media2, "All"))
        : new OnvifRequest(OnvifNames.Media, "GetProfiles");

    /// <summary>RTSP with RTP inside or over UDP, as the camera's client chooses later.</summary>
    public static OnvifRequest GetStreamUri(bool media2, string profile)
    {
        if (media2)
        {
            return new OnvifRequest(OnvifNames.Media2, "GetStreamUri", xml =>
            {
                xml.WriteElementString("Protocol", OnvifNames.Media2, "RTSP");
                xml.WriteElementString("ProfileToken", OnvifNames.Media2, profile);
            });
        }
        return new OnvifRequest(OnvifNames.Media, "GetStreamUri", xml =>
        {
            xml.WriteStartElement("StreamSetup", OnvifNames.Media);
            xml.WriteElementString("Stream", OnvifNames.Schema, "RTP-Unicast");
            xml.WriteStartElement("Transport", OnvifNames.Schema);
            xml.WriteElementString("Protocol", OnvifNames.Schema, "RTSP");
            xml.WriteEndElement();
            xml.WriteEndElement();
            xml.WriteElementString("ProfileToken", OnvifNames.Media, profile);
        });
    }

    public static OnvifRequest GetNode(string node) => new(OnvifNames.Ptz, "GetNode", xml => xml.WriteElementString("NodeToken", OnvifNames.Ptz, node));

    public static OnvifRequest GetConfigurationOptions(string configuration) =>
        new(OnvifNames.Ptz, "GetConfigurationOptions", xml => xml.WriteElementString("ConfigurationToken", OnvifNames.Ptz, configuration));

    /// <summary>Moves until the timeout, the next move or a stop.</summary>
    /// <param name="profile">Whose head.</param>
    /// <param name="panTilt">−1 … +1 each, + is right and up; null when the head cannot.</param>
    /// <param name="zoom">−1 … +1, + is in; null when the head cannot.</param>
    /// <param name="timeout">When the head is to stop by itself.</param>
    public static OnvifRequest ContinuousMove(string profile, (double X, double Y)? panTilt, double? zoom, TimeSpan timeout) => OfProfile("ContinuousMove", profile, xml =>
    {
        xml.WriteStartElement("Velocity", OnvifNames.Ptz);
        if (panTilt is { } velocity) WritePanTilt(xml, velocity, OnvifNames.GenericVelocity);
        if (zoom is { } z) WriteZoom(xml, z, OnvifNames.GenericZoomVelocity);
        xml.WriteEndElement();
        xml.WriteElementString("Timeout", OnvifNames.Ptz, OnvifDuration.Format(timeout));
    });

    public static OnvifRequest Stop(string profile) => OfProfile("Stop", profile, xml =>
    {
        xml.WriteElementString("PanTilt", OnvifNames.Ptz, "true");
        xml.WriteElementString("Zoom", OnvifNames.Ptz, "true");
    });

    public static OnvifRequest GetPresets(string profile) => OfProfile("GetPresets", profile, null);

    /// <summary>Stores where the head looks.</summary>
    /// <param name="profile">Whose head.</param>
    /// <param name="name">The preset's name.</param>
    /// <param name="token">The preset to overwrite; null makes a new one.</param>
    public static OnvifRequest SetPreset(string profile, string name, string? token) => OfProfile("SetPreset", profile, xml =>
    {
        xml.WriteElementString("PresetName", OnvifNames.Ptz, name);
        if (token is not null) xml.WriteElementString("PresetToken", OnvifNames.Ptz, token);
    });

    public static OnvifRequest GotoPreset(string profile, string token) =>
        OfProfile("GotoPreset", profile, xml => xml.WriteElementString("PresetToken", OnvifNames.Ptz, token));

    public static OnvifRequest RemovePreset(string profile, string token) =>
        OfProfile("RemovePreset", profile, xml => xml.WriteElementString("PresetToken", OnvifNames.Ptz, token));

    public static OnvifRequest GetStatus(string profile) => OfProfile("GetStatus", profile, null);

    /// <summary>Goes to a position.</summary>
    /// <param name="profile">Whose head.</param>
    /// <param name="target">In the units of its space; a part that is null stays.</param>
    /// <param name="speed">Above 0 up to 1; null: the head's own.</param>
    public static OnvifRequest AbsoluteMove(string profile, OnvifPosition target, double? speed) => OfProfile("AbsoluteMove", profile, xml =>
    {
        xml.WriteStartElement("Position", OnvifNames.Ptz);
        if (target.PanTilt is { } panTilt) WritePanTilt(xml, panTilt, target.Space);
        if (target.Zoom is { } zoom) WriteZoom(xml, zoom, OnvifNames.GenericZoom);
        xml.WriteEndElement();
        if (speed is not { } s) return;
        xml.WriteStartElement("Speed", OnvifNames.Ptz);
        if (target.PanTilt is not null) WritePanTilt(xml, (s, s), null);
        if (target.Zoom is not null) WriteZoom(xml, s, null);
        xml.WriteEndElement();
    });

    public static OnvifRequest GotoHomePosition(string profile) => OfProfile("GotoHomePosition", profile, null);

    /// <param name="command">Such as <c>tt:Wiper|On</c>.</param>
    public static OnvifRequest SendAuxiliaryCommand(string profile, string command) =>
        OfProfile("SendAuxiliaryCommand", profile, xml => xml.WriteElementString("AuxiliaryData", OnvifNames.Ptz, command));

    public static OnvifRequest GetMoveOptions(string source) => OfSource("GetMoveOptions", source, null);

    public static OnvifRequest GetImagingSettings(string source) => OfSource("GetImagingSettings", source, null);

    public static OnvifRequest SetAutoFocus(string source, bool auto) => OfSource("SetImagingSettings", source, xml =>
    {
        xml.WriteStartElement("ImagingSettings", OnvifNames.Imaging);
        xml.WriteStartElement("Focus", OnvifNames.Schema);
        xml.WriteElementString("AutoFocusMode", OnvifNames.Schema, auto ? "AUTO" : "MANUAL");
        xml.WriteEndElement();
        xml.WriteEndElement();
        xml.WriteElementString("ForcePersistence", OnvifNames.Imaging, "false");
    });

    /// <param name="speed">−1 … +1, + is far.</param>
    public static OnvifRequest MoveFocus(string source, double speed) => OfSource("Move", source, xml =>
    {
        xml.WriteStartElement("Focus", OnvifNames.Imaging);
        xml.WriteStartElement("Continuous", OnvifNames.Schema);
        xml.WriteElementString("Speed", OnvifNames.Schema, Number(speed));
        xml.WriteEndElement();
        xml.WriteEndElement();
    });

    public static OnvifRequest StopFocus(string source) => OfSource("Stop", source, null);

    private static OnvifRequest OfProfile(string operation, string profile, Action<XmlWriter>? more) => new(OnvifNames.Ptz, operation, xml =>
    {
        xml.WriteElementString("ProfileToken", OnvifNames.Ptz, profile);
        more?.Invoke(xml);
    });

    private static OnvifRequest OfSource(string operation, string source, Action<XmlWriter>? more) => new(OnvifNames.Imaging, operation, xml =>
    {
        xml.WriteElementString("VideoSourceToken", OnvifNames.Imaging, source);
        more?.Invoke(xml);
    });

    private static void WritePanTilt(XmlWriter xml, (double X, double Y) value, string? space)
    {
        xml.WriteStartElement("PanTilt", OnvifNames.Schema);
        xml.WriteAttributeString("x", Number(value.X));
        xml.WriteAttributeString("y", Number(value.Y));
        if (space is not null) xml.WriteAttributeString("space", space);
        xml.WriteEndElement();
    }

    private static void WriteZoom(XmlWriter xml, double value, string? space)
    {
        xml.WriteStartElement("Zoom", OnvifNames.Schema);
        xml.WriteAttributeString("x", Number(value));
        if (space is not null) xml.WriteAttributeString("space", space);
        xml.WriteEndElement();
    }

    private static string Number(double value) => value.ToString("0.######", CultureInfo.InvariantCulture);
}
