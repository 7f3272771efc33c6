using System.Diagnostics;
using System.Globalization;

namespace Gb28181Edge.Tests.Support.Heads;

/// <summary>Motors on the relays of the simulated board: follows the pin files, moves, works the limit switches, and judges the relays.</summary>
/// <remarks>Relays close at a high level. It runs at a third of the emulated top speeds, which is what motors on relays have.</remarks>
internal sealed class RelayHead : IDisposable
{
    public const int Left = 1, Right = 2, Up = 3, Down = 4, ZoomIn = 5, ZoomOut = 6, FocusNear = 7, FocusFar = 8, IrisOpen = 9, IrisClose = 10, Wiper = 11;
    public const int PanHome = 20, TiltHome = 21;
    public const double Pace = 1 / 3.0;

    /// <summary>A limit switch closes so near to its end, degrees.</summary>
    private const double SwitchWay = 0.2;

    private static readonly (int Minus, int Plus)[] Pairs = [(Left, Right), (Down, Up), (ZoomOut, ZoomIn), (FocusNear, FocusFar), (IrisClose, IrisOpen)];

    private readonly string _directory;
    private readonly TimeSpan _deadTime;
    private readonly Thread _thread;
    private readonly ManualResetEventSlim _stop = new();
    private readonly Lock _gate = new();
    private readonly List<string> _faults = [];
    private readonly int[] _directions = new int[Pairs.Length], _lastDirections = new int[Pairs.Length];
    private readonly long[] _openedAt = new long[Pairs.Length];
    private readonly bool?[] _limits = new bool?[2];

    /// <param name="directory">Of the board.</param>
    /// <param name="deadTime">Between the two directions of a motor.</param>
    public RelayHead(string directory, TimeSpan deadTime)
    {
        (_directory, _deadTime) = (directory, deadTime);
        Directory.CreateDirectory(directory);
        _thread = new Thread(Run) { IsBackground = true, Name = "relay head" };
        _thread.Start();
    }

    public HeadMotion Motion { get; } = new() { Stops = (90, -30, 30) };

    public bool IsWiping => IsOn(Wiper);

    /// <summary>Two directions at once, or a reversal without a dead time.</summary>
    public string[] Faults
    {
        get { lock (_gate) return [.. _faults]; }
    }

    /// <summary>1 far and open, −1 near and closing.</summary>
    public (int Focus, int Iris) Lens
    {
        get { lock (_gate) return (_directions[3], _directions[4]); }
    }

    public void Dispose()
    {
        _stop.Set();
        _thread.Join();
        _stop.Dispose();
    }

    private void Run()
    {
        do
        {
            lock (_gate)
            {
                for (int i = 0; i < Pairs.Length; i++) Follow(i);
                Motion.Drive(_directions[0] * Pace, _directions[1] * Pace, _directions[2], _directions[3]);
            }
            (double pan, double tilt, _, _) = Motion.Position;
            Switch(0, PanHome, pan <= SwitchWay);
            Switch(1, TiltHome, tilt <= -30 + SwitchWay);
        }
        while (!_stop.Wait(3));
    }

    private void Follow(int i)
    {
        bool minus = IsOn(Pairs[i].Minus), plus = IsOn(Pairs[i].Plus);
        // two files are not read at one moment: only what holds is a fault
        if (minus && plus && IsOn(Pairs[i].Minus) && IsOn(Pairs[i].Plus)) _faults.Add($"pins {Pairs[i]} are both on");
        int before = _directions[i], now = (plus ? 1 : 0) - (minus ? 1 : 0);
        _directions[i] = now;
        if (before != 0 && now != before) _openedAt[i] = Stopwatch.GetTimestamp();
        if (now == 0 || now == before) return;
        // a look that came late makes the pause look shorter: half of it must be seen
        if (now == -_lastDirections[i] && (before != 0 || Stopwatch.GetElapsedTime(_openedAt[i]) < _deadTime / 2))
            _faults.Add($"pins {Pairs[i]} were reversed {Stopwatch.GetElapsedTime(_openedAt[i]).TotalMilliseconds:0} ms after they opened");
        _lastDirections[i] = now;
    }

    /// <summary>A limit switch pulls its pin low at the end of the travel.</summary>
    private void Switch(int index, int pin, bool atEnd)
    {
        if (_limits[index] == atEnd) return;
        _limits[index] = atEnd;
        string path = PathOf(pin), next = path + ".next";
        File.WriteAllText(next, atEnd ? "0\n" : "1\n");
        File.Move(next, path, overwrite: true);
    }

    private bool IsOn(int pin) => File.Exists(PathOf(pin)) && File.ReadAllText(PathOf(pin)) is ['1', ..];

    private string PathOf(int pin) => Path.Combine(_directory, pin.ToString(CultureInfo.InvariantCulture));
}
