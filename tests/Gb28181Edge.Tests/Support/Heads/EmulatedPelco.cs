namespace Gb28181Edge.Tests.Support.Heads;

/// <summary>What Pelco-D and Pelco-P domes have in common: the motion latches, presets, auxiliaries. It reads the bytes by itself, not by the agent's codec.</summary>
internal abstract class EmulatedPelco(byte first, int size) : ISerialHead
{
    private readonly Lock _gate = new();
    private readonly List<byte> _held = [];
    private readonly Dictionary<int, (double Pan, double Tilt, double Zoom, double Focus)> _presets = [];
    private readonly List<string> _told = [];

    public HeadMotion Motion { get; init; } = new();

    /// <summary>Extended commands to this head in words: "set 1", "call 1", "aux 1 on", "zoom speed 2" and so on.</summary>
    public string[] Told
    {
        get { lock (_gate) return [.. _told]; }
    }

    /// <summary>Frames to this head.</summary>
    public int Frames { get; private set; }

    /// <summary>Frames that stop everything.</summary>
    public int Stops { get; private set; }

    /// <summary>Bytes that were no part of a frame.</summary>
    public int Noise { get; private set; }

    /// <summary>Steps of the iris: open counts up as long as it is told, so only its direction is kept.</summary>
    public int Iris { get; private set; }

    /// <summary>1 far, −1 near.</summary>
    public int Focus { get; private set; }

    public void Hear(ReadOnlySpan<byte> bytes, Action<byte[]> say)
    {
        foreach (byte value in bytes)
        {
            _held.Add(value);
            while (_held.Count > 0 && _held[0] != first) Drop();
            if (_held.Count < size) continue;
            byte[] frame = [.. _held];
            if (!IsWhole(frame))
            {
                Drop();
                continue;
            }
            _held.Clear();
            if (!IsMine(frame)) continue;
            Frames++;
            OnFrame(frame, say);
        }
    }

    public virtual void Tick(Action<byte[]> say)
    {
    }

    protected abstract bool IsWhole(byte[] frame);

    protected abstract bool IsMine(byte[] frame);

    protected abstract void OnFrame(byte[] frame, Action<byte[]> say);

    /// <summary>cmd2 of Pelco-D, d2 of Pelco-P: 2 right, 4 left, 8 up, 10 down, 20 tele, 40 wide.</summary>
    protected void OnMotion(byte bits, byte pan, byte tilt, int focus, int iris)
    {
        (Focus, Iris) = (focus, iris);
        if ((bits & 0x7E) == 0 && focus == 0 && iris == 0) Stops++;
        Motion.Drive(
            Sign(bits, 0x02, 0x04) * Math.Max((byte)1, pan) / 64.0, Sign(bits, 0x08, 0x10) * Math.Max((byte)1, tilt) / 63.0, Sign(bits, 0x20, 0x40), focus);
    }

    /// <summary>True when the code was one of those that both protocols have.</summary>
    protected bool OnExtended(byte code, byte value)
    {
        switch (code)
        {
            case 0x03:
                _presets[value] = Motion.Position;
                Tell($"set {value}");
                return true;
            case 0x05:
                _presets.Remove(value);
                Tell($"clear {value}");
                return true;
            case 0x07:
                Tell($"call {value}");
                if (value == 0x21) Motion.GoTo(Motion.Position.Pan + 180, null, null);
                else if (value == 0x22) Motion.GoTo(0, null, null);
                else if (_presets.TryGetValue(value, out (double Pan, double Tilt, double Zoom, double Focus) place)) Motion.GoTo(place.Pan, place.Tilt, place.Zoom);
                return true;
            case 0x09: Tell($"aux {value} on"); return true;
            case 0x0B: Tell($"aux {value} off"); return true;
            case 0x25: Tell($"zoom speed {value}"); return true;
            case 0x27: Tell($"focus speed {value}"); return true;
            case 0x2B: Tell($"auto focus {value}"); return true;
            default: return false;
        }
    }

    protected void Tell(string what)
    {
        lock (_gate) _told.Add(what);
    }

    protected static int Sign(int bits, int plus, int minus) => ((bits & plus) != 0 ? 1 : 0) - ((bits & minus) != 0 ? 1 : 0);

    private void Drop()
    {
        _held.RemoveAt(0);
        Noise++;
    }
}

/// <summary>A Pelco-D dome; with <see cref="Answers"/> it takes and tells positions in hundredths of a degree, tilt counted downwards.</summary>
internal sealed class EmulatedPelcoD(byte address) : EmulatedPelco(0xFF, 7)
{
    /// <summary>Answers position queries.</summary>
    public volatile bool Answers;

    /// <summary>What the head reads at pan 0 and when it looks level, hundredths of a degree.</summary>
    public int PanZero { get; init; }

    public int TiltZero { get; init; }

    /// <summary>How many replies are sent damaged before a good one.</summary>
    public int Damaged;

    protected override bool IsWhole(byte[] frame) => frame[6] == (byte)(frame[1] + frame[2] + frame[3] + frame[4] + frame[5]);

    protected override bool IsMine(byte[] frame) => frame[1] == address;

    protected override void OnFrame(byte[] frame, Action<byte[]> say)
    {
        (byte one, byte two, byte high, byte low) = (frame[2], frame[3], frame[4], frame[5]);
        if ((two & 1) == 0)
        {
            int focus = ((two & 0x80) != 0 ? 1 : 0) - ((one & 0x01) != 0 ? 1 : 0);
            OnMotion(two, high, low, focus, Sign(one, 0x02, 0x04));
            return;
        }
        int value = (high << 8) | low;
        (double pan, double tilt, double zoom, _) = Motion.Position;
        switch (two)
        {
            case 0x4B: Motion.GoTo((value - PanZero) / 100.0, null, null); break;
            case 0x4D: Motion.GoTo(null, -Signed(value - TiltZero) / 100.0, null); break;
            case 0x4F: Motion.GoTo(null, null, value / 65535.0); break;
            case 0x51: Reply(0x59, (int)Math.Round(pan * 100) + PanZero, say); break;
            case 0x53: Reply(0x5B, (int)Math.Round(-tilt * 100) + TiltZero, say); break;
            case 0x55 when Answers: Send(0x5D, (int)Math.Round(zoom * 65535), say); break;
            default: OnExtended(two, low); break;
        }
    }

    private static double Signed(int centidegrees) => ((centidegrees + 54000) % 36000) - 18000;

    private void Reply(byte code, int centidegrees, Action<byte[]> say)
    {
        if (Answers) Send(code, ((centidegrees % 36000) + 36000) % 36000, say);
    }

    private void Send(byte code, int value, Action<byte[]> say)
    {
        byte[] reply = [0xFF, address, 0, code, (byte)(value >> 8), (byte)value, 0];
        reply[6] = (byte)(reply[1] + reply[3] + reply[4] + reply[5]);
        if (Damaged > 0)
        {
            Damaged--;
            reply[6]++;
        }
        say(reply);
    }
}

/// <summary>A Pelco-P dome of one of the two families.</summary>
/// <param name="wireAddress">The address byte that it obeys.</param>
/// <param name="likeD">Focus and iris lie as in Pelco-D.</param>
internal sealed class EmulatedPelcoP(byte wireAddress, bool likeD) : EmulatedPelco(0xA0, 8)
{
    protected override bool IsWhole(byte[] frame) => frame[6] == 0xAF && frame.Aggregate(0, (sum, value) => sum ^ value) == 0;

    protected override bool IsMine(byte[] frame) => frame[1] == wireAddress;

    protected override void OnFrame(byte[] frame, Action<byte[]> say)
    {
        (byte one, byte two) = (frame[2], frame[3]);
        if ((two & 1) != 0)
        {
            OnExtended(two, frame[5]);
            return;
        }
        if (likeD) OnMotion(two, frame[4], frame[5], ((two & 0x80) != 0 ? 1 : 0) - ((one & 0x01) != 0 ? 1 : 0), Sign(one, 0x02, 0x04));
        else OnMotion(two, frame[4], frame[5], Sign(one, 0x01, 0x02), Sign(one, 0x04, 0x08));
    }
}
