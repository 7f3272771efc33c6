using Gb28181Edge.Protocol.Media.Rtp;

namespace Gb28181Edge.Protocol.Tests.Media.Rtp;

/// <summary>Feeds a depacketizer with packets made by hand and collects what it makes.</summary>
internal sealed class DepacketizerRun : IRtpUnitSink
{
    private readonly List<(string Hex, uint Timestamp, bool IsRandomAccess)> _units = [];

    public DepacketizerRun(Func<IRtpUnitSink, IRtpDepacketizer> make) => Depacketizer = make(this);

    public IRtpDepacketizer Depacketizer { get; }

    public ushort Next { get; set; } = 0xFFFE;               // wraps within the first few packets

    /// <summary>The units so far, as hex.</summary>
    public string[] Units => [.. _units.Select(unit => unit.Hex)];

    public uint[] Timestamps => [.. _units.Select(unit => unit.Timestamp)];

    public bool[] RandomAccess => [.. _units.Select(unit => unit.IsRandomAccess)];

    public void OnUnit(ReadOnlySpan<byte> bytes, uint rtpTimestamp, bool isRandomAccess) =>
        _units.Add((Convert.ToHexString(bytes), rtpTimestamp, isRandomAccess));

    /// <summary>The next packet; blanks in the hex are for the reader.</summary>
    public DepacketizerRun Packet(uint timestamp, bool marker, string payload)
    {
        byte[] packet = Bytes(Next++, timestamp, marker, payload);
        Assert.True(RtpPacket.TryParse(packet, out RtpPacket parsed, out _));
        Depacketizer.Push(parsed);
        return this;
    }

    /// <summary>So many packets are lost.</summary>
    public DepacketizerRun Lose(int count = 1)
    {
        Next += (ushort)count;
        return this;
    }

    public static byte[] Bytes(ushort sequenceNumber, uint timestamp, bool marker, string payload)
    {
        byte[] body = Convert.FromHexString(payload.Replace(" ", "", StringComparison.Ordinal));
        byte[] packet = new byte[RtpPacket.FixedHeaderSize + body.Length];
        RtpPacket.WriteHeader(packet, marker, 96, sequenceNumber, timestamp, 0x8000_0001);
        body.CopyTo(packet.AsSpan(RtpPacket.FixedHeaderSize));
        return packet;
    }
}
