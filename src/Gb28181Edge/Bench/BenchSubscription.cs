using System.Threading.Channels;
using Gb28181Edge.Protocol.Sip;

namespace Gb28181Edge.Bench;

/// <summary>A subscription of the bench platform at its device: the subscriber's side of RFC 6665. Any thread.</summary>
internal sealed class BenchSubscription
{
    /// <summary>NOTIFYs that nobody has read; beyond it the oldest are forgotten.</summary>
    private const int MostUnread = 1_000;

    private readonly Channel<SipRequest> _notifies = Channel.CreateBounded<SipRequest>(new BoundedChannelOptions(MostUnread) { FullMode = BoundedChannelFullMode.DropOldest });

    /// <param name="first">The SUBSCRIBE that begins it; its Call-ID and From tag are the dialog's.</param>
    public BenchSubscription(SipRequest first) => First = first;

    public SipRequest First { get; }

    public string CallId => First.CallId;

    /// <summary>To with the device's tag; null before it answered.</summary>
    public string? To { get; set; }

    /// <summary>NOTIFYs in the order in which they came, each answered 200.</summary>
    public ChannelReader<SipRequest> Notifies => _notifies.Reader;

    public void Deliver(SipRequest notify) => _notifies.Writer.TryWrite(notify);
}
