using System.Buffers;

namespace Gb28181Edge.Protocol.Media.Rtp;

/// <summary>Puts the RTP packets of one UDP stream back into order and counts what is missing. RFC 3550 appendix A.1.</summary>
/// <remarks>
/// A gap is waited for until <c>depth</c> later packets are held, then it counts as lost. A jump of more than 3000 sequence numbers is a new
/// start of the sender. Holds at most <c>depth</c> + 1 packets. Driven by one loop.
/// </remarks>
/// <param name="depth">1 … 1024 packets.</param>
internal sealed class RtpReorderBuffer(int depth = 32) : IDisposable
{
    /// <summary>MAX_DROPOUT of RFC 3550 appendix A.1.</summary>
    private const int MaximumDropout = 3000;

    private readonly List<(ushort SequenceNumber, byte[] Bytes, int Length)> _held = new(depth + 1);
    private byte[]? _taken;
    private ushort _next;
    /// <summary>Bit n: the packet n + 1 before the next one was handed over.</summary>
    private ulong _given;
    private bool _isStarted;

    /// <summary>Packets given up, less those that came late after all.</summary>
    public long Lost { get; private set; }

    /// <summary>Packets that came again.</summary>
    public long Duplicates { get; private set; }

    /// <summary>Packets that came after a later one.</summary>
    public long Reordered { get; private set; }

    /// <summary>Takes a copy of a packet; then <see cref="TryTake"/> until it gives false.</summary>
    public void Insert(ReadOnlySpan<byte> packet, ushort sequenceNumber)
    {
        if (!_isStarted) (_isStarted, _next) = (true, sequenceNumber);
        int ahead = (short)(sequenceNumber - _next);
        if (Math.Abs(ahead) > MaximumDropout)
        {
            Clear();
            (_next, _given) = (sequenceNumber, 0);
            ahead = 0;
        }
        if (ahead < 0)
        {
            TakeLate(-ahead);
            return;
        }
        int at = _held.Count;
        while (at > 0 && (short)(_held[at - 1].SequenceNumber - sequenceNumber) > 0) at--;
        if (at > 0 && _held[at - 1].SequenceNumber == sequenceNumber)
        {
            Duplicates++;
            return;
        }
        if (at < _held.Count) Reordered++;
        byte[] copy = ArrayPool<byte>.Shared.Rent(packet.Length);
        packet.CopyTo(copy);
        _held.Insert(at, (sequenceNumber, copy, packet.Length));
    }

    /// <param name="packet">The next in order, good until the next call.</param>
    /// <param name="lostBefore">Packets given up just before it.</param>
    public bool TryTake(out ReadOnlySpan<byte> packet, out int lostBefore) => TryTakeAfter(depth, out packet, out lostBefore);

    /// <summary>As TryTake, without waiting for what is missing.</summary>
    public bool TryTakeNow(out ReadOnlySpan<byte> packet, out int lostBefore) => TryTakeAfter(0, out packet, out lostBefore);

    private bool TryTakeAfter(int patience, out ReadOnlySpan<byte> packet, out int lostBefore)
    {
        ReturnTaken();
        packet = default;
        lostBefore = 0;
        if (_held.Count == 0) return false;
        (ushort sequenceNumber, byte[] bytes, int length) = _held[0];
        int gap = (ushort)(sequenceNumber - _next);
        if (gap > 0 && _held.Count <= patience) return false;
        _held.RemoveAt(0);
        Lost += gap;
        lostBefore = gap;
        _next = (ushort)(sequenceNumber + 1);
        _given = gap < 63 ? _given << gap + 1 | 1 : 1;
        _taken = bytes;
        packet = bytes.AsSpan(0, length);
        return true;
    }

    public void Dispose() => Clear();

    // behind the next one: it has been handed over already, or it was given up too early
    private void TakeLate(int behind)
    {
        ulong bit = behind <= 64 ? 1UL << behind - 1 : 0;
        if ((_given & bit) != 0)
        {
            Duplicates++;
            return;
        }
        _given |= bit;
        Reordered++;
        if (bit != 0 && Lost > 0) Lost--;
    }

    private void Clear()
    {
        ReturnTaken();
        foreach ((_, byte[] bytes, _) in _held) ArrayPool<byte>.Shared.Return(bytes);
        _held.Clear();
    }

    private void ReturnTaken()
    {
        if (_taken is not null) ArrayPool<byte>.Shared.Return(_taken);
        _taken = null;
    }
}
