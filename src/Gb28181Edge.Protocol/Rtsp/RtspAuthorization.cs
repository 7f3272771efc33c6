using System.Globalization;
using System.Text;
using Gb28181Edge.Protocol.Sip;
using Gb28181Edge.Protocol.Sip.Auth;

namespace Gb28181Edge.Protocol.Rtsp;

/// <summary>What to do about a 401.</summary>
internal enum AuthorizationAnswer
{
    /// <summary>Ask again: there is an answer to the challenge.</summary>
    Again,
    /// <summary>User name and password were tried and refused.</summary>
    Refused,
    /// <summary>There is no user name to answer with.</summary>
    NoCredentials,
    /// <summary>Neither Digest with MD5 or SHA-256 nor, to the host of the URL, Basic.</summary>
    NotUnderstood,
}

/// <summary>Answers the challenges of one RTSP server: Digest before Basic. RFC 2326 §1.7, RFC 7616, RFC 7617.</summary>
/// <param name="url">Whose user name and password are used.</param>
/// <param name="cnonce">Random text; made different for every answer.</param>
internal sealed class RtspAuthorization(RtspUrl url, string cnonce)
{
    private DigestChallenge? _digest;
    private bool _isBasic;
    private int _answers;
    private RtspUrl _credentials = url;
    private string _host = url.Host;

    /// <summary>A new connection: the challenge will come again.</summary>
    public void Forget() => (_digest, _isBasic) = (null, false);

    /// <summary>A redirect: credentials in its URL replace ours. Basic would show the password to another host, so it is for the first only.</summary>
    public void MovedTo(RtspUrl target)
    {
        if (target.Username is null) return;
        (_credentials, _host) = (target, target.Host);
    }

    /// <summary>Takes the challenges of a 401.</summary>
    /// <param name="headers">The WWW-Authenticate headers.</param>
    /// <param name="host">Who asks.</param>
    /// <param name="tries">How often this request was asked again already.</param>
    public AuthorizationAnswer Challenge(IEnumerable<string> headers, string host, int tries)
    {
        if (_credentials.Username is null) return AuthorizationAnswer.NoCredentials;
        bool hadAnswer = _digest is not null || _isBasic;
        List<string> challenges = [.. headers];
        DigestChallenge? digest = DigestChallenge.Choose(challenges);
        bool basic = digest is null && host.Equals(_host, StringComparison.OrdinalIgnoreCase)
            && challenges.Exists(text => text.StartsWith("Basic", StringComparison.OrdinalIgnoreCase));
        if (digest is null && !basic) return AuthorizationAnswer.NotUnderstood;
        // a new nonce may be answered once more: the old one was taken for granted, or has become stale
        bool isNews = !hadAnswer || (digest is not null && digest.Nonce != _digest?.Nonce && (digest.IsStale || tries == 0));
        (_digest, _isBasic) = (digest, basic);
        return isNews && tries < 2 ? AuthorizationAnswer.Again : AuthorizationAnswer.Refused;
    }

    /// <summary>The Authorization header for a request; null before a challenge.</summary>
    public string? Header(string method, string uri)
    {
        if (_credentials.Username is not { } username) return null;
        if (_isBasic)
            return "Basic " + Convert.ToBase64String(Encoding.UTF8.GetBytes($"{username}:{_credentials.Password}"));
        if (_digest is null) return null;
        string fresh = cnonce + (++_answers).ToString("x4", CultureInfo.InvariantCulture);
        return DigestCredentials.Answer(_digest, username, _credentials.Password ?? "", new SipMethod(method), uri, fresh).ToString();
    }
}
