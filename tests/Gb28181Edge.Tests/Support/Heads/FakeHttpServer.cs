using System.Collections.Concurrent;
using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using System.Security.Authentication;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text;

namespace Gb28181Edge.Tests.Support.Heads;

/// <summary>A request as it came.</summary>
internal sealed record FakeHttpRequest(string Method, string Target, IReadOnlyDictionary<string, string> Headers, byte[] Body)
{
    public string Path => Target.Split('?')[0];

    public string Text => Encoding.UTF8.GetString(Body);

    /// <summary>A value of the query; empty when it is not there.</summary>
    public string Query(string name) => Target.Split('?', '&').Skip(1).Select(pair => pair.Split('=', 2)).FirstOrDefault(pair => pair[0] == name) is { Length: 2 } found ? Uri.UnescapeDataString(found[1]) : "";
}

/// <summary>An answer.</summary>
internal sealed record FakeHttpResponse(int Status, string Body, string ContentType = "application/xml")
{
    public string? Location { get; init; }
}

/// <summary>What goes wrong with the next answer.</summary>
internal enum HttpTrouble
{
    None,
    /// <summary>The connection ends in the middle of the body.</summary>
    Cut,
    /// <summary>The body is larger than anything sensible.</summary>
    Giant,
    /// <summary>What comes is no HTTP.</summary>
    NoHttp,
}

/// <summary>The HTTP server of an emulated camera, on loopback, with Digest or Basic, with TLS or without; shares no code with the program.</summary>
internal sealed class FakeHttpServer : IAsyncDisposable
{
    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    private readonly CancellationTokenSource _stop = new();
    private readonly Func<FakeHttpRequest, FakeHttpResponse> _answer;
    private readonly ConcurrentDictionary<Socket, Task> _connections = new();
    private readonly Task _accepting;
    private readonly Lock _gate = new();
    private readonly Dictionary<string, uint> _counts = [];
    private readonly HashSet<string> _valid = [];
    private int _nonces;
    private bool _stale;
    private volatile HttpTrouble _trouble;
    private (Func<FakeHttpRequest, bool> Which, TaskCompletionSource Gate)? _hold;

    public FakeHttpServer(Func<FakeHttpRequest, FakeHttpResponse> answer)
    {
        _answer = answer;
        _listener.Start();
        _accepting = AcceptAsync();
    }

    public int Port => ((IPEndPoint)_listener.LocalEndpoint).Port;
    public Uri Url => new($"{(Certificate is null ? "http" : "https")}://127.0.0.1:{Port}/");

    /// <summary>What it shows over TLS; null: plain HTTP.</summary>
    public X509Certificate2? Certificate { get; init; }

    /// <summary>Null: no HTTP authentication.</summary>
    public string? Username { get; init; }
    public string Password { get; init; } = "";

    /// <summary>MD5, SHA-256 or Basic.</summary>
    public string Scheme { get; init; } = "MD5";

    /// <summary>Paths that need no authentication.</summary>
    public Func<FakeHttpRequest, bool> IsOpen { get; init; } = _ => false;

    /// <summary>Every request that was let through, in order.</summary>
    public ConcurrentQueue<FakeHttpRequest> Requests { get; } = new();

    /// <summary>How many 401 went out.</summary>
    public int Challenges { get; private set; }

    /// <summary>Connections that were accepted so far.</summary>
    public int Accepted { get; private set; }

    /// <summary>Every nonce that was given out is out of date.</summary>
    public void MakeNonceStale()
    {
        lock (_gate)
        {
            _valid.Clear();
            _stale = true;
        }
    }

    public void Spoil(HttpTrouble trouble) => _trouble = trouble;

    /// <summary>The first request that fits is answered only when the result is completed; it is carried out then.</summary>
    public TaskCompletionSource Hold(Func<FakeHttpRequest, bool> which)
    {
        var gate = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        lock (_gate) _hold = (which, gate);
        return gate;
    }

    /// <summary>How many requests wait to be let go.</summary>
    public int Held { get; private set; }

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        _listener.Stop();
        foreach (Socket socket in _connections.Keys) socket.Dispose();
        await _accepting;
        await Task.WhenAll(_connections.Values);
        _stop.Dispose();
    }

    private async Task AcceptAsync()
    {
        while (!_stop.IsCancellationRequested)
        {
            Socket socket;
            try
            {
                socket = await _listener.AcceptSocketAsync(_stop.Token);
            }
            catch (Exception e) when (e is OperationCanceledException or SocketException or ObjectDisposedException)
            {
                return;
            }
            Accepted++;
            socket.NoDelay = true;
            _connections[socket] = ServeAsync(socket);
        }
    }

    private async Task ServeAsync(Socket socket)
    {
        try
        {
            await using Stream stream = await OpenAsync(new NetworkStream(socket, ownsSocket: true));
            while (await ReadAsync(stream) is { } request)
            {
                FakeHttpResponse response = Authenticate(request) ?? await CarryOutAsync(request);
                if (!await WriteAsync(stream, response)) return;
            }
        }
        catch (Exception e) when (e is IOException or SocketException or ObjectDisposedException or OperationCanceledException or AuthenticationException)
        {
            // the client went away or does not trust it, or the test is over
        }
    }

    private async Task<Stream> OpenAsync(NetworkStream stream)
    {
        if (Certificate is null) return stream;
        var secure = new SslStream(stream);
        try
        {
            await secure.AuthenticateAsServerAsync(new SslServerAuthenticationOptions { ServerCertificate = Certificate }, _stop.Token);
        }
        catch
        {
            await secure.DisposeAsync();
            throw;
        }
        return secure;
    }

    private async Task<FakeHttpResponse> CarryOutAsync(FakeHttpRequest request)
    {
        Task? wait = null;
        lock (_gate)
        {
            if (_hold is { } hold && hold.Which(request))
            {
                wait = hold.Gate.Task;
                _hold = null;
                Held++;
            }
        }
        if (wait is not null) await wait.WaitAsync(_stop.Token);
        Requests.Enqueue(request);
        return _answer(request);
    }

    private async Task<bool> WriteAsync(Stream stream, FakeHttpResponse response)
    {
        HttpTrouble trouble = _trouble;
        _trouble = HttpTrouble.None;
        if (trouble == HttpTrouble.NoHttp)
        {
            await stream.WriteAsync("SSH-2.0-OpenSSH_9.2\r\n"u8.ToArray(), _stop.Token);
            return false;
        }
        string body = trouble == HttpTrouble.Giant ? new string('x', 1 << 20) : response.Body;
        byte[] bytes = Encoding.UTF8.GetBytes(body);
        string? challenge = response.Status == 401 && Username is not null ? Challenge() : null;
        string head = $"HTTP/1.1 {response.Status} Reply\r\nContent-Type: {response.ContentType}\r\nContent-Length: {bytes.Length}\r\n"
            + (challenge is null ? "" : $"WWW-Authenticate: {challenge}\r\n") + (response.Location is null ? "" : $"Location: {response.Location}\r\n") + "\r\n";
        byte[] sent = trouble == HttpTrouble.Cut ? bytes[..(bytes.Length / 2)] : bytes;
        await stream.WriteAsync((byte[])[.. Encoding.ASCII.GetBytes(head), .. sent], _stop.Token);
        return trouble == HttpTrouble.None;
    }

    private string Challenge()
    {
        lock (_gate)
        {
            Challenges++;
            bool stale = _stale;
            _stale = false;
            string nonce = $"nonce{++_nonces}";
            _valid.Add(nonce);
            return Scheme == "Basic" ? "Basic realm=\"camera\""
                : $"Digest realm=\"camera\", qop=\"auth\", algorithm={Scheme}, nonce=\"{nonce}\"{(stale ? ", stale=true" : "")}";
        }
    }

    private FakeHttpResponse? Authenticate(FakeHttpRequest request)
    {
        if (Username is null || IsOpen(request)) return null;
        var refused = new FakeHttpResponse(401, "");
        if (!request.Headers.TryGetValue("authorization", out string? value)) return refused;
        if (Scheme == "Basic")
            return value == "Basic " + Convert.ToBase64String(Encoding.UTF8.GetBytes($"{Username}:{Password}")) ? null : refused;
        Dictionary<string, string> fields = value["Digest ".Length..].Split(',').Select(part => part.Trim().Split('=', 2))
            .ToDictionary(pair => pair[0], pair => pair[1].Trim('"'));
        string ha1 = Hash($"{Username}:camera:{Password}"), ha2 = Hash($"{request.Method}:{request.Target}");
        lock (_gate)
        {
            uint count = Convert.ToUInt32(fields["nc"], 16);
            bool fresh = count > _counts.GetValueOrDefault(fields["nonce"]);
            bool right = fresh && _valid.Contains(fields["nonce"]) && fields["uri"] == request.Target && fields["username"] == Username
                && fields["response"] == Hash($"{ha1}:{fields["nonce"]}:{fields["nc"]}:{fields["cnonce"]}:auth:{ha2}");
            if (right) _counts[fields["nonce"]] = count;
            return right ? null : refused;
        }
    }

    private string Hash(string text) => Convert.ToHexStringLower(
        Scheme == "SHA-256" ? SHA256.HashData(Encoding.UTF8.GetBytes(text)) : MD5.HashData(Encoding.UTF8.GetBytes(text)));

    private async Task<FakeHttpRequest?> ReadAsync(Stream stream)
    {
        var head = new List<byte>();
        byte[] one = new byte[1];
        while (head.Count < 4 || !head[^4..].SequenceEqual("\r\n\r\n"u8.ToArray()))
        {
            if (await stream.ReadAsync(one, _stop.Token) == 0) return null;
            head.Add(one[0]);
        }
        string[] lines = Encoding.ASCII.GetString([.. head]).Split("\r\n", StringSplitOptions.RemoveEmptyEntries);
        string[] first = lines[0].Split(' ');
        Dictionary<string, string> headers = lines.Skip(1).Select(line => line.Split(':', 2)).ToDictionary(pair => pair[0].ToLowerInvariant(), pair => pair[1].Trim());
        byte[] body = new byte[headers.TryGetValue("content-length", out string? length) ? int.Parse(length, null) : 0];
        await stream.ReadExactlyAsync(body, _stop.Token);
        return new FakeHttpRequest(first[0], first[1], headers, body);
    }
}
