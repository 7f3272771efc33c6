using System.Security.Cryptography;
using Gb28181Edge.Protocol.Sip.UserAgent;

namespace Gb28181Edge.Sip;

/// <summary>80 random bits a token: nobody who does not see the traffic guesses a branch or tag. RFC 3261 §19.3.</summary>
internal sealed class SipTokens : ISipTokens
{
    public static readonly SipTokens Shared = new();

    public string NewToken() => RandomNumberGenerator.GetHexString(20, lowercase: true);
}
