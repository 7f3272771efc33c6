using System.Net.Sockets;
using Gb28181Edge.Protocol.Ptz;

namespace Gb28181Edge.Drivers.Ptz;

/// <summary>VISCA packets on a bare socket, as heads of the PTZOptics kind take them: TCP 5678 or UDP 1259.</summary>
/// <remarks>Over UDP only a stop is sent again when nobody answers: without numbers the head could not tell a repetition from a second order.</remarks>
/// <param name="host">An address or a name.</param>
/// <param name="port">5678 of TCP, 1259 of UDP.</param>
/// <param name="protocol">TCP or UDP.</param>
/// <param name="time">The clock.</param>
internal sealed class ViscaRawTransport(string host, int port, ProtocolType protocol, TimeProvider time) : ViscaSocket(host, port, protocol, time)
{
    /// <summary>How long an answer to a stop has before it is sent again over UDP.</summary>
    public static readonly TimeSpan RepeatAfter = TimeSpan.FromMilliseconds(200);

    private const int Sendings = 3;

    private readonly ViscaReader _reader = new();
    private readonly bool _isLossy = protocol == ProtocolType.Udp;

    public override TimeSpan ReplyTimeout => RepeatAfter * Sendings;

    public override async ValueTask<ViscaExchange> ExchangeAsync(
        ReadOnlyMemory<byte> packet, ViscaMessage message, bool urgent, Func<ViscaReply, bool> take, TimeSpan timeout, CancellationToken cancellationToken)
    {
        TimeSpan end = Now + timeout;
        bool isTaken = HasSent = false;
        while (await ReceiveAsync(TimeSpan.Zero, cancellationToken) is { } earlier)
            isTaken |= Read(earlier.Span, take);
        if (packet.IsEmpty && isTaken) return ViscaExchange.Answered;
        int sendings = _isLossy && urgent ? Sendings : 1;
        do
        {
            HasSent = true;
            if (!packet.IsEmpty) await SendAsync(packet, cancellationToken);
            TimeSpan until = sendings > 1 && Now + RepeatAfter < end ? Now + RepeatAfter : end;
            while (await ReceiveAsync(until, cancellationToken) is { } bytes)
            {
                if (Read(bytes.Span, take)) return ViscaExchange.Answered;
            }
        }
        while (--sendings > 0 && Now < end);
        return ViscaExchange.Silence;
    }

    protected override void Clear() => _reader.Clear();

    private bool Read(ReadOnlySpan<byte> bytes, Func<ViscaReply, bool> take)
    {
        bool isTaken = false;
        while (_reader.TryRead(ref bytes, out ReadOnlySpan<byte> packet))
            isTaken |= ViscaReply.TryParse(packet, out ViscaReply reply, out _) && take(reply);
        return isTaken;
    }
}
