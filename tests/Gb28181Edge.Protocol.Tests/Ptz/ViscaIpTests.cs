using Gb28181Edge.Protocol.Ptz;
using Gb28181Edge.Protocol.Tests.Support;

namespace Gb28181Edge.Protocol.Tests.Ptz;

public class ViscaIpTests
{
    /// <summary>serial-vectors.csv, rows of visca-ip: Sony SRG-300H.</summary>
    private static readonly IReadOnlyList<string[]> Rows = [.. VectorCsv.Read("serial-vectors.csv").Where(row => row[0] == "visca-ip")];

    private static readonly Dictionary<string, (ViscaIpType Type, uint Sequence, byte[] Payload)> Messages = new(StringComparer.Ordinal)
    {
        ["reset_seq"] = (ViscaIpType.Control, 0, [0x01]),
        ["left_seq1"] = (ViscaIpType.Command, 1, [0x81, 0x01, 0x06, 0x01, 0x0C, 0x0A, 0x01, 0x03, 0xFF]),
        ["pos_inq_seq2"] = (ViscaIpType.Inquiry, 2, Visca.PanTiltPositionInquiry(1)),
        ["ack_seq1"] = (ViscaIpType.Reply, 1, [0x90, 0x41, 0xFF]),
    };

    public static TheoryData<string> Names => new(Messages.Keys);

    [Fact]
    public void Every_row_of_the_file_is_a_message_here() =>
        Assert.Equal(Rows.Select(row => row[2]).Order(StringComparer.Ordinal), Messages.Keys.Order(StringComparer.Ordinal));

    [Theory, MemberData(nameof(Names))]
    public void Writes_and_reads(string name)
    {
        (ViscaIpType type, uint sequence, byte[] payload) = Messages[name];
        string hex = Rows.First(row => row[2] == name)[3];
        byte[] message = new byte[ViscaIp.LargestMessage];
        int size = ViscaIp.Write(message, type, sequence, payload);
        Assert.Equal(hex, Convert.ToHexString(message, 0, size));

        Assert.True(ViscaIp.TryParse(Convert.FromHexString(hex), out ViscaIpHeader header, out ReadOnlySpan<byte> read, out _));
        Assert.Equal(new ViscaIpHeader(type, sequence), header);
        Assert.Equal(payload, read.ToArray());
    }

    [Fact]
    public void Reset_is_the_control_command_01()
    {
        byte[] message = new byte[ViscaIp.LargestMessage];
        Assert.Equal("020000010000000001", Convert.ToHexString(message, 0, ViscaIp.WriteReset(message)));
    }

    [Theory]
    [InlineData("01", ViscaIpControl.Reset)]
    [InlineData("0F01", ViscaIpControl.WrongSequence)]
    [InlineData("0F02", ViscaIpControl.WrongMessage)]
    [InlineData("0F03", ViscaIpControl.Other)]
    [InlineData("", ViscaIpControl.Other)]
    public void Control_replies_have_their_meaning(string payload, object meaning) =>
        Assert.Equal(meaning, ViscaIp.ReadControl(Convert.FromHexString(payload)));

    [Theory]
    [InlineData("", ViscaIpFault.Length)]
    [InlineData("0111000000000001", ViscaIpFault.Length)]
    [InlineData("01110004000000019041FF", ViscaIpFault.Length)]
    [InlineData("011100110000000190" + "00000000000000000000000000000000", ViscaIpFault.Length)]
    [InlineData("01130003000000019041FF", ViscaIpFault.Type)]
    public void Datagrams_that_are_no_message_are_a_fault(string hex, object fault)
    {
        Assert.False(ViscaIp.TryParse(Convert.FromHexString(hex), out _, out ReadOnlySpan<byte> payload, out ViscaIpFault found));
        Assert.Equal(fault, found);
        Assert.True(payload.IsEmpty);
    }

    [Fact]
    public void Damaged_datagrams_never_throw() =>
        Mutation.Loop(5300, [.. Rows.Select(row => Convert.FromHexString(row[3]))], bytes =>
        {
            if (ViscaIp.TryParse(bytes, out _, out ReadOnlySpan<byte> payload, out _)) Assert.Equal(bytes.Length - ViscaIp.HeaderSize, payload.Length);
        });
}
