using System.Threading.Channels;
using Gb28181Edge.Drivers.Serial;
using Gb28181Edge.Protocol.Ptz;

namespace Gb28181Edge.Bench.Demo;

/// <summary>The head at the far end of the simulated serial port: reads Pelco-D as a real one would, and moves nothing.</summary>
internal sealed class DemoHead : IDisposable
{
    private const int MaximumHeld = 256;

    private readonly Channel<(byte[] Bytes, PelcoDFrame Frame)> _frames =
        Channel.CreateBounded<(byte[], PelcoDFrame)>(new BoundedChannelOptions(MaximumHeld) { FullMode = BoundedChannelFullMode.DropOldest });

    private readonly SimulatedSerialPort _port;
    private byte[] _held = [];

    /// <exception cref="Drivers.DriverException">The machine has no pseudo-terminals.</exception>
    public DemoHead() => _port = new SimulatedSerialPort(Take);

    /// <summary>The device file to configure the bus with.</summary>
    public string Path => _port.Path;

    /// <summary>The next motion frame that fits, with its bytes; frames before it are passed over.</summary>
    public async Task<(byte[] Bytes, PelcoDMotion Motion)> WaitAsync(Func<PelcoDMotion, bool> fits, CancellationToken cancellationToken)
    {
        while (true)
        {
            (byte[] bytes, PelcoDFrame frame) = await _frames.Reader.ReadAsync(cancellationToken);
            if (!frame.IsExtended && fits(frame.Motion)) return (bytes, frame.Motion);
        }
    }

    public void Dispose() => _port.Dispose();

    // on the port's own thread
    private void Take(ReadOnlyMemory<byte> bytes)
    {
        _held = [.. _held, .. bytes.Span];
        while (true)
        {
            bool isWhole = PelcoD.TryFind(_held, out int consumed, out PelcoDFrame frame);
            if (isWhole) _frames.Writer.TryWrite((_held[(consumed - PelcoD.FrameSize)..consumed], frame));
            _held = _held[consumed..];
            if (!isWhole) return;
        }
    }
}
