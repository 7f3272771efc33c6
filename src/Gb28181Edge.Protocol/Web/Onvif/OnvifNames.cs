namespace Gb28181Edge.Protocol.Web.Onvif;

/// <summary>The namespaces and coordinate spaces of ONVIF that we use. ONVIF Core, Media, PTZ and Imaging Service Specification.</summary>
internal static class OnvifNames
{
    public const string Envelope = "http://www.w3.org/2003/05/soap-envelope";
    public const string Security = "http://docs.oasis-open.org/wss/2004/01/oasis-200401-wss-wssecurity-secext-1.0.xsd";
    public const string Utility = "http://docs.oasis-open.org/wss/2004/01/oasis-200401-wss-wssecurity-utility-1.0.xsd";
    public const string PasswordDigest = "http://docs.oasis-open.org/wss/2004/01/oasis-200401-wss-username-token-profile-1.0#PasswordDigest";
    public const string Base64 = "http://docs.oasis-open.org/wss/2004/01/oasis-200401-wss-soap-message-security-1.0#Base64Binary";

    public const string Schema = "http://www.onvif.org/ver10/schema";
    public const string Device = "http://www.onvif.org/ver10/device/wsdl";
    public const string Media = "http://www.onvif.org/ver10/media/wsdl";
    public const string Media2 = "http://www.onvif.org/ver20/media/wsdl";
    public const string Ptz = "http://www.onvif.org/ver20/ptz/wsdl";
    public const string Imaging = "http://www.onvif.org/ver20/imaging/wsdl";

    /// <summary>−1 … +1 from one end of the travel to the other.</summary>
    public const string GenericPanTilt = "http://www.onvif.org/ver10/tptz/PanTiltSpaces/PositionGenericSpace";

    /// <summary>Degrees.</summary>
    public const string DegreesPanTilt = "http://www.onvif.org/ver10/tptz/PanTiltSpaces/SphericalPositionSpaceDegrees";

    /// <summary>0 is the widest, 1 the longest.</summary>
    public const string GenericZoom = "http://www.onvif.org/ver10/tptz/ZoomSpaces/PositionGenericSpace";

    public const string GenericVelocity = "http://www.onvif.org/ver10/tptz/PanTiltSpaces/VelocityGenericSpace";
    public const string GenericZoomVelocity = "http://www.onvif.org/ver10/tptz/ZoomSpaces/VelocityGenericSpace";
}
