using System.Net.Sockets;
using Gb28181Edge.Protocol.Ptz;

namespace Gb28181Edge.Drivers.Ptz;

/// <summary>VISCA over IP: UDP with a header and sequence numbers. Sony SRG-300H and later, VISCA over IP.</summary>
/// <remarks>
/// Begins with RESET. A message that nobody answers is sent again under its number, so that the head does it once; one whose number the
/// head did not expect is sent again after another RESET.
/// </remarks>
/// <param name="host">An address or a name.</param>
/// <param name="port">52381.</param>
/// <param name="time">The clock.</param>
internal sealed class ViscaIpTransport(string host, int port, TimeProvider time) : ViscaSocket(host, port, ProtocolType.Udp, time)
{
    /// <summary>How long an answer has before the message is sent again.</summary>
    public static readonly TimeSpan RepeatAfter = TimeSpan.FromMilliseconds(200);

    /// <summary>How often a message is sent at most.</summary>
    public const int Sendings = 3;

    private const int Remembered = 32;

    private readonly byte[] _message = new byte[ViscaIp.LargestMessage];
    private readonly Queue<(uint Sequence, string Reply)> _seen = new(Remembered);
    private uint _sequence;

    public override TimeSpan ReplyTimeout => RepeatAfter * Sendings;

    public override async ValueTask<ViscaExchange> ExchangeAsync(
        ReadOnlyMemory<byte> packet, ViscaMessage message, bool urgent, Func<ViscaReply, bool> take, TimeSpan timeout, CancellationToken cancellationToken)
    {
        TimeSpan end = Now + timeout;
        HasSent = false;
        bool isTaken = await DrainAsync(take, cancellationToken);
        if (packet.IsEmpty) return isTaken || await ListenAsync(end, take, cancellationToken) ? ViscaExchange.Answered : ViscaExchange.Silence;
        bool resets = true;
        ViscaIpType type = message == ViscaMessage.Inquiry ? ViscaIpType.Inquiry : ViscaIpType.Command;
        int length = ViscaIp.Write(_message, type, ++_sequence, packet.Span);
        for (int sendings = 1; ; sendings++)
        {
            HasSent = true;
            await SendAsync(_message.AsMemory(0, length), cancellationToken);
            TimeSpan until = sendings < Sendings && Now + RepeatAfter < end ? Now + RepeatAfter : end;
            bool isHeard = false;
            while (await ReceiveAsync(isHeard ? end : until, cancellationToken) is { } datagram)
            {
                switch (Read(datagram.Span, take))
                {
                    case Heard.Taken:
                        return ViscaExchange.Answered;
                    case Heard.Reply:
                        isHeard = true;
                        continue;
                    case Heard.WrongMessage:
                        throw new DriverException($"{Name} does not understand the message (VISCA over IP error 0F 02)");
                    case Heard.WrongSequence when resets:
                        resets = false;
                        await GreetAsync(cancellationToken);
                        length = ViscaIp.Write(_message, type, ++_sequence, packet.Span);
                        await SendAsync(_message.AsMemory(0, length), cancellationToken);
                        continue;
                    default:
                        continue;
                }
            }
            if (isHeard || until == end) return ViscaExchange.Silence;
        }
    }

    /// <summary>RESET: both sides count from 0 again. A head that does not answer to it shows in the next exchange.</summary>
    protected override async ValueTask GreetAsync(CancellationToken cancellationToken)
    {
        byte[] reset = new byte[ViscaIp.LargestMessage];
        int length = ViscaIp.WriteReset(reset);
        Clear();
        for (int sendings = 0; sendings < Sendings; sendings++)
        {
            await SendAsync(reset.AsMemory(0, length), cancellationToken);
            TimeSpan until = Now + RepeatAfter;
            while (await ReceiveAsync(until, cancellationToken) is { } datagram)
            {
                if (ViscaIp.TryParse(datagram.Span, out ViscaIpHeader header, out ReadOnlySpan<byte> payload, out _)
                    && header.Type == ViscaIpType.ControlReply && ViscaIp.ReadControl(payload) == ViscaIpControl.Reset) return;
            }
        }
    }

    protected override void Clear()
    {
        _sequence = 0;
        _seen.Clear();
    }

    private async ValueTask<bool> DrainAsync(Func<ViscaReply, bool> take, CancellationToken cancellationToken)
    {
        bool isTaken = false;
        while (await ReceiveAsync(TimeSpan.Zero, cancellationToken) is { } datagram)
            isTaken |= Read(datagram.Span, take) == Heard.Taken;
        return isTaken;
    }

    private async ValueTask<bool> ListenAsync(TimeSpan end, Func<ViscaReply, bool> take, CancellationToken cancellationToken)
    {
        while (await ReceiveAsync(end, cancellationToken) is { } datagram)
        {
            if (Read(datagram.Span, take) == Heard.Taken) return true;
        }
        return false;
    }

    private Heard Read(ReadOnlySpan<byte> datagram, Func<ViscaReply, bool> take)
    {
        if (!ViscaIp.TryParse(datagram, out ViscaIpHeader header, out ReadOnlySpan<byte> payload, out _)) return Heard.Noise;
        if (header.Type == ViscaIpType.ControlReply)
        {
            return ViscaIp.ReadControl(payload) switch
            {
                ViscaIpControl.WrongSequence => Heard.WrongSequence,
                ViscaIpControl.WrongMessage => Heard.WrongMessage,
                _ => Heard.Noise,
            };
        }
        if (header.Type != ViscaIpType.Reply || !ViscaReply.TryParse(payload, out ViscaReply reply, out _)) return Heard.Noise;
        bool isOurs = header.Sequence == _sequence;
        // the reply to a message that was sent twice may come twice
        (uint, string) key = (header.Sequence, Convert.ToHexString(payload));
        if (_seen.Contains(key)) return isOurs ? Heard.Reply : Heard.Noise;
        if (_seen.Count == Remembered) _seen.Dequeue();
        _seen.Enqueue(key);
        return take(reply) ? Heard.Taken : isOurs ? Heard.Reply : Heard.Noise;
    }

    private enum Heard { Noise, Reply, Taken, WrongSequence, WrongMessage }
}
