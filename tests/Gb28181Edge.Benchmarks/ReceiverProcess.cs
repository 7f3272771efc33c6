using System.Buffers.Binary;
using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Net.Sockets;
using Gb28181Edge.Protocol.Media.Rtp;
using Gb28181Edge.Streaming;

namespace Gb28181Edge.Benchmarks;

/// <summary>The takers, in a process of their own so that only the sender's work is measured: reads, counts, and says what came.</summary>
internal sealed class ReceiverProcess : IDisposable
{
    public const string Verb = "receive";

    private readonly Process _process;

    private ReceiverProcess(Process process, IPEndPoint[] endPoints) => (_process, EndPoints) = (process, endPoints);

    /// <summary>One a taker.</summary>
    public IPEndPoint[] EndPoints { get; }

    public static async Task<ReceiverProcess> StartAsync(MediaTransport transport, int takers)
    {
        var start = new ProcessStartInfo(Environment.ProcessPath!, [Verb, transport == MediaTransport.Udp ? "udp" : "tcp", takers.ToString(CultureInfo.InvariantCulture)])
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
        };
        Process process = Process.Start(start)!;
        string ports = await process.StandardOutput.ReadLineAsync() ?? throw new IOException("the receiver process did not start");
        IPEndPoint[] endPoints = [.. ports.Split(' ').Select(port => new IPEndPoint(IPAddress.Loopback, int.Parse(port, CultureInfo.InvariantCulture)))];
        return new ReceiverProcess(process, endPoints);
    }

    /// <summary>Ends the takers.</summary>
    /// <returns>Packets that came.</returns>
    public async Task<long> StopAsync()
    {
        _process.StandardInput.Close();
        string count = await _process.StandardOutput.ReadLineAsync() ?? throw new IOException("the receiver process failed");
        await _process.WaitForExitAsync();
        return long.Parse(count, CultureInfo.InvariantCulture);
    }

    public void Dispose() => _process.Dispose();

    /// <summary>The child's side.</summary>
    public static int Run(MediaTransport transport, int takers)
    {
        Taker[] all = [.. Enumerable.Range(0, takers).Select(_ => new Taker(transport))];
        Console.WriteLine(string.Join(' ', all.Select(taker => taker.Port)));
        using var stopping = new ManualResetEventSlim();
        var reader = new Thread(() => Read(all, stopping));
        reader.Start();
        Console.In.ReadToEnd();
        stopping.Set();
        reader.Join();
        Console.WriteLine(all.Sum(taker => taker.Packets));
        return 0;
    }

    private static void Read(Taker[] all, ManualResetEventSlim stopping)
    {
        var polled = new Libc.PollDescriptor[all.Length];
        byte[] buffer = new byte[64 << 10];
        while (true)
        {
            for (int i = 0; i < all.Length; i++) polled[i] = new Libc.PollDescriptor { Descriptor = all[i].Descriptor, Events = Libc.PollIn };
            Libc.Poll(polled, TimeSpan.FromMilliseconds(200));
            bool idle = true;
            for (int i = 0; i < all.Length; i++)
            {
                if (polled[i].Returned == 0) continue;
                idle = false;
                all[i].Take(buffer);
            }
            if (idle && stopping.IsSet) return;
        }
    }

    private sealed class Taker
    {
        private readonly MediaTransport _transport;
        private readonly RtpTcpFraming _framing = new();
        private Socket _socket;
        private bool _isListening;

        public Taker(MediaTransport transport)
        {
            _transport = transport;
            bool udp = transport == MediaTransport.Udp;
            _socket = new Socket(AddressFamily.InterNetwork, udp ? SocketType.Dgram : SocketType.Stream, udp ? ProtocolType.Udp : ProtocolType.Tcp);
            if (udp) _socket.ReceiveBufferSize = 1 << 20;
            _socket.Bind(new IPEndPoint(IPAddress.Loopback, 0));
            Port = ((IPEndPoint)_socket.LocalEndPoint!).Port;
            if (udp) return;
            _socket.Listen(1);
            _isListening = true;
        }

        public int Port { get; }

        public long Packets { get; private set; }

        // a closed connection is no longer polled
        public int Descriptor => _socket.SafeHandle.IsInvalid || _socket.SafeHandle.IsClosed ? -1 : (int)_socket.SafeHandle.DangerousGetHandle();

        public void Take(byte[] buffer)
        {
            if (_isListening)
            {
                Socket accepted = _socket.Accept();
                _socket.Dispose();
                (_socket, _isListening) = (accepted, false);
                return;
            }
            int length;
            while ((length = Libc.Receive(Descriptor, buffer)) > 0)
            {
                if (_transport == MediaTransport.Udp) Packets += BinaryPrimitives.ReadUInt16BigEndian(buffer) >> 14 == 2 ? 1 : 0;
                else Count(buffer.AsSpan(0, length));
            }
            if (length == 0) _socket.Dispose();
        }

        private void Count(ReadOnlySpan<byte> bytes)
        {
            _framing.Push(bytes);
            while (_framing.TryRead(out _)) Packets++;
        }
    }
}
