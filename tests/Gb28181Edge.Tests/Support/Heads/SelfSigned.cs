using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace Gb28181Edge.Tests.Support.Heads;

/// <summary>A certificate as cameras make it for themselves: nobody has signed it, and it names no address.</summary>
internal static class SelfSigned
{
    public static X509Certificate2 New()
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        DateTimeOffset now = TimeProvider.System.GetUtcNow();
        return new CertificateRequest("CN=camera", key, HashAlgorithmName.SHA256).CreateSelfSigned(now.AddDays(-1), now.AddDays(1));
    }
}
