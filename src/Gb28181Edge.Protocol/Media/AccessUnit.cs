using System.Buffers;

namespace Gb28181Edge.Protocol.Media;

/// <summary>One coded picture (Annex B, start codes kept) or one run of audio samples, pooled and reference counted.</summary>
/// <remarks>
/// <see cref="AccessUnitPool.Rent"/> gives it with one reference. Writing it to a queue or sink hands that reference over;
/// whoever keeps it as well calls <see cref="AddReference"/> first; the last holder's <see cref="Dispose"/> returns it to the pool.
/// It has at least one byte. Its content does not change once it has been handed over.
/// </remarks>
internal sealed class AccessUnit : IDisposable
{
    private readonly AccessUnitPool _pool;
    private byte[] _buffer = [];
    private int _references;

    internal AccessUnit(AccessUnitPool pool) => _pool = pool;

    /// <summary>Bytes of its buffer.</summary>
    internal int Capacity => _buffer.Length;

    public Codec Codec { get; private set; }

    /// <summary>Presentation time.</summary>
    public MediaTime Pts { get; private set; }

    /// <summary>Decoding time; equal to <see cref="Pts"/> without B-frames.</summary>
    public MediaTime Dts { get; private set; }

    /// <summary>A decoder can start here: IDR (H.264), IRAP (H.265), every audio unit.</summary>
    public bool IsRandomAccess { get; private set; }

    /// <summary>The coded bytes.</summary>
    public ReadOnlyMemory<byte> Bytes { get; private set; }

    internal void Fill(ReadOnlySpan<byte> bytes, Codec codec, MediaTime pts, MediaTime dts, bool isRandomAccess)
    {
        ArgumentOutOfRangeException.ThrowIfZero(bytes.Length);
        if (_buffer.Length < bytes.Length)
        {
            if (_buffer.Length != 0) ArrayPool<byte>.Shared.Return(_buffer);
            _buffer = ArrayPool<byte>.Shared.Rent(bytes.Length);
        }
        bytes.CopyTo(_buffer);
        Bytes = _buffer.AsMemory(0, bytes.Length);
        (Codec, Pts, Dts, IsRandomAccess) = (codec, pts, dts, isRandomAccess);
        _references = 1;
    }

    /// <summary>Gives its buffer back: nobody holds the unit.</summary>
    internal void Free()
    {
        if (_buffer.Length != 0) ArrayPool<byte>.Shared.Return(_buffer);
        (_buffer, Bytes) = ([], default);
    }

    public void AddReference()
    {
        ObjectDisposedException.ThrowIf(Interlocked.Increment(ref _references) <= 1, this);
    }

    public void Dispose()
    {
        int left = Interlocked.Decrement(ref _references);
        ObjectDisposedException.ThrowIf(left < 0, this);
        if (left == 0) _pool.Return(this);
    }
}
