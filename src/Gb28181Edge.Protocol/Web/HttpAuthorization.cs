using System.Globalization;
using System.Text;
using Gb28181Edge.Protocol.Sip;
using Gb28181Edge.Protocol.Sip.Auth;

namespace Gb28181Edge.Protocol.Web;

/// <summary>What to do about a 401 of a camera.</summary>
internal enum HttpAnswer
{
    /// <summary>Ask again: there is an answer to the challenge.</summary>
    Again,
    /// <summary>User name and password were tried and refused.</summary>
    Refused,
    /// <summary>There is no user name to answer with.</summary>
    NoCredentials,
    /// <summary>Neither Digest with MD5 or SHA-256 nor Basic.</summary>
    NotUnderstood,
}

/// <summary>Answers the challenges of one camera: Digest before Basic. A nonce is used on, so that a command costs one exchange. RFC 7616, RFC 7617.</summary>
/// <remarks>The nonce count grows, as RFC 7616 §3.4 wants it and cameras that look for replays check it. Not thread-safe.</remarks>
/// <param name="username">Null: there is none.</param>
/// <param name="password">Only hashed, or sent where the camera takes nothing but Basic.</param>
internal sealed class HttpAuthorization(string? username, string? password)
{
    private DigestChallenge? _digest;
    private bool _isBasic;
    private int _count;

    /// <summary>A digest challenge is at hand to be answered.</summary>
    public bool HasDigest => _digest is not null;

    /// <summary>Takes the challenges of a 401.</summary>
    /// <param name="values">The WWW-Authenticate fields.</param>
    /// <param name="answered">The nonce that the refused request was answered with; null when it had none.</param>
    /// <param name="tries">How often this request was asked again already.</param>
    public HttpAnswer Challenge(IEnumerable<string> values, string? answered, int tries)
    {
        if (username is null) return HttpAnswer.NoCredentials;
        List<string> challenges = [.. values];
        DigestChallenge? digest = DigestChallenge.Choose(challenges);
        bool basic = digest is null && challenges.Exists(text => text.TrimStart().StartsWith("Basic", StringComparison.OrdinalIgnoreCase));
        if (digest is null && !basic) return HttpAnswer.NotUnderstood;
        bool hadBasic = _isBasic;
        if (digest is not null && digest.Nonce != _digest?.Nonce) _count = 0;
        (_digest, _isBasic) = (digest, basic);
        // an old nonce has run out; the second refusal of a fresh one means the password
        bool isNews = basic ? !hadBasic : answered is null || digest!.IsStale || (digest.Nonce != answered && tries == 0);
        return isNews && tries < 2 ? HttpAnswer.Again : HttpAnswer.Refused;
    }

    /// <summary>The Authorization field for a request; null before a challenge.</summary>
    /// <param name="method">GET, PUT …</param>
    /// <param name="uri">Path and query exactly as in the request line.</param>
    /// <param name="cnonce">Random text, fresh for every request.</param>
    /// <param name="nonce">What <see cref="Challenge"/> wants to hear when this is refused; null for Basic.</param>
    public string? Header(string method, string uri, string cnonce, out string? nonce)
    {
        nonce = _digest?.Nonce;
        if (username is null) return null;
        if (_isBasic) return "Basic " + Convert.ToBase64String(Encoding.UTF8.GetBytes($"{username}:{password}"));
        if (_digest is null) return null;
        string count = (++_count).ToString("x8", CultureInfo.InvariantCulture);
        return DigestCredentials.Answer(_digest, OnTheWire(username), OnTheWire(password ?? ""), new SipMethod(method), uri, cnonce, count).ToString();
    }

    /// <summary>Each byte of the text's UTF-8 as a character: RFC 7616 §4 knows no other character set, and cameras no other beyond ASCII.</summary>
    private static string OnTheWire(string text) => Encoding.Latin1.GetString(Encoding.UTF8.GetBytes(text));
}
