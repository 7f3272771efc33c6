using Gb28181Edge.Protocol.Ptz;

namespace Gb28181Edge.Drivers.Ptz;

/// <summary>The VISCA heads on one serial line: gives them their addresses, and each what was said to it.</summary>
/// <remarks>
/// RS-232 heads are wired one behind the other and count themselves when they are asked to (<c>88 30 01</c>); heads side by side on RS-422 have their
/// addresses from switches or their menu and are not asked. A head that falls silent may have lost its address with its supply, so then they are given again,
/// but not more often than every ten seconds, and a stop of another head does not wait for that. What the heads work on is given up at the first time
/// alone: later that would end the ways of all heads because one is silent.
/// </remarks>
/// <param name="line">The line; its opener disposes it.</param>
/// <param name="assignsAddresses">Whether the heads get their addresses from here.</param>
/// <param name="answers">False where nothing comes back.</param>
/// <param name="time">The clock.</param>
internal sealed class ViscaChain(ISerialLine line, bool assignsAddresses, bool answers, TimeProvider time)
{
    private static readonly TimeSpan LeastBetweenAssignments = TimeSpan.FromSeconds(10);

    /// <summary>How long a whole chain takes to count itself.</summary>
    private static readonly TimeSpan AssignmentWindow = TimeSpan.FromMilliseconds(400);

    /// <summary>An ACK comes within a picture or two; the rest is for long chains and USB adapters.</summary>
    private static readonly TimeSpan Turnaround = TimeSpan.FromMilliseconds(150);

    private readonly Lock _gate = new();
    private readonly ViscaReader _reader = new();
    private readonly Head?[] _heads = new Head?[Visca.HighestAddress + 1];

    // under the gate
    private bool _isSuspect = true, _isAssigning;
    private long? _assigned;
    private int _times;

    /// <summary>The way to one head.</summary>
    /// <param name="address">1 … 7, each once.</param>
    public IViscaTransport Open(int address)
    {
        var head = new Head(this, address);
        lock (_gate)
            _heads[address] = head;
        return head;
    }

    private async ValueTask<bool> ConnectAsync(Head head, bool urgent, CancellationToken cancellationToken)
    {
        bool assigns, isFirst;
        lock (_gate)
        {
            isFirst = _times == 0;
            // a head whose stop waits does not wait for the counting that another has begun, or needs
            assigns = _isSuspect && (isFirst || head.IsSilent || !urgent) && !_isAssigning && !(_assigned is { } since && time.GetElapsedTime(since) < LeastBetweenAssignments);
            if (assigns) _isAssigning = true;
        }
        if (assigns)
        {
            bool isDone = false;
            try
            {
                await AssignAsync(isFirst, cancellationToken);
                isDone = true;
            }
            finally
            {
                lock (_gate)
                {
                    _isAssigning = false;
                    if (isDone) (_isSuspect, _assigned, _times) = (false, time.GetTimestamp(), _times + 1);
                }
            }
        }
        lock (_gate)
        {
            bool isNew = head.Seen != _times;
            if (isNew) head.IsSilent = false;
            head.Seen = _times;
            return isNew;
        }
    }

    private async ValueTask AssignAsync(bool isFirst, CancellationToken cancellationToken)
    {
        if (assignsAddresses) await BroadcastAsync(Visca.AddressSet(), ViscaReplyKind.AddressSet, AssignmentWindow, cancellationToken);
        if (isFirst) await BroadcastAsync(Visca.InterfaceClear(Visca.Broadcast), ViscaReplyKind.InterfaceClear, Turnaround, cancellationToken);
    }

    /// <summary>What comes back shows only that the chain is whole; without it the heads are tried all the same.</summary>
    private async ValueTask BroadcastAsync(byte[] packet, ViscaReplyKind reply, TimeSpan window, CancellationToken cancellationToken)
    {
        if (answers) await line.ExchangeAsync(packet, urgent: false, new Listener(this, null, reply, null), window, cancellationToken);
        else await line.WriteAsync(packet, urgent: false, cancellationToken);
    }

    /// <param name="silent">The head that did not answer; null where it is about the chain.</param>
    private void Suspect(Head? silent)
    {
        lock (_gate)
        {
            _isSuspect = true;
            if (silent is not null) silent.IsSilent = true;
        }
    }

    /// <summary>Of the line's thread: gives a packet to the head it came from. Echoes of our own packets have no head.</summary>
    private ViscaReply? Sort(ReadOnlySpan<byte> packet, Head? awaited)
    {
        if (!ViscaReply.TryParse(packet, out ViscaReply reply, out _)) return null;
        if (reply.Kind == ViscaReplyKind.NetworkChange) Suspect(null);
        if (reply.Address == Visca.Broadcast || reply.Address == awaited?.Address) return reply;
        _heads[reply.Address]?.Keep(reply);
        return null;
    }

    /// <summary>One exchange of one head, or of the chain itself where there is none.</summary>
    private sealed class Listener(ViscaChain chain, Head? head, ViscaReplyKind? broadcast, Func<ViscaReply, bool>? take) : ISerialListener
    {
        public bool OnEarlier(ReadOnlySpan<byte> bytes)
        {
            head?.OnSending();
            bool isTaken = false;
            while (head is not null && head.Kept is { } reply) isTaken |= take!(reply);
            return isTaken | OnReceived(bytes);
        }

        public bool OnReceived(ReadOnlySpan<byte> bytes)
        {
            bool isTaken = false;
            while (chain._reader.TryRead(ref bytes, out ReadOnlySpan<byte> packet))
            {
                if (chain.Sort(packet, head) is not { } reply) continue;
                isTaken |= reply.Address == Visca.Broadcast ? IsAwaited(reply) : take!(reply);
            }
            return isTaken;
        }

        // the echo of 88 30 01 comes back as it was sent; a head has counted itself when it says 02 or more
        private bool IsAwaited(ViscaReply reply) =>
            reply.Kind == broadcast && (reply.Kind != ViscaReplyKind.AddressSet || reply.Data.Span[0] > 1);
    }

    private sealed class Head(ViscaChain chain, int address) : IViscaTransport
    {
        /// <summary>Replies that may lie here: a head has two sockets, so more are not of this time.</summary>
        private const int Capacity = 16;

        private readonly Queue<ViscaReply> _kept = new();                  // of the line's thread alone

        /// <summary>How often the chain had been counted when this head was last made ready.</summary>
        public int Seen { get; set; }

        /// <summary>Under the chain's gate: it did not answer since, so that its address is in doubt.</summary>
        public bool IsSilent { get; set; }

        /// <summary>The next reply that came while another head had the line.</summary>
        public ViscaReply? Kept => _kept.TryDequeue(out ViscaReply? reply) ? reply : null;

        public string Name => chain.Line.Name;

        public int Address => address;

        public bool Answers => chain.Answers;

        public bool HasSent { get; private set; }

        public TimeSpan ReplyTimeout { get; } = Turnaround + chain.Line.DurationOf(2 * Visca.LargestPacket);

        /// <summary>The line's thread: the frame is the next that leaves.</summary>
        public void OnSending() => HasSent = true;

        public void Keep(ViscaReply reply)
        {
            if (_kept.Count == Capacity) _kept.Dequeue();
            _kept.Enqueue(reply);
        }

        public ValueTask<bool> ConnectAsync(bool urgent, CancellationToken cancellationToken) => chain.ConnectAsync(this, urgent, cancellationToken);

        public void Suspect() => chain.Suspect(this);

        public async ValueTask<ViscaExchange> ExchangeAsync(
            ReadOnlyMemory<byte> packet, ViscaMessage message, bool urgent, Func<ViscaReply, bool> take, TimeSpan timeout, CancellationToken cancellationToken)
        {
            HasSent = false;
            try
            {
                if (!chain.Answers)
                {
                    await chain.Line.WriteAsync(packet, urgent, cancellationToken);
                    return ViscaExchange.Answered;
                }
                return await chain.Line.ExchangeAsync(packet, urgent, new Listener(chain, this, null, take), timeout, cancellationToken) switch
                {
                    SerialReply.Accepted => ViscaExchange.Answered,
                    SerialReply.Overtaken => ViscaExchange.Overtaken,
                    _ => ViscaExchange.Silence,
                };
            }
            catch (DriverException)
            {
                chain.Suspect(this);                                       // the port may come back with other heads behind it
                throw;
            }
        }

        public ValueTask DisposeAsync() => ValueTask.CompletedTask;
    }

    private ISerialLine Line => line;

    private bool Answers => answers;
}
