using System.Diagnostics;

namespace Gb28181Edge.Tests.Support.Heads;

/// <summary>A VISCA head of a chain: counts itself, works in two sockets, and is strict about what may come when. It reads the bytes by itself, not by the agent's codec.</summary>
/// <remarks>
/// Positions are 14.4 steps a degree and zoom 0 … 4000h. Focus and iris commands are not executable while the head does them itself. A command that
/// comes before the one ahead of it was acknowledged is noted in <see cref="Faults"/>, unless it is a stop.
/// </remarks>
internal sealed class EmulatedVisca : ISerialHead
{
    private const double StepsPerDegree = 14.4;

    private readonly Lock _gate = new();
    private readonly List<byte> _held = [];
    private readonly List<string> _faults = [], _told = [];
    private readonly Dictionary<int, (double Pan, double Tilt, double Zoom, double Focus)> _memories = [];
    private readonly bool[] _travels = new bool[3];
    private readonly List<(byte[] Body, long At)> _unacknowledged = [];

    /// <param name="address">What is set on the head; 0 for one of a chain, which is given its address.</param>
    public EmulatedVisca(int address = 0) => Address = address;

    /// <summary>0 until the chain was counted.</summary>
    public int Address { get; private set; }

    public HeadMotion Motion { get; } = new();

    /// <summary>Says nothing while set, and does what it is told.</summary>
    public volatile bool IsMute;

    /// <summary>How long it takes to acknowledge.</summary>
    public TimeSpan AcknowledgesAfter { get; set; }

    /// <summary>How many commands are answered with "buffer full" first.</summary>
    public volatile int BusyTimes;

    public bool IsFocusManual { get; private set; }

    /// <summary>00 automatic, 03 manual, 0B iris priority.</summary>
    public int Exposure { get; private set; }

    /// <summary>Steps opened less steps closed.</summary>
    public int Iris { get; private set; }

    /// <summary>Stops of pan and tilt.</summary>
    public int Stops { get; private set; }

    /// <summary>What was wrong about the timing or the form of what came.</summary>
    public string[] Faults
    {
        get { lock (_gate) return [.. _faults]; }
    }

    /// <summary>Bodies of all commands and inquiries to this head, as hexadecimal.</summary>
    public string[] Told
    {
        get { lock (_gate) return [.. _told]; }
    }

    /// <summary>Gives the head its address, as the counting passes it on the chain.</summary>
    public void Count(int address) => Address = address;

    public void Hear(ReadOnlySpan<byte> bytes, Action<byte[]> say)
    {
        foreach (byte value in bytes)
        {
            _held.Add(value);
            if (value != 0xFF) continue;
            byte[] packet = [.. _held];
            _held.Clear();
            if (packet.Length is < 3 or > 16 || (packet[0] & 0xF0) != 0x80) Note($"{Convert.ToHexString(packet)} is no packet");
            else OnPacket(packet, say);
        }
    }

    public void Tick(Action<byte[]> say)
    {
        while (_unacknowledged.Count > 0 && Stopwatch.GetElapsedTime(_unacknowledged[0].At) >= AcknowledgesAfter)
        {
            byte[] body = _unacknowledged[0].Body;
            _unacknowledged.RemoveAt(0);
            Carry(body, say);
        }
        if (!_travels[1] && !_travels[2] || Motion.Travels) return;
        for (int socket = 1; socket <= 2; socket++)
        {
            if (!_travels[socket]) continue;
            _travels[socket] = false;
            Say(say, (byte)(0x50 | socket));
        }
    }

    private void OnPacket(byte[] packet, Action<byte[]> say)
    {
        byte[] body = packet[1..^1];
        if (packet[0] == 0x88)
        {
            OnBroadcast(body);
            return;
        }
        if ((packet[0] & 0x0F) != Address) return;
        lock (_gate) _told.Add(Convert.ToHexString(body));
        if (body[0] == 0x09)
        {
            Inquire(body, say);
            return;
        }
        if ((body[0] & 0xF0) == 0x20)
        {
            Cancel(body[0] & 0x0F, say);
            return;
        }
        if (body is [0x01, 0x00, 0x01])
        {
            OnBroadcast(body);
            Say(say, 0x50);
            return;
        }
        bool isStop = body is [0x01, 0x06, 0x01, _, _, 0x03, 0x03] or [0x01, 0x04, 0x07, 0x00] or [0x01, 0x04, 0x08, 0x00];
        if (_unacknowledged.Count > 0 && !isStop) Note($"{Convert.ToHexString(body)} came before the command ahead of it was acknowledged");
        _unacknowledged.Add((body, Stopwatch.GetTimestamp()));
    }

    private void OnBroadcast(byte[] body)
    {
        if (body is not [0x01, 0x00, 0x01]) return;
        _unacknowledged.Clear();
        (_travels[1], _travels[2]) = (false, false);
        if (Motion.Travels) Motion.Abandon();
    }

    private void Carry(byte[] body, Action<byte[]> say)
    {
        if (BusyTimes > 0)
        {
            BusyTimes--;
            Say(say, 0x60, 0x03);
            return;
        }
        int socket = _travels[1] ? 2 : 1;
        if (_travels[1] && _travels[2] && IsTravel(body))
        {
            Say(say, 0x60, 0x03);
            return;
        }
        if (!TryObey(body, out byte error))
        {
            Say(say, (byte)(0x60 | (error == 0x41 ? socket : 0)), error);
            return;
        }
        Say(say, (byte)(0x40 | socket));
        if (IsTravel(body) && Motion.Travels) _travels[socket] = true;
        else Say(say, (byte)(0x50 | socket));
    }

    private static bool IsTravel(byte[] body) => body is [0x01, 0x04, 0x3F, 0x02, _] or [0x01, 0x06, 0x02 or 0x03 or 0x04, ..] or [0x01, 0x04, 0x47, ..];

    private bool TryObey(byte[] body, out byte error)
    {
        error = 0x41;
        switch (body)
        {
            case [0x01, 0x06, 0x01, var pan, var tilt, var x and (1 or 2 or 3), var y and (1 or 2 or 3)]:
                if (x == 3 && y == 3) Stops++;
                Motion.Drive((x == 2 ? 1 : x == 1 ? -1 : 0) * pan / 24.0, (y == 1 ? 1 : y == 2 ? -1 : 0) * tilt / 20.0);
                return true;
            case [0x01, 0x06, 0x04]:
                Motion.GoTo(0, 0, null);
                return true;
            case [0x01, 0x06, 0x02, _, _, .. { Length: 8 } place]:
                Motion.GoTo(Steps(place[..4]) / StepsPerDegree, Steps(place[4..]) / StepsPerDegree, null);
                return true;
            case [0x01, 0x04, 0x47, .. { Length: 4 } zoom]:
                Motion.GoTo(null, null, Steps(zoom) / 16384.0);
                return true;
            case [0x01, 0x04, 0x07, var zoom]:
                Motion.Drive(zoom: Lens(zoom));
                return true;
            case [0x01, 0x04, 0x08, var focus]:
                if (!IsFocusManual) return false;
                Motion.Drive(focus: Lens(focus));
                return true;
            case [0x01, 0x04, 0x38, var mode]:
                IsFocusManual = mode == 0x03;
                return true;
            case [0x01, 0x04, 0x39, var exposure]:
                Exposure = exposure;
                return true;
            case [0x01, 0x04, 0x0B, var step]:
                if (Exposure == 0) return false;
                Iris += step == 2 ? 1 : step == 3 ? -1 : -Iris;
                return true;
            case [0x01, 0x04, 0x3F, 0x00, var memory]:
                _memories.Remove(memory);
                return true;
            case [0x01, 0x04, 0x3F, 0x01, var memory]:
                _memories[memory] = Motion.Position;
                return true;
            case [0x01, 0x04, 0x3F, 0x02, var memory]:
                if (!_memories.TryGetValue(memory, out (double Pan, double Tilt, double Zoom, double Focus) place1)) return false;
                Motion.GoTo(place1.Pan, place1.Tilt, place1.Zoom);
                return true;
            default:
                error = 0x02;
                Note($"{Convert.ToHexString(body)} is no command");
                return false;
        }
    }

    private void Inquire(byte[] body, Action<byte[]> say)
    {
        (double pan, double tilt, double zoom, _) = Motion.Position;
        switch (body)
        {
            case [0x09, 0x06, 0x12]:
                Say(say, [0x50, .. Nibbles((int)Math.Round((pan > 180 ? pan - 360 : pan) * StepsPerDegree)), .. Nibbles((int)Math.Round(tilt * StepsPerDegree))]);
                break;
            case [0x09, 0x04, 0x47]: Say(say, [0x50, .. Nibbles((int)Math.Round(zoom * 16384))]); break;
            case [0x09, 0x04, 0x38]: Say(say, 0x50, (byte)(IsFocusManual ? 3 : 2)); break;
            case [0x09, 0x04, 0x39]: Say(say, 0x50, (byte)Exposure); break;
            default: Say(say, 0x60, 0x02); break;
        }
    }

    private void Cancel(int socket, Action<byte[]> say)
    {
        if (socket is not (1 or 2) || !_travels[socket])
        {
            Say(say, (byte)(0x60 | socket), 0x05);
            return;
        }
        _travels[socket] = false;
        Motion.Abandon();
        Say(say, (byte)(0x60 | socket), 0x04);
    }

    private void Say(Action<byte[]> say, params byte[] body)
    {
        if (!IsMute) say([(byte)((Address + 8) << 4), .. body, 0xFF]);
    }

    private void Note(string fault)
    {
        lock (_gate) _faults.Add(fault);
    }

    private static double Lens(byte value) => (value & 0xF0) switch
    {
        0x20 => ((value & 0x0F) + 1) / 8.0,
        0x30 => -((value & 0x0F) + 1) / 8.0,
        _ => value == 2 ? 0.5 : value == 3 ? -0.5 : 0,
    };

    private static short Steps(byte[] nibbles) => (short)((nibbles[0] << 12) | (nibbles[1] << 8) | (nibbles[2] << 4) | nibbles[3]);

    private static byte[] Nibbles(int steps) => [(byte)((steps >> 12) & 15), (byte)((steps >> 8) & 15), (byte)((steps >> 4) & 15), (byte)(steps & 15)];
}

/// <summary>VISCA heads wired one behind the other: they count themselves, and what goes to all comes back.</summary>
internal sealed class EmulatedViscaChain(params IReadOnlyList<EmulatedVisca> heads) : ISerialHead
{
    private readonly List<byte> _held = [];

    /// <summary>How often the heads counted themselves.</summary>
    public int Counted { get; private set; }

    public void Hear(ReadOnlySpan<byte> bytes, Action<byte[]> say)
    {
        foreach (byte value in bytes)
        {
            _held.Add(value);
            if (value != 0xFF) continue;
            byte[] packet = [.. _held];
            _held.Clear();
            if (packet is [0x88, 0x30, var first, 0xFF])
            {
                int address = first;
                foreach (EmulatedVisca head in heads) head.Count(address++);
                Counted++;
                if (heads.All(head => !head.IsMute)) say([0x88, 0x30, (byte)address, 0xFF]);
                continue;
            }
            foreach (EmulatedVisca head in heads) head.Hear(packet, say);
            if (packet[0] == 0x88 && heads.All(head => !head.IsMute)) say(packet);
        }
    }

    public void Tick(Action<byte[]> say)
    {
        foreach (EmulatedVisca head in heads) head.Tick(say);
    }
}
