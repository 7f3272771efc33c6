using Gb28181Edge.Protocol.Ptz;

namespace Gb28181Edge.Drivers.Ptz;

/// <summary>How a head took a command.</summary>
internal enum ViscaOutcome
{
    /// <summary>Acknowledged or done; or not known, because a stop for another head had the line, or nothing comes back at all.</summary>
    Taken,

    /// <summary>Not in the head's present mode.</summary>
    NotExecutable,

    /// <summary>The head does not know the command, or not with these values.</summary>
    Refused,

    BufferFull,
}

/// <summary>Commands and inquiries to one VISCA head: waits for each ACK, keeps at most two commands in work, retries when the head is busy.</summary>
/// <remarks>Driven by one <see cref="ViscaHead"/>. Sony VISCA command lists, sections on sockets and errors.</remarks>
internal sealed class ViscaLink(IViscaTransport transport, TimeProvider time)
{
    /// <summary>How often a stop is sent where nothing comes back.</summary>
    public const int BlindStopRepeats = 3;

    private const int Sockets = 2, Attempts = 4, SocketNumbers = 16;

    /// <summary>How long a command waits for a socket, before the oldest command is given up for it.</summary>
    private static readonly TimeSpan SocketWait = TimeSpan.FromMilliseconds(500);

    /// <summary>After so long a command is done, whatever became of its completion.</summary>
    private static readonly TimeSpan LongestCommand = TimeSpan.FromSeconds(60);

    /// <summary>Some heads say nothing to it, and it comes after a stop: not worth more.</summary>
    private static readonly TimeSpan LongestClear = TimeSpan.FromMilliseconds(300);

    private readonly Work[] _inWork = new Work[SocketNumbers];
    private readonly Queue<bool> _unacknowledged = new();                  // does it travel; one entry for each command without a reply yet
    private Awaited _awaited;
    private int _awaitedSocket;
    private ViscaOutcome _outcome;
    private ReadOnlyMemory<byte>? _answer;

    private enum Awaited { Nothing, Reply, Answer, End, Room, Clear }

    /// <summary>Whether the head travels to a memory, a position or its home, as far as it told.</summary>
    public bool Travels => _inWork.Any(work => work is { IsBusy: true, Travels: true });

    /// <summary>Whether the head takes another command beside its ways.</summary>
    public bool HasRoom => _inWork.Count(work => work is { IsBusy: true, Travels: true }) < Sockets;

    /// <summary>Makes the transport ready. True when the head has to be told everything again.</summary>
    /// <inheritdoc cref="IViscaTransport.ConnectAsync"/>
    public async ValueTask<bool> ConnectAsync(bool urgent, CancellationToken cancellationToken)
    {
        if (!await transport.ConnectAsync(urgent, cancellationToken)) return false;
        Array.Clear(_inWork);
        _unacknowledged.Clear();
        return true;
    }

    /// <summary>Sends a command and waits for the reply to it.</summary>
    /// <param name="packet">With address and FF.</param>
    /// <param name="urgent">True for a stop: it waits for no socket, and gives up what the head works on when the head has no room for it.</param>
    /// <param name="travels">The head will be on its way for some time, and a stop has to end that.</param>
    /// <param name="cancellationToken">Ends the waiting.</param>
    /// <exception cref="DriverException">The line is gone or the head does not answer.</exception>
    public async ValueTask<ViscaOutcome> CommandAsync(byte[] packet, bool urgent, bool travels, CancellationToken cancellationToken)
    {
        if (!transport.Answers)
        {
            for (int sent = 0; sent < (urgent ? BlindStopRepeats : 1); sent++)
                await transport.ExchangeAsync(packet, ViscaMessage.Command, urgent, static _ => true, TimeSpan.Zero, cancellationToken);
            return ViscaOutcome.Taken;
        }
        for (int attempt = 1; ; attempt++)
        {
            if (!urgent) await FindSocketAsync(cancellationToken);
            ViscaOutcome outcome = await SendAsync(packet, urgent, travels, cancellationToken);
            if (outcome != ViscaOutcome.BufferFull) return outcome;
            if (attempt == Attempts) throw new DriverException($"{Who} stays busy: its command buffer is full");
            if (urgent || attempt == Attempts - 1) await CancelAsync(travelsOnly: false, cancellationToken);
            else await ListenAsync(Awaited.Room, SocketWait, cancellationToken);
        }
    }

    /// <summary>Asks the head. Null when it does not know the question, or does not answer.</summary>
    public async ValueTask<ReadOnlyMemory<byte>?> InquireAsync(byte[] packet, CancellationToken cancellationToken)
    {
        if (!transport.Answers) return null;
        _answer = null;
        _awaited = Awaited.Answer;
        ViscaExchange end = await transport.ExchangeAsync(packet, ViscaMessage.Inquiry, urgent: false, Take, transport.ReplyTimeout, cancellationToken);
        _awaited = Awaited.Nothing;
        if (end == ViscaExchange.Silence) OnSilence();
        return _answer;
    }

    /// <summary>Gives up what the head works on: its way to a memory or position, or everything.</summary>
    public async ValueTask CancelAsync(bool travelsOnly, CancellationToken cancellationToken)
    {
        if (!transport.Answers) return;                                    // which socket to cancel is not known
        for (int socket = 1; socket < SocketNumbers; socket++)
        {
            if (!_inWork[socket].IsBusy || travelsOnly && !_inWork[socket].Travels) continue;
            (_awaited, _awaitedSocket) = (Awaited.End, socket);
            ViscaExchange end = await transport.ExchangeAsync(
                Visca.Cancel(transport.Address, socket), ViscaMessage.Command, urgent: true, Take, transport.ReplyTimeout, cancellationToken);
            _awaited = Awaited.Nothing;
            // a head that knows no cancel says nothing, or calls it a wrong packet: then nothing can be done about the way it is on
            if (end != ViscaExchange.Overtaken) _inWork[socket] = default;
        }
    }

    /// <summary>Gives up all that the head works on, whatever that is. A head that does not know the command says nothing, or calls it wrong.</summary>
    /// <exception cref="DriverException">The line is gone.</exception>
    public async ValueTask ClearAsync(CancellationToken cancellationToken)
    {
        (_awaited, _awaitedSocket) = (Awaited.Clear, 0);
        TimeSpan timeout = transport.ReplyTimeout < LongestClear ? transport.ReplyTimeout : LongestClear;
        await transport.ExchangeAsync(Visca.InterfaceClear(transport.Address), ViscaMessage.Command, urgent: true, Take, timeout, cancellationToken);
        _awaited = Awaited.Nothing;
        Array.Clear(_inWork);
        _unacknowledged.Clear();
    }

    private string Who => $"VISCA head {transport.Address} on {transport.Name}";

    private async ValueTask<ViscaOutcome> SendAsync(byte[] packet, bool urgent, bool travels, CancellationToken cancellationToken)
    {
        _unacknowledged.Enqueue(travels);
        _outcome = ViscaOutcome.Taken;
        _awaited = Awaited.Reply;
        ViscaExchange end;
        try
        {
            end = await transport.ExchangeAsync(packet, ViscaMessage.Command, urgent, Take, transport.ReplyTimeout, cancellationToken);
        }
        catch (Exception e) when (!transport.HasSent && e is OperationCanceledException or DriverException)
        {
            Withdraw();
            throw;
        }
        _awaited = Awaited.Nothing;
        if (end != ViscaExchange.Silence) return _outcome;
        OnSilence();
        throw new DriverException($"{Who} does not answer");
    }

    /// <summary>The last command never left: nothing will be said to it, and the next one must not wait for that.</summary>
    private void Withdraw()
    {
        for (int earlier = _unacknowledged.Count - 1; earlier > 0; earlier--) _unacknowledged.Enqueue(_unacknowledged.Dequeue());
        _unacknowledged.TryDequeue(out _);
    }

    private void OnSilence()
    {
        _unacknowledged.Clear();
        transport.Suspect();
    }

    private async ValueTask FindSocketAsync(CancellationToken cancellationToken)
    {
        if (Busy() < Sockets) return;
        await ListenAsync(Awaited.Room, SocketWait, cancellationToken);
        if (Busy() < Sockets) return;
        int oldest = 0;
        for (int socket = 1; socket < SocketNumbers; socket++)
            if (_inWork[socket].IsBusy && (oldest == 0 || _inWork[socket].Since < _inWork[oldest].Since)) oldest = socket;
        (_awaited, _awaitedSocket) = (Awaited.End, oldest);
        await transport.ExchangeAsync(
            Visca.Cancel(transport.Address, oldest), ViscaMessage.Command, urgent: false, Take, transport.ReplyTimeout, cancellationToken);
        _awaited = Awaited.Nothing;
        _inWork[oldest] = default;
    }

    private int Busy()
    {
        int busy = 0;
        foreach (ref Work work in _inWork.AsSpan())
        {
            if (work.IsBusy && time.GetElapsedTime(work.Since) > LongestCommand) work = default;
            if (work.IsBusy) busy++;
        }
        return busy;
    }

    private async ValueTask ListenAsync(Awaited what, TimeSpan wait, CancellationToken cancellationToken)
    {
        _awaited = what;
        await transport.ExchangeAsync(default, ViscaMessage.Command, urgent: false, Take, wait, cancellationToken);
        _awaited = Awaited.Nothing;
    }

    /// <summary>Within an exchange, on another thread. True when what was awaited has come.</summary>
    private bool Take(ViscaReply reply)
    {
        switch (reply.Kind)
        {
            case ViscaReplyKind.Acknowledge:
                _unacknowledged.TryDequeue(out bool travels);
                _inWork[reply.Socket] = new Work(true, travels, time.GetTimestamp());
                if (_awaited == Awaited.Clear && _unacknowledged.Count == 0) _awaitedSocket = reply.Socket;
                return _awaited == Awaited.Reply && _unacknowledged.Count == 0;
            case ViscaReplyKind.Completion:
                return OnCompletion(reply.Socket);
            case ViscaReplyKind.Answer:
                if (_awaited != Awaited.Answer) return false;
                _answer = reply.Data;
                return true;
            case ViscaReplyKind.Error:
                return OnError(reply.Socket, reply.Error);
            case ViscaReplyKind.NetworkChange:
                transport.Suspect();
                return false;
            default:
                return false;
        }
    }

    private bool OnCompletion(int socket)
    {
        if (_awaited == Awaited.Clear && socket == _awaitedSocket) return true;
        if (_inWork[socket].IsBusy)
        {
            _inWork[socket] = default;
            return _awaited == Awaited.Room || _awaited == Awaited.End && socket == _awaitedSocket;
        }
        // some heads are done at once and leave the ACK out
        _unacknowledged.TryDequeue(out _);
        return _awaited == Awaited.Reply && _unacknowledged.Count == 0;
    }

    private bool OnError(int socket, ViscaError error)
    {
        if (_awaited == Awaited.Clear)
        {
            _inWork[socket] = default;
            return error is not (ViscaError.Cancelled or ViscaError.NoSocket);
        }
        if (error is ViscaError.Cancelled or ViscaError.NoSocket)
        {
            _inWork[socket] = default;
            return _awaited == Awaited.Room || _awaited == Awaited.End && (socket == _awaitedSocket || socket == 0);
        }
        if (_unacknowledged.TryDequeue(out _))
        {
            if (_unacknowledged.Count > 0 || _awaited != Awaited.Reply) return false;   // of a command that was overtaken
            _outcome = error switch
            {
                ViscaError.BufferFull => ViscaOutcome.BufferFull,
                ViscaError.NotExecutable => ViscaOutcome.NotExecutable,
                _ => ViscaOutcome.Refused,
            };
            return true;
        }
        _inWork[socket] = default;                                         // it was taken and then could not be done
        return _awaited is Awaited.Answer or Awaited.End or Awaited.Room;
    }

    private readonly record struct Work(bool IsBusy, bool Travels, long Since);
}
