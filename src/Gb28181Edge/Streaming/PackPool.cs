using System.Numerics;
using System.Runtime.InteropServices;
using Gb28181Edge.Protocol.Media.Rtp;

namespace Gb28181Edge.Streaming;

/// <summary>One muxed PS pack with its RTP facts, in memory that the kernel can read while nobody moves it. Owned by one send loop; not thread-safe.</summary>
/// <remarks>Comes with one reference; whoever keeps it as well adds one; the last holder's <see cref="Release"/> returns it to the pool.</remarks>
internal sealed unsafe class Pack(PackPool pool)
{
    private byte* _memory;
    private int _references;

    /// <summary>The bytes that the memory can hold.</summary>
    public int Capacity { get; private set; }

    /// <summary>The bytes of the pack.</summary>
    public int Length { get; private set; }

    public byte* Memory => _memory;

    /// <summary>One timestamp for every packet of the pack.</summary>
    public uint RtpTimestamp { get; set; }

    /// <summary>
    /// Decoding time in 90 kHz ticks, as sent; of sound in a <see cref="PackWindow"/> with pictures, that of the picture before it.
    /// </summary>
    public long Dts { get; set; }

    /// <summary>Bytes that its <see cref="PackWindow"/> was given before it.</summary>
    public long Offset { get; set; }

    /// <summary>A receiver can start here: pack header, system header, map, parameter sets, random access point.</summary>
    public bool IsRandomAccess { get; set; }

    public bool IsVideo { get; set; }

    /// <summary>RTP packets that the pack makes.</summary>
    public int PacketCount => RtpPacketizer.CountPackets(Length);

    public ReadOnlySpan<byte> Bytes => new(_memory, Length);

    /// <summary>All of the memory, for the muxer to write into.</summary>
    public Span<byte> Writable => new(_memory, Capacity);

    public void SetLength(int length)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThan(length, Capacity);
        Length = length;
    }

    public void AddReference() => _references++;

    public void Release()
    {
        ObjectDisposedException.ThrowIf(_references <= 0, this);
        if (--_references == 0) pool.Return(this);
    }

    /// <summary>Makes it ready for a new content of up to <paramref name="capacity"/> bytes.</summary>
    internal void Prepare(int capacity)
    {
        if (_memory is null)
        {
            _memory = (byte*)NativeMemory.Alloc((nuint)capacity);
            Capacity = capacity;
        }
        (Length, _references) = (0, 1);
    }

    internal void Free()
    {
        NativeMemory.Free(_memory);
        _memory = null;
        (Capacity, Length) = (0, 0);
    }
}

/// <summary>Lends packs by size, so that a steady stream allocates nothing. Owned by one send loop; not thread-safe.</summary>
internal sealed class PackPool : IDisposable
{
    private const int SmallestShift = 9;
    private const int LargestShift = 24;
    private const int StepsAnOctave = 4;

    /// <summary>Idle bytes kept; more go back to the system.</summary>
    private const long IdleLimit = 4 << 20;

    private readonly Stack<Pack>[] _idle = new Stack<Pack>[(LargestShift - SmallestShift + 1) * StepsAnOctave];
    private long _idleBytes;

    /// <summary>The largest pack, bytes: far above any picture that RTP could carry in time.</summary>
    public const int LargestPack = 1 << LargestShift;

    /// <summary>A pack that can hold <paramref name="size"/> bytes, with one reference.</summary>
    /// <param name="size">1 … <see cref="LargestPack"/>.</param>
    public Pack Rent(int size)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThan(size, LargestPack);
        (int index, int capacity) = SizeClass(size);
        if (_idle[index] is { Count: > 0 } idle)
        {
            Pack pack = idle.Pop();
            _idleBytes -= pack.Capacity;
            pack.Prepare(capacity);
            return pack;
        }
        var fresh = new Pack(this);
        fresh.Prepare(capacity);
        return fresh;
    }

    internal void Return(Pack pack)
    {
        if (_idleBytes + pack.Capacity > IdleLimit)
        {
            pack.Free();
            return;
        }
        (int index, _) = SizeClass(pack.Capacity);
        (_idle[index] ??= new Stack<Pack>()).Push(pack);
        _idleBytes += pack.Capacity;
    }

    public void Dispose()
    {
        foreach (Stack<Pack>? idle in _idle)
        {
            while (idle is { Count: > 0 }) idle.Pop().Free();
        }
        _idleBytes = 0;
    }

    /// <summary>Four sizes an octave: at most a fifth of a pack is unused.</summary>
    private static (int Index, int Capacity) SizeClass(int size)
    {
        int shift = Math.Max(SmallestShift, BitOperations.Log2((uint)Math.Max(1, size - 1)));
        int step = (1 << shift) / StepsAnOctave;
        int steps = size <= 1 << shift ? 0 : (size - (1 << shift) + step - 1) / step;
        int index = (shift - SmallestShift) * StepsAnOctave + steps;
        return (index, (1 << shift) + steps * step);
    }
}
