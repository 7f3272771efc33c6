using Gb28181Edge.Protocol.Ptz;

namespace Gb28181Edge.Drivers.Ptz;

/// <summary>A head that speaks Pelco-P: A0, address, four data bytes, AF, exclusive or. It never answers.</summary>
/// <param name="line">The line that the head hangs on.</param>
/// <param name="wireAddress">The address byte: the head's number, or one less in the original.</param>
/// <param name="layout">Where focus and iris lie.</param>
/// <param name="settings">What differs from head to head.</param>
/// <param name="time">The clock.</param>
internal sealed class PelcoPDriver(ISerialLine line, byte wireAddress, PelcoPLayout layout, PelcoSettings settings, TimeProvider time)
    : PelcoHead(line, PelcoP.FrameSize, settings, time)
{
    protected override void WriteMotion(Span<byte> frame, PelcoDMotion motion) => PelcoP.WriteMotion(frame, wireAddress, motion, layout);

    protected override void WriteCommand(Span<byte> frame, PelcoDCommand command, byte high, byte low) =>
        PelcoP.WriteCommand(frame, wireAddress, command, high, low);
}
