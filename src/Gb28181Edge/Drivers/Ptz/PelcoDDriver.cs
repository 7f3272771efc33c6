using Gb28181Edge.Protocol.Ptz;

namespace Gb28181Edge.Drivers.Ptz;

/// <summary>A head that speaks Pelco-D: FF, address, two command bytes, two speeds, sum. Most never answer; some tell their position.</summary>
/// <param name="line">The line that the head hangs on.</param>
/// <param name="address">1 … 255, as set on the head's switches.</param>
/// <param name="settings">What differs from head to head.</param>
/// <param name="positions">How the head counts its positions; null where it takes and tells none.</param>
/// <param name="time">The clock.</param>
internal sealed class PelcoDDriver(ISerialLine line, byte address, PelcoSettings settings, PelcoPositions? positions, TimeProvider time)
    : PelcoHead(line, PelcoD.FrameSize, settings, time)
{
    /// <summary>A head that is only written to, with nothing special about it.</summary>
    public PelcoDDriver(ISerialLine line, byte address)
        : this(line, address, new PelcoSettings(), null, TimeProvider.System)
    {
    }

    public override PtzAbilities Abilities => base.Abilities | (positions is null ? 0 : PtzAbilities.GoTo | PtzAbilities.ReadPosition);

    public override async ValueTask<bool> GoToAsync(PtzPosition target, float speed, CancellationToken cancellationToken)
    {
        if (positions is null || target.Zoom is not null && positions.Zoom is null) return false;
        if (target.Pan is { } pan) await SendAsync(PelcoDCommand.SetPan, positions.ToPan(pan), cancellationToken);
        if (target.Tilt is { } tilt) await SendAsync(PelcoDCommand.SetTilt, positions.ToTilt(tilt), cancellationToken);
        if (target.Zoom is { } zoom) await SendAsync(PelcoDCommand.SetZoom, positions.Zoom!.ToPosition(zoom), cancellationToken);
        return true;
    }

    public override async ValueTask<PtzReading?> ReadPositionAsync(CancellationToken cancellationToken)
    {
        if (positions is null) return null;
        if (await AskAsync(PelcoDCommand.QueryPan, PelcoDCommand.PanReply, cancellationToken) is not { } pan) return null;
        if (await AskAsync(PelcoDCommand.QueryTilt, PelcoDCommand.TiltReply, cancellationToken) is not { } tilt) return null;
        double? zoom = positions.Zoom is not null && await AskAsync(PelcoDCommand.QueryZoom, PelcoDCommand.ZoomReply, cancellationToken) is { } position
            ? positions.Zoom.ToTimes(position)
            : null;
        return new PtzReading(new PtzPosition(positions.PanOf(pan), positions.TiltOf(tilt), zoom));
    }

    protected override void WriteMotion(Span<byte> frame, PelcoDMotion motion) => PelcoD.WriteMotion(frame, address, motion);

    protected override void WriteCommand(Span<byte> frame, PelcoDCommand command, byte high, byte low) =>
        PelcoD.WriteCommand(frame, address, command, high, low);

    private async ValueTask<int?> AskAsync(PelcoDCommand query, PelcoDCommand reply, CancellationToken cancellationToken)
    {
        var listener = new ReplyListener(address, reply);
        TimeSpan window = positions!.Turnaround + Line.DurationOf(PelcoD.FrameSize + 2);
        return await AskAsync(query, listener, window, cancellationToken) == SerialReply.Accepted ? listener.Value : null;
    }

    /// <summary>Waits for one reply of one head; all else on the bus is noise to it.</summary>
    private sealed class ReplyListener(byte address, PelcoDCommand reply) : ISerialListener
    {
        private readonly PelcoDReader _reader = new();

        public int? Value { get; private set; }

        /// <summary>A reply to an earlier question tells where the head looked then.</summary>
        public bool OnEarlier(ReadOnlySpan<byte> bytes) => false;

        public bool OnReceived(ReadOnlySpan<byte> bytes)
        {
            while (_reader.TryRead(ref bytes, out ReadOnlySpan<byte> found))
            {
                if (PelcoD.TryParse(found, out PelcoDFrame frame, out _) && frame.Address == address && frame.IsExtended && frame.Command == reply)
                    Value = frame.Value;
            }
            return Value is not null;
        }
    }
}
