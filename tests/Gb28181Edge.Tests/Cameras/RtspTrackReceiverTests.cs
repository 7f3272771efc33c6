using System.Text;
using Gb28181Edge.Cameras;
using Gb28181Edge.Protocol.Media;
using Gb28181Edge.Protocol.Media.Rtp;
using Gb28181Edge.Protocol.Rtsp;
using Gb28181Edge.Tests.Support;

namespace Gb28181Edge.Tests.Cameras;

public sealed class RtspTrackReceiverTests
{
    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Steady_stream_allocates_nothing(bool isUdp)
    {
        RtspMedia media = RtspDescription.Parse(Encoding.ASCII.GetBytes(FakeRtspServer.Sdp)).FirstUsable("video")!;
        var sink = new CountingSink();
        using var receiver = new RtspTrackReceiver(new RtspTrack(media, 0, 1, null, null, null), sink);
        byte[] packet = new byte[1400];
        int sent = 0;
        long allocated = Allocations.Of(() =>
        {
            for (int i = 0; i < 3000; i++, sent++)
            {
                // a key frame every 25 pictures, to which the parameter sets of the description are added
                RtpPacket.WriteHeader(packet, marker: true, 96, (ushort)(65000 + sent), (uint)(3600 * sent), 1);
                (packet[12], packet[13]) = (sent % 25 == 0 ? (byte)0x65 : (byte)0x41, 0x88);
                var now = TimeSpan.FromMilliseconds(40 * sent);
                if (isUdp) receiver.OnDatagram(packet, now);
                else receiver.OnPacket(packet, now);
            }
        });
        Assert.Equal(0, allocated);
        Assert.Equal(sent, sink.Units);
    }

    [Fact]
    public void Decoding_times_are_found_for_pictures_that_come_in_decoding_order()
    {
        RtspMedia media = RtspDescription.Parse(Encoding.ASCII.GetBytes(FakeRtspServer.Sdp)).FirstUsable("video")!;
        var sink = new CollectingSink();
        using var receiver = new RtspTrackReceiver(new RtspTrack(media, 0, 1, null, null, null), sink);
        int[] presentation = [0, 2, 1, 4, 3, 6, 5, 8, 7, 10, 9];
        for (ushort i = 0; i < presentation.Length; i++)
        {
            byte[] packet = FakeRtspServer.Connection.Rtp(i, 96, (uint)(3600 * presentation[i]), i == 0 ? "6588" : "419A");
            receiver.OnPacket(packet, TimeSpan.FromMilliseconds(40 * i));
        }
        CollectingSink.Unit[] units = sink.Units;
        Assert.Equal(presentation.Select(place => place * 3600L), units.Select(unit => unit.Pts - units[0].Pts));
        Assert.All(units, unit => Assert.True(unit.Dts <= unit.Pts));
        CollectingSink.Unit[] settled = units[4..];
        Assert.All(settled.Zip(settled.Skip(1)), pair => Assert.True(pair.Second.Dts > pair.First.Dts));
    }

    private sealed class CountingSink : IAccessUnitSink
    {
        public int Units { get; private set; }

        public AccessUnitPool Pool { get; } = new();

        public void Write(AccessUnit unit)
        {
            Units++;
            unit.Dispose();
        }
    }
}
