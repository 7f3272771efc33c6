namespace Gb28181Edge.Protocol.Sip.Auth;

/// <summary>The hash of a digest exchange. RFC 7616 §3.3, RFC 8760 §2.</summary>
internal enum DigestAlgorithm { Md5, Sha256 }

/// <summary>Names of the algorithms on the wire.</summary>
internal static class DigestAlgorithms
{
    /// <summary>As written in the algorithm parameter.</summary>
    public static string Token(this DigestAlgorithm algorithm) => algorithm == DigestAlgorithm.Sha256 ? "SHA-256" : "MD5";

    /// <summary>In any case; false for one that we do not know: the session variants, SM3 …</summary>
    public static bool TryParse(ReadOnlySpan<char> token, out DigestAlgorithm algorithm)
    {
        algorithm = DigestAlgorithm.Md5;
        if (token.Equals("MD5", StringComparison.OrdinalIgnoreCase)) return true;
        if (!token.Equals("SHA-256", StringComparison.OrdinalIgnoreCase)) return false;
        algorithm = DigestAlgorithm.Sha256;
        return true;
    }
}
