using System.Net;
using System.Net.Sockets;
using BenchmarkDotNet.Attributes;
using Gb28181Edge.Protocol.Media;
using Gb28181Edge.Protocol.Media.ProgramStream;
using Gb28181Edge.Protocol.Media.Rtp;
using Gb28181Edge.Streaming;

namespace Gb28181Edge.Benchmarks;

/// <summary>One picture of a 4 Mbit/s camera: muxed, cut into RTP packets, and sent to one taker on loopback.</summary>
[MemoryDiagnoser]
public class MediaBenchmarks : IDisposable
{
    private readonly AccessUnitPool _pool = new();
    private readonly PsMuxer _muxer = new();
    private readonly PackPool _packs = new();
    private readonly PacketVectors _vectors = new();
    private readonly RtpHeaders _headers = new(new RtpPacketizer(1, 96, 0), framed: false);
    private readonly Socket _receiver = new(AddressFamily.InterNetwork, SocketType.Dgram, ProtocolType.Udp);
    private readonly Socket _sender = new(AddressFamily.InterNetwork, SocketType.Dgram, ProtocolType.Udp);
    private byte[] _frame = [];
    private Pack _pack = null!;
    private long _ticks;

    /// <summary>A usual picture and a key frame.</summary>
    [Params(18_400, 100_000)]
    public int FrameSize { get; set; }

    [GlobalSetup]
    public void Prepare()
    {
        _frame = SyntheticCamera.H264Frame(FrameSize, isKey: true);
        _pack = Mux();
        _receiver.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        _sender.Connect(_receiver.LocalEndPoint!);
    }

    [Benchmark]
    public int MuxPicture()
    {
        Pack pack = Mux();
        int length = pack.Length;
        pack.Release();
        return length;
    }

    [Benchmark]
    public int PacketizePicture()
    {
        _headers.Begin(_pack);
        return _pack.PacketCount;
    }

    // nobody reads: what the receiver's full buffer drops has cost the sender the same

    [Benchmark]
    public int SendSegmented()
    {
        _headers.Begin(_pack);
        int bytes = 0;
        for (int first = 0; first < _pack.PacketCount; first += RtpPacing.LargestGroup)
            bytes += _vectors.SendSegmented(Descriptor, _pack, _headers, first, Math.Min(RtpPacing.LargestGroup, _pack.PacketCount - first));
        return bytes;
    }

    [Benchmark]
    public int SendPacketByPacket()
    {
        _headers.Begin(_pack);
        int bytes = 0;
        for (int i = 0; i < _pack.PacketCount; i++) bytes += _vectors.SendOne(Descriptor, _pack, _headers, i);
        return bytes;
    }

    [GlobalCleanup]
    public void Dispose()
    {
        _pack.Release();
        _packs.Dispose();
        _headers.Dispose();
        _vectors.Dispose();
        _sender.Dispose();
        _receiver.Dispose();
        GC.SuppressFinalize(this);
    }

    private int Descriptor => (int)_sender.SafeHandle.DangerousGetHandle();

    private Pack Mux()
    {
        var time = new MediaTime(_ticks += 3600);
        using AccessUnit unit = _pool.Rent(_frame, Codec.H264, time, time, isRandomAccess: true);
        PsPack layout = _muxer.Prepare(unit);
        Pack pack = _packs.Rent(layout.Size);
        pack.SetLength(layout.Size);
        _muxer.Write(unit, layout, pack.Writable);
        return pack;
    }
}
