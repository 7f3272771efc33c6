using Gb28181Edge.Protocol.Media;

namespace Gb28181Edge.Streaming;

/// <summary>Access units on their way from the source to the send loop. One writer, one reader. When full, pictures are dropped up to the next random access point.</summary>
internal sealed class UnitQueue
{
    /// <summary>More than a second of any camera's pictures and sound.</summary>
    private const int Capacity = 256;
    private const long MaxBytes = 16 << 20;

    private readonly Lock _gate = new();
    private readonly Queue<AccessUnit> _units = new(Capacity);
    private long _bytes;
    private long _dropped;
    private bool _needsRandomAccess;
    private bool _restarted;
    private bool _closed;

    /// <summary>Units dropped because the queue was full.</summary>
    public long Dropped => Volatile.Read(ref _dropped);

    /// <summary>Takes the unit and its reference over.</summary>
    /// <returns>False when it was dropped.</returns>
    public bool Write(AccessUnit unit)
    {
        lock (_gate)
        {
            bool full = _units.Count == Capacity || _bytes + unit.Bytes.Length > MaxBytes;
            bool video = unit.Codec.IsVideo();
            if (!_closed && !full && !(video && _needsRandomAccess && !unit.IsRandomAccess))
            {
                if (video) _needsRandomAccess = false;
                _units.Enqueue(unit);
                _bytes += unit.Bytes.Length;
                return true;
            }
            if (video) _needsRandomAccess = true;
            if (!_closed) _dropped++;
        }
        unit.Dispose();
        return false;
    }

    /// <summary>Throws away what waits: the source begins anew, or has ended.</summary>
    public void Restart()
    {
        lock (_gate)
        {
            Clear();
            (_restarted, _needsRandomAccess) = (true, false);
        }
    }

    /// <summary>The next unit, which then belongs to the caller; null when there is none.</summary>
    /// <param name="restarted">The source began anew before this unit.</param>
    public AccessUnit? Read(out bool restarted)
    {
        lock (_gate)
        {
            (restarted, _restarted) = (_restarted, false);
            if (!_units.TryDequeue(out AccessUnit? unit)) return null;
            _bytes -= unit.Bytes.Length;
            return unit;
        }
    }

    /// <summary>Nothing more is taken.</summary>
    public void Close()
    {
        lock (_gate)
        {
            _closed = true;
            Clear();
        }
    }

    private void Clear()
    {
        while (_units.TryDequeue(out AccessUnit? unit)) unit.Dispose();
        _bytes = 0;
    }
}
