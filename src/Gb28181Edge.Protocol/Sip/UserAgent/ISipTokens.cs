namespace Gb28181Edge.Protocol.Sip.UserAgent;

/// <summary>Gives tags, branches and Call-IDs: unique, and hard to guess. RFC 3261 §19.3.</summary>
internal interface ISipTokens
{
    /// <summary>At least 32 random bits as letters and digits; never the same twice.</summary>
    string NewToken();
}
