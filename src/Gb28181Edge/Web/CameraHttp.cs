using System.Net;
using System.Net.Http.Headers;
using System.Net.Security;
using System.Security.Cryptography;
using System.Text;
using Gb28181Edge.Protocol.Web;

namespace Gb28181Edge.Web;

/// <summary>Who asks a camera, and how its certificate is taken.</summary>
/// <param name="Username">Null where the camera asks for none.</param>
/// <param name="Password">Never logged.</param>
/// <param name="TrustAnyCertificate">With https, take a certificate that nobody has signed.</param>
internal sealed record CameraAccount(string? Username, string? Password, bool TrustAnyCertificate = false)
{
    public override string ToString() => Username ?? "nobody";
}

/// <summary>A request.</summary>
/// <param name="Method">GET, PUT …</param>
/// <param name="Uri">Absolute, without user name and password.</param>
/// <param name="Body">Null: none.</param>
/// <param name="ContentType">Of the body.</param>
internal sealed record CameraRequest(HttpMethod Method, Uri Uri, byte[]? Body = null, string? ContentType = null);

/// <summary>An answer.</summary>
/// <param name="Status">The HTTP status.</param>
/// <param name="Body">At most <see cref="CameraHttp.MostBytes"/>.</param>
/// <param name="HasDigest">The answer is a 401 whose digest challenge can be answered.</param>
internal sealed record CameraReply(int Status, byte[] Body, bool HasDigest = false);

/// <summary>Talks HTTP to one camera: short deadlines, bounded answers, no redirects, no proxy, and a digest that is answered in advance once its nonce is known.</summary>
/// <remarks>
/// A connection is kept between requests. A request that is cancelled takes its connection with it, so what follows never waits
/// behind it. Requests of several callers at once are allowed.
/// </remarks>
internal sealed class CameraHttp : IDisposable
{
    /// <summary>How long connecting may take.</summary>
    public static readonly TimeSpan ConnectTime = TimeSpan.FromSeconds(2);

    /// <summary>How long an answer may take, with its body.</summary>
    public static readonly TimeSpan ReplyTime = TimeSpan.FromSeconds(3);

    /// <summary>After so many refused passwords in a row nothing is asked for <see cref="RefusalPause"/>: cameras lock accounts.</summary>
    public const int MostRefusals = 3;

    public static readonly TimeSpan RefusalPause = TimeSpan.FromSeconds(30);

    public const int MostBytes = XmlNode.MostBytes;

    private readonly HttpMessageInvoker _http;
    private readonly HttpAuthorization _authorization;
    private readonly TimeProvider _time;
    private readonly Lock _gate = new();
    private int _refusals;
    private long _refusedAt;

    public CameraHttp(CameraAccount account, TimeProvider time)
    {
        _time = time;
        _authorization = new HttpAuthorization(account.Username, account.Password);
        var handler = new SocketsHttpHandler
        {
            AllowAutoRedirect = false,
            UseProxy = false,
            UseCookies = false,
            PreAuthenticate = false,
            AutomaticDecompression = DecompressionMethods.None,
            ConnectTimeout = ConnectTime,
            PooledConnectionIdleTimeout = TimeSpan.FromSeconds(30),
            MaxResponseHeadersLength = 16,
            MaxResponseDrainSize = 0,
            ActivityHeadersPropagator = null,
            RequestHeaderEncodingSelector = static (_, _) => Encoding.Latin1,        // a user name in UTF-8, byte for byte
        };
#pragma warning disable CA5359                                             // what TrustAnyCertificate asks for, off by default
        if (account.TrustAnyCertificate)
            handler.SslOptions = new SslClientAuthenticationOptions { RemoteCertificateValidationCallback = static (_, _, _, _) => true };
#pragma warning restore CA5359
        _http = new HttpMessageInvoker(handler);
    }

    /// <summary>Sends a request and takes its whole answer, whatever its status.</summary>
    /// <param name="request">What is asked.</param>
    /// <param name="authorize">False: neither known nor new challenges are answered.</param>
    /// <param name="cancellationToken">Ends the attempt.</param>
    /// <exception cref="CameraHttpException">There was no usable answer, or none within the time.</exception>
    public async Task<CameraReply> SendAsync(CameraRequest request, bool authorize, CancellationToken cancellationToken)
    {
        lock (_gate)
        {
            if (_refusals >= MostRefusals && _time.GetElapsedTime(_refusedAt) < RefusalPause)
                throw Refused(request, $"refused the user name or the password {_refusals} times and is left alone for {RefusalPause.TotalSeconds:0} s, lest it locks the account");
        }
        for (int tries = 0; ; tries++)
        {
            string? nonce = null;
            string? authorization = authorize ? Authorization(request, out nonce) : null;
            (CameraReply reply, string[] challenges) = await ExchangeAsync(request, authorization, cancellationToken);
            if (reply.Status != (int)HttpStatusCode.Unauthorized)
            {
                if (authorization is not null) NoteAnswer(refused: false);
                return reply;
            }
            HttpAnswer answer;
            bool hasDigest;
            lock (_gate)
            {
                answer = _authorization.Challenge(challenges, nonce, tries);
                hasDigest = _authorization.HasDigest;
            }
            if (!authorize) return reply with { HasDigest = hasDigest && answer != HttpAnswer.NoCredentials };
            if (answer == HttpAnswer.Refused) NoteAnswer(refused: true);
            switch (answer)
            {
                case HttpAnswer.Again: continue;
                case HttpAnswer.NoCredentials: throw Refused(request, "wants a user name and a password");
                case HttpAnswer.NotUnderstood: throw Refused(request, "asks for a kind of authentication other than Digest (MD5, SHA-256) and Basic");
                default: throw Refused(request, "refuses the user name or the password");
            }
        }
    }

    /// <summary>Where a request goes, for messages.</summary>
    public static string Place(Uri uri) => uri.IsDefaultPort ? uri.Host : $"{uri.Host}:{uri.Port}";

    public void Dispose() => _http.Dispose();

    private void NoteAnswer(bool refused)
    {
        lock (_gate)
        {
            _refusals = refused ? _refusals + 1 : 0;
            _refusedAt = _time.GetTimestamp();
        }
    }

    private string? Authorization(CameraRequest request, out string? nonce)
    {
        string cnonce = RandomNumberGenerator.GetHexString(16, lowercase: true);
        lock (_gate)
            return _authorization.Header(request.Method.Method, request.Uri.PathAndQuery, cnonce, out nonce);
    }

    private async Task<(CameraReply Reply, string[] Challenges)> ExchangeAsync(CameraRequest request, string? authorization, CancellationToken cancellationToken)
    {
        using var message = new HttpRequestMessage(request.Method, request.Uri) { Version = HttpVersion.Version11, VersionPolicy = HttpVersionPolicy.RequestVersionExact };
        if (request.Body is not null)
        {
            message.Content = new ByteArrayContent(request.Body);
            message.Content.Headers.TryAddWithoutValidation("Content-Type", request.ContentType);
        }
        if (authorization is not null) message.Headers.TryAddWithoutValidation("Authorization", authorization);
        using var late = new CancellationTokenSource(ConnectTime + ReplyTime, _time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, late.Token);
        string place = Place(request.Uri);
        try
        {
            using HttpResponseMessage response = await _http.SendAsync(message, either.Token);
            byte[] body = await ReadAsync(response, place, either.Token);
            string[] challenges = response.Headers.NonValidated.TryGetValues("WWW-Authenticate", out HeaderStringValues values) ? [.. values] : [];
            return (new CameraReply((int)response.StatusCode, body), challenges);
        }
        catch (OperationCanceledException e) when (!cancellationToken.IsCancellationRequested)
        {
            // the connect timeout of the handler, or the deadline of the whole
            throw new CameraHttpException(
                e.InnerException is TimeoutException ? $"{place} cannot be reached within {ConnectTime.TotalSeconds:0} s" : $"{place} does not answer in time", inner: e);
        }
        catch (HttpRequestException e)
        {
            throw new CameraHttpException($"{place} {Reason(e)}", inner: e);
        }
        catch (IOException e) when (e is not CameraHttpException)
        {
            throw new CameraHttpException($"{place} broke off its answer", inner: e);
        }
    }

    private static async Task<byte[]> ReadAsync(HttpResponseMessage response, string place, CancellationToken cancellationToken)
    {
        using Stream stream = await response.Content.ReadAsStreamAsync(cancellationToken);
        using var body = new MemoryStream();
        byte[] piece = new byte[4096];
        int read;
        while ((read = await stream.ReadAsync(piece, cancellationToken)) > 0)
        {
            if (body.Length + read > MostBytes) throw new CameraHttpException($"{place} answers with more than {MostBytes / 1024} KiB");
            body.Write(piece, 0, read);
        }
        return body.ToArray();
    }

    private static string Reason(HttpRequestException e) => e.HttpRequestError switch
    {
        HttpRequestError.NameResolutionError => "is not a known host name",
        HttpRequestError.ConnectionError => $"cannot be reached: {e.InnerException?.Message ?? e.Message}",
        HttpRequestError.SecureConnectionError => "shows a certificate that is not trusted, or does not speak TLS (TrustAnyCertificate takes any)",
        HttpRequestError.InvalidResponse or HttpRequestError.ConfigurationLimitExceeded => "does not answer in HTTP",
        HttpRequestError.ResponseEnded => "broke off its answer",
        _ => $"does not answer: {e.Message}",
    };

    private static CameraHttpException Refused(CameraRequest request, string why) => new($"{Place(request.Uri)} {why}", isRefusal: true);
}
