using System.Net;
using System.Net.Sockets;
using System.Text;
using Gb28181Edge.Protocol.Media.Rtp;

namespace Gb28181Edge.Tests.Cameras;

/// <summary>A scripted RTSP server on loopback: each connection runs the script from its beginning.</summary>
internal sealed class FakeRtspServer : IAsyncDisposable
{
    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    private readonly CancellationTokenSource _end = new();
    private readonly Task _loop;
    private readonly List<string> _requests = [];

    public FakeRtspServer(Func<Connection, Task> script)
    {
        _listener.Start();
        _loop = RunAsync(script);
    }

    public int Port => ((IPEndPoint)_listener.LocalEndpoint).Port;

    /// <summary>The requests' first lines so far, of all connections.</summary>
    public string[] Requests
    {
        get
        {
            lock (_requests) return [.. _requests];
        }
    }

    public const string Sdp = "v=0\r\nm=video 0 RTP/AVP 96\r\na=rtpmap:96 H264/90000\r\n"
        + "a=fmtp:96 packetization-mode=1;sprop-parameter-sets=Z0IAHqaAoD2QAA==,aM48gA==\r\na=control:v\r\nm=audio 0 RTP/AVP 8\r\na=control:a\r\n";

    private async Task RunAsync(Func<Connection, Task> script)
    {
        try
        {
            while (true)
            {
                using Socket socket = await _listener.AcceptSocketAsync(_end.Token);
                try
                {
                    await script(new Connection(socket, this, _end.Token));
                }
                catch (IOException)
                {
                    // the camera has left
                }
                catch (SocketException)
                {
                    // the camera has left
                }
            }
        }
        catch (OperationCanceledException)
        {
            // the test is over
        }
    }

    public async ValueTask DisposeAsync()
    {
        await _end.CancelAsync();
        await _loop;
        _listener.Dispose();
        _end.Dispose();
    }

    /// <summary>One connection, seen from the script.</summary>
    internal sealed class Connection(Socket socket, FakeRtspServer server, CancellationToken end)
    {
        private readonly StringBuilder _received = new();
        private readonly ushort[] _sequenceNumbers = [.. Enumerable.Repeat((ushort)65530, 256)];

        public CancellationToken End => end;

        /// <summary>Of the request read last.</summary>
        public string CSeq { get; private set; } = "";

        /// <summary>Waits for a request and gives it whole. Interleaved reports between are passed over.</summary>
        public async Task<string> RequestAsync()
        {
            byte[] piece = new byte[4096];
            while (true)
            {
                string text = _received.ToString();
                if (text.StartsWith('$') && text.Length >= 4)
                {
                    int size = 4 + (text[2] << 8 | text[3]);
                    if (text.Length >= size) { _received.Remove(0, size); continue; }
                }
                int headEnd = text.StartsWith('$') ? -1 : text.IndexOf("\r\n\r\n", StringComparison.Ordinal);
                if (headEnd >= 0)
                {
                    string request = text[..(headEnd + 4)];
                    _received.Remove(0, request.Length);
                    CSeq = request.Split("\r\n").First(l => l.StartsWith("CSeq: ", StringComparison.Ordinal))["CSeq: ".Length..];
                    lock (server._requests) server._requests.Add(request.Split("\r\n")[0]);
                    return request;
                }
                int read = await socket.ReceiveAsync(piece, SocketFlags.None, end);
                if (read == 0) throw new IOException("closed");
                _received.Append(Encoding.Latin1.GetString(piece, 0, read));
            }
        }

        public Task SendAsync(string text) => SendAsync(Encoding.Latin1.GetBytes(text));

        public async Task SendAsync(byte[] bytes) => await socket.SendAsync(bytes, SocketFlags.None, end);

        public Task AnswerAsync(int status, string headers = "", string body = "") => SendAsync(
            $"RTSP/1.0 {status} Reason\r\nCSeq: {CSeq}\r\n{headers}{(body.Length > 0 ? $"Content-Length: {body.Length}\r\n" : "")}\r\n{body}");

        /// <summary>OPTIONS to PLAY, all answered; RTP on channels 0 and 2, or to the ports that the camera names.</summary>
        /// <returns>The camera's RTP ports, video and audio, over UDP.</returns>
        public async Task<int[]> PlayAsync(string sdp = Sdp, string session = "Session: 7;timeout=60")
        {
            List<int> ports = [];
            while (true)
            {
                string request = await RequestAsync();
                switch (request.Split(' ')[0])
                {
                    case "OPTIONS": await AnswerAsync(200, "Public: OPTIONS, GET_PARAMETER\r\n"); break;
                    case "DESCRIBE": await AnswerAsync(200, "Content-Type: application/sdp\r\n", sdp); break;
                    case "SETUP":
                        string transport = request.Split("\r\n").First(l => l.StartsWith("Transport: ", StringComparison.Ordinal));
                        int at = transport.IndexOf("client_port=", StringComparison.Ordinal);
                        if (at >= 0) ports.Add(int.Parse(transport[(at + 12)..transport.LastIndexOf('-')], System.Globalization.CultureInfo.InvariantCulture));
                        await AnswerAsync(200, $"{session}\r\n{transport}\r\n");
                        break;
                    case "PLAY": await AnswerAsync(200, session + "\r\n"); return [.. ports];
                    default: await AnswerAsync(405); break;
                }
            }
        }

        /// <summary>A packet in an interleaved frame.</summary>
        public Task SendRtpAsync(byte channel, byte payloadType, uint timestamp, string payloadHex)
        {
            byte[] packet = Rtp(_sequenceNumbers[channel]++, payloadType, timestamp, payloadHex);
            return SendAsync([(byte)'$', channel, (byte)(packet.Length >> 8), (byte)packet.Length, .. packet]);
        }

        public static byte[] Rtp(ushort sequenceNumber, byte payloadType, uint timestamp, string payloadHex)
        {
            byte[] payload = Convert.FromHexString(payloadHex);
            byte[] packet = new byte[RtpPacket.FixedHeaderSize + payload.Length];
            RtpPacket.WriteHeader(packet, marker: true, payloadType, sequenceNumber, timestamp, 1);
            payload.CopyTo(packet.AsSpan(RtpPacket.FixedHeaderSize));
            return packet;
        }
    }
}
