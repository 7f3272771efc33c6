using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using System.Xml;

namespace Gb28181Edge.Protocol.Web.Onvif;

/// <summary>What one request is made under: a user name, a nonce used once, and the camera's time. WSS UsernameToken Profile 1.0 §3.1.</summary>
/// <param name="Username">The account.</param>
/// <param name="Password">Only hashed.</param>
/// <param name="Nonce">Random, 16 bytes or more, fresh for every request.</param>
/// <param name="Created">Now by the camera's clock: it refuses what is some seconds off.</param>
internal sealed record OnvifToken(string Username, string Password, byte[] Nonce, DateTimeOffset Created)
{
    /// <summary>Without fractions, which some cameras do not read.</summary>
    public string CreatedText => Created.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss'Z'", CultureInfo.InvariantCulture);

    /// <summary>Base64 of SHA-1 over nonce, Created and password.</summary>
    public string Digest() =>
        Convert.ToBase64String(SHA1.HashData([.. Nonce, .. Encoding.UTF8.GetBytes(CreatedText), .. Encoding.UTF8.GetBytes(Password)]));

    public override string ToString() => $"{Username} at {CreatedText}";
}

/// <summary>One operation of one of the camera's services.</summary>
/// <param name="Namespace">The service's.</param>
/// <param name="Operation">Such as <c>ContinuousMove</c>.</param>
/// <param name="Write">Writes what is in its element; null when it is empty.</param>
internal sealed record OnvifRequest(string Namespace, string Operation, Action<XmlWriter>? Write = null)
{
    /// <summary>The SOAP action, which a part of the cameras asks for.</summary>
    public string Action => $"{Namespace}/{Operation}";

    /// <summary>The Content-Type of SOAP 1.2.</summary>
    public string ContentType => $"application/soap+xml; charset=utf-8; action=\"{Action}\"";

    /// <summary>The whole envelope, UTF-8.</summary>
    /// <param name="token">Null: no security header.</param>
    public byte[] ToBytes(OnvifToken? token)
    {
        using var stream = new MemoryStream(1024);
        using (var xml = XmlWriter.Create(stream, new XmlWriterSettings { Encoding = new UTF8Encoding(false), CloseOutput = false }))
        {
            xml.WriteStartElement("s", "Envelope", OnvifNames.Envelope);
            xml.WriteAttributeString("xmlns", "tt", null, OnvifNames.Schema);
            if (token is not null) WriteHeader(xml, token);
            xml.WriteStartElement("s", "Body", OnvifNames.Envelope);
            xml.WriteStartElement("m", Operation, Namespace);
            Write?.Invoke(xml);
            xml.WriteEndElement();
            xml.WriteEndElement();
            xml.WriteEndElement();
        }
        return stream.ToArray();
    }

    private static void WriteHeader(XmlWriter xml, OnvifToken token)
    {
        xml.WriteStartElement("s", "Header", OnvifNames.Envelope);
        xml.WriteStartElement("wsse", "Security", OnvifNames.Security);
        xml.WriteAttributeString("s", "mustUnderstand", OnvifNames.Envelope, "1");
        xml.WriteStartElement("wsse", "UsernameToken", OnvifNames.Security);
        xml.WriteElementString("wsse", "Username", OnvifNames.Security, token.Username);
        xml.WriteStartElement("wsse", "Password", OnvifNames.Security);
        xml.WriteAttributeString("Type", OnvifNames.PasswordDigest);
        xml.WriteString(token.Digest());
        xml.WriteEndElement();
        xml.WriteStartElement("wsse", "Nonce", OnvifNames.Security);
        xml.WriteAttributeString("EncodingType", OnvifNames.Base64);
        xml.WriteString(Convert.ToBase64String(token.Nonce));
        xml.WriteEndElement();
        xml.WriteElementString("wsu", "Created", OnvifNames.Utility, token.CreatedText);
        xml.WriteEndElement();
        xml.WriteEndElement();
        xml.WriteEndElement();
    }
}

/// <summary>A SOAP fault. SOAP 1.2 part 1 §5.4, ONVIF Core §5.11.</summary>
/// <param name="Codes">The code and its subcodes without prefixes, the outermost first: Sender, NotAuthorized.</param>
/// <param name="Reason">For a person; maybe empty.</param>
internal sealed record OnvifFault(IReadOnlyList<string> Codes, string Reason)
{
    public bool Is(string code) => Codes.Any(one => one.Equals(code, StringComparison.OrdinalIgnoreCase));

    /// <summary>User, password or clock.</summary>
    public bool IsNotAuthorized => Is("NotAuthorized") || Is("FailedAuthentication") || Is("InvalidSecurity") || Is("FailedCheck")
        || Reason.Contains("not authorized", StringComparison.OrdinalIgnoreCase);

    /// <summary>What it means, for a person.</summary>
    public string Describe() => this switch
    {
        { IsNotAuthorized: true } => $"user name or password are wrong, or may not do this ({this})",
        _ when Is("NoProfile") => $"it has no such profile ({this})",
        _ when Is("NoPTZProfile") => $"the profile has no PTZ configuration ({this})",
        _ when Is("NoToken") => $"it has no such preset ({this})",
        _ when Is("TooManyPresets") => $"it has no room for another preset ({this})",
        _ when Is("SpaceNotSupported") => $"it does not know the coordinate space ({this})",
        _ when Is("InvalidPosition") => $"the position is outside of its travel ({this})",
        _ when Is("InvalidVelocity") => $"the speed is outside of its range ({this})",
        _ when Is("MovingPTZ") => $"it is moving ({this})",
        _ when Is("NoHomePosition") || Is("CannotOverwriteHome") => $"it has no such home ({this})",
        _ when Is("ActionNotSupported") => $"it cannot do that ({this})",
        _ => ToString(),
    };

    public override string ToString() => Reason.Length == 0 ? string.Join('/', Codes) : $"{string.Join('/', Codes)}: {Reason}";
}
