using System.Diagnostics;

namespace Gb28181Edge.Tests.Support.Heads;

/// <summary>Something that hangs on a serial line and hears every byte of it.</summary>
internal interface ISerialHead
{
    /// <summary>Hears bytes from the agent; answers through <paramref name="say"/>. Called by the wire's thread alone.</summary>
    void Hear(ReadOnlySpan<byte> bytes, Action<byte[]> say);

    /// <summary>Called every few milliseconds: says what has become due.</summary>
    void Tick(Action<byte[]> say);
}

/// <summary>A serial line on a pseudo-terminal, with emulated heads on it. The agent opens <see cref="Path"/>.</summary>
/// <remarks>One thread plays all heads. Heads are asked in the order of the list, which for VISCA is the order of the chain.</remarks>
internal sealed class SerialWire : IDisposable
{
    private readonly Pty _pty = new();
    private readonly IReadOnlyList<ISerialHead> _heads;
    private readonly ManualResetEventSlim _stop = new();
    private readonly Thread _thread;
    private readonly Lock _gate = new();
    private readonly List<(byte[] Bytes, long At)> _heard = [];
    private readonly List<long> _silentUntil = [];

    public SerialWire(params IReadOnlyList<ISerialHead> heads)
    {
        _heads = heads;
        _thread = new Thread(Run) { IsBackground = true, Name = "serial wire" };
        _thread.Start();
    }

    /// <summary>The device file of the agent's end.</summary>
    public string Path => _pty.Path;

    /// <summary>The agent's receiver stays on: it hears every byte that it sends.</summary>
    public volatile bool Echoes;

    /// <summary>Said once before the next reply, as noise on the line.</summary>
    public volatile byte[]? Noise;

    /// <summary>What came in, piece by piece as it was read; a frame is one piece unless two follow at once.</summary>
    public IReadOnlyList<(byte[] Bytes, long At)> Heard
    {
        get { lock (_gate) return [.. _heard]; }
    }

    /// <summary>All of it as hexadecimal pieces.</summary>
    public string[] Hex => [.. Heard.Select(piece => Convert.ToHexString(piece.Bytes))];

    /// <summary>The least time between the beginnings of two pieces.</summary>
    public TimeSpan LeastBetweenFrames
    {
        get
        {
            IReadOnlyList<(byte[] Bytes, long At)> heard = Heard;
            return heard.Count < 2 ? TimeSpan.MaxValue : heard.Zip(heard.Skip(1)).Min(pair => Stopwatch.GetElapsedTime(pair.First.At, pair.Second.At));
        }
    }

    /// <summary>Pieces that came too soon after the one before, however late this thread looked: a busy machine makes no fault.</summary>
    /// <param name="frameBytes">The length of every frame.</param>
    /// <param name="least">From the beginning of a frame to that of the next.</param>
    public int TooNear(int frameBytes, TimeSpan least)
    {
        lock (_gate)
        {
            int near = 0;
            for (int i = 0; i < _heard.Count; i++)
            {
                // it came at some time after the last look that saw nothing
                int frames = (_heard[i].Bytes.Length + frameBytes - 1) / frameBytes;
                if (Stopwatch.GetElapsedTime(_silentUntil[i], _heard[i].At) < (frames - 1) * least) near++;
                else if (i > 0 && Stopwatch.GetElapsedTime(_silentUntil[i - 1], _heard[i].At) < least) near++;
            }
            return near;
        }
    }

    /// <summary>Says something out of turn, as a head that talks by itself.</summary>
    public void Say(byte[] bytes) => _pty.Write(bytes);

    /// <summary>The adapter is pulled out.</summary>
    public void Dispose()
    {
        if (_stop.IsSet) return;
        _stop.Set();
        _thread.Join();
        _pty.Dispose();
        _stop.Dispose();
    }

    private void Run()
    {
        long lastLook = Stopwatch.GetTimestamp();
        while (true)
        {
            long look = Stopwatch.GetTimestamp();
            int before = _pty.Received.Count, after = _pty.Pump();
            if (after > before)
            {
                byte[] bytes = [.. _pty.Received.Skip(before)];
                lock (_gate)
                {
                    _heard.Add((bytes, Stopwatch.GetTimestamp()));
                    _silentUntil.Add(lastLook);
                }
                if (Echoes) _pty.Write(bytes);
                foreach (ISerialHead head in _heads) head.Hear(bytes, Answer);
            }
            foreach (ISerialHead head in _heads) head.Tick(Answer);
            lastLook = look;
            if (_stop.Wait(1)) return;
        }
    }

    private void Answer(byte[] bytes)
    {
        if (Noise is { } noise) _pty.Write(noise);
        Noise = null;
        _pty.Write(bytes);
    }
}
