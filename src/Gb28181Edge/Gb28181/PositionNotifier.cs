using Gb28181Edge.Protocol.Manscdp;
using Gb28181Edge.Protocol.Sip.UserAgent;
using Gb28181Edge.Protocol.Wire;

namespace Gb28181Edge.Gb28181;

/// <summary>A subscription to where heads look: told at once, and as they move. GB/T 28181-2022 §9.11.2.3 d), A.2.4.13.</summary>
/// <param name="cameras">The cameras that it covers; at least one.</param>
/// <param name="write">Makes the body of a camera's NOTIFY.</param>
internal sealed class PositionNotifier(
    Subscription subscription, CmdType cmdType, string target, IReadOnlyList<string> cameras, Func<string, PtzPositionItem, byte[]> write)
    : Notifier(subscription, cmdType, target)
{
    /// <summary>A head is told of at most so often.</summary>
    public static readonly TimeSpan LeastPause = TimeSpan.FromMilliseconds(500);

    /// <summary>What counts as a move: degrees, and magnification.</summary>
    private const double LeastDegrees = 0.1, LeastZoom = 0.05;

    private readonly Dictionary<string, Watch> _watches = cameras.ToDictionary(camera => camera, _ => new Watch(), StringComparer.Ordinal);

    /// <summary>What is known of one camera's head.</summary>
    private sealed class Watch
    {
        /// <summary>To be told whether it moved or not, once it is known.</summary>
        public bool IsDue { get; set; }

        /// <summary>No reading has come since it became due.</summary>
        public bool IsAwaited { get; set; }

        public PtzPositionItem? Told { get; set; }

        public PtzPositionItem? Waiting { get; set; }

        public TimeSpan? ToldAt { get; set; }

        public TimeSpan? FreeAt => IsDue || ToldAt is null ? TimeSpan.Zero : ToldAt + LeastPause;
    }

    /// <summary>The cameras that it covers.</summary>
    public IEnumerable<string> Cameras => _watches.Keys;

    public override TimeSpan? NextDeadline => _watches.Values.Where(watch => watch.Waiting is not null)
        .Aggregate((TimeSpan?)null, (earliest, watch) => Deadline.Earliest(earliest, watch.FreeAt));

    /// <summary>A reading of this camera's head is waited for.</summary>
    public bool Awaits(string camera) => _watches.TryGetValue(camera, out Watch? watch) && watch.IsAwaited;

    public override void OnSubscribed(ManscdpMessage? query, bool isFirst)
    {
        bool isCancelled = Subscription.State != SubscriptionState.Active && !isFirst;
        foreach (Watch watch in _watches.Values)
        {
            (watch.IsDue, watch.IsAwaited) = (!isCancelled, !isCancelled);
            if (isCancelled) watch.Waiting = null;
        }
    }

    /// <summary>A head was asked where it looks.</summary>
    /// <param name="position">Null when it cannot tell.</param>
    public void OnReading(string camera, PtzPositionItem? position)
    {
        if (!_watches.TryGetValue(camera, out Watch? watch)) return;
        watch.IsAwaited = false;
        if (position is null) return;
        if (watch.IsDue || watch.Waiting is not null || HasMoved(watch.Told, position.Value)) watch.Waiting = position;
    }

    public override Notice? Next(TimeSpan now)
    {
        if (Subscription.State != SubscriptionState.Active && _watches.Values.All(watch => !watch.IsDue))
            return new Notice(default, IsLast: true);                            // it ran out or was cancelled
        foreach ((string camera, Watch watch) in _watches)
        {
            if (watch.Waiting is not { } position || watch.FreeAt > now) continue;
            (watch.Told, watch.ToldAt, watch.Waiting, watch.IsDue) = (position, now, null, false);
            return new Notice(write(camera, position), IsLast: !_watches.Values.Any(other => other.IsAwaited || other.Waiting is not null));
        }
        // nothing is known of any head, and the platform waits for a first NOTIFY: its state alone
        bool isSilent = Subscription.IsStateDue && _watches.Values.All(watch => !watch.IsAwaited && watch.Waiting is null);
        return isSilent ? new Notice(default, IsLast: true) : null;
    }

    private static bool HasMoved(PtzPositionItem? before, PtzPositionItem now)
    {
        if (before is not { } told) return true;
        return Differ(Math.Abs(Turned(told.Pan, now.Pan) ?? 0), told.Pan, now.Pan, LeastDegrees)
            || Differ(Math.Abs((told.Tilt - now.Tilt) ?? 0), told.Tilt, now.Tilt, LeastDegrees)
            || Differ(Math.Abs((told.Zoom - now.Zoom) ?? 0), told.Zoom, now.Zoom, LeastZoom);

        static bool Differ(double by, double? one, double? other, double least) => one is null != other is null || by > least;
    }

    /// <summary>The shorter way round, −180 … 180; null when one is not known.</summary>
    private static double? Turned(double? from, double? to) => to - from is { } turn ? Math.IEEERemainder(turn, 360) : null;
}
