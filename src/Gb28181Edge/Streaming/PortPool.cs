using System.Net;
using System.Net.Sockets;

namespace Gb28181Edge.Streaming;

/// <summary>The device's media ports, lent in pairs: the even one for RTP, the odd one above it for RTCP. RFC 3550 §11. Safe from several threads.</summary>
/// <remarks>The pair that has rested the longest is lent first, so that late packets of an old session do not meet a new one.</remarks>
internal sealed class PortPool
{
    private readonly Lock _gate = new();
    private readonly Queue<int> _free = new();
    private readonly string _range;

    /// <param name="first">The lowest port, 1 … 65535; an odd one is not used.</param>
    /// <param name="last">The highest port; the last pair needs both of its ports in the range.</param>
    public PortPool(int first, int last)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(first, 1);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(last, IPEndPoint.MaxPort);
        _range = $"{first}-{last}";
        for (int port = first + (first & 1); port < last; port += 2) _free.Enqueue(port);
        if (_free.Count == 0) throw new ArgumentOutOfRangeException(nameof(last), last, "The range holds no pair of an even and an odd port.");
    }

    /// <summary>Pairs that are not lent.</summary>
    public int Free
    {
        get
        {
            lock (_gate) return _free.Count;
        }
    }

    /// <summary>Takes a pair and opens its sockets with <paramref name="open"/>, trying the next pair where another program has the port.</summary>
    /// <param name="open">Binds what the session needs to the even port and the odd one above it.</param>
    /// <param name="port">The even port, to be given back with <see cref="Release"/>.</param>
    /// <exception cref="PortsExhaustedException">Every pair is lent, or in use by other programs.</exception>
    /// <exception cref="SocketException">The local address cannot be bound at all.</exception>
    public T Take<T>(Func<int, T> open, out int port)
    {
        int tries = Free;
        while (tries-- > 0 && TryTake(out port))
        {
            try
            {
                return open(port);
            }
            catch (SocketException e) when (e.SocketErrorCode == SocketError.AddressAlreadyInUse)
            {
                Release(port);
            }
            catch
            {
                Release(port);
                throw;
            }
        }
        throw new PortsExhaustedException($"Every media port of {_range} is in use.");
    }

    /// <summary>Gives a pair back, once its sockets are closed.</summary>
    public void Release(int port)
    {
        lock (_gate) _free.Enqueue(port);
    }

    private bool TryTake(out int port)
    {
        lock (_gate) return _free.TryDequeue(out port);
    }
}
