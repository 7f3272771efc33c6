using System.Globalization;
using Gb28181Edge.Protocol.Manscdp;
using Gb28181Edge.Protocol.Ptz;
using Gb28181Edge.Protocol.Tests.Support;

namespace Gb28181Edge.Protocol.Tests.Ptz;

public class ViscaTests
{
    /// <summary>serial-vectors.csv, rows of visca: from the lists of Sony and PTZOptics; map_… computed from GB commands by the scaling rule.</summary>
    private static readonly IReadOnlyList<string[]> Rows = [.. VectorCsv.Read("serial-vectors.csv").Where(row => row[0] == "visca")];

    private static readonly Dictionary<string, Func<int, byte[]>> Writers = new(StringComparer.Ordinal)
    {
        ["up"] = a => WithSpeeds(Visca.Drive(a, 0, 0x0A), 0x0C, 0x0A),
        ["down"] = a => WithSpeeds(Visca.Drive(a, 0, -0x0A), 0x0C, 0x0A),
        ["left"] = a => WithSpeeds(Visca.Drive(a, -0x0C, 0), 0x0C, 0x0A),
        ["right"] = a => WithSpeeds(Visca.Drive(a, 0x0C, 0), 0x0C, 0x0A),
        ["up_left"] = a => Visca.Drive(a, -0x0C, 0x0A),
        ["up_right"] = a => Visca.Drive(a, 0x0C, 0x0A),
        ["down_left"] = a => Visca.Drive(a, -0x0C, -0x0A),
        ["down_right"] = a => Visca.Drive(a, 0x0C, -0x0A),
        ["pt_stop"] = a => WithSpeeds(Visca.Drive(a, 0, 0), 0x0C, 0x0A),
        ["home"] = Visca.Home,
        ["pt_reset"] = Visca.Reset,
        ["abs"] = a => Visca.Absolute(a, 0x18, 0x14, 0x100, -0x100),
        ["rel"] = a => Visca.Relative(a, 0x18, 0x14, -0x10, 0),
        ["zoom_stop"] = a => Visca.Zoom(a, 0),
        ["zoom_tele"] = a => Visca.ZoomStandard(a, tele: true),
        ["zoom_wide"] = a => Visca.ZoomStandard(a, tele: false),
        ["zoom_tele_5"] = a => Visca.Zoom(a, 6),
        ["zoom_wide_5"] = a => Visca.Zoom(a, -6),
        ["zoom_direct"] = a => Visca.ZoomDirect(a, 0x2000),
        ["focus_stop"] = a => Visca.Focus(a, 0),
        ["focus_far_3"] = a => Visca.Focus(a, 4),
        ["focus_near_3"] = a => Visca.Focus(a, -4),
        ["focus_auto"] = a => Visca.FocusMode(a, Visca.FocusAuto),
        ["focus_manual"] = a => Visca.FocusMode(a, Visca.FocusManual),
        ["focus_onepush"] = Visca.FocusOnce,
        ["iris_reset"] = a => Visca.Iris(a, 0),
        ["iris_up"] = a => Visca.Iris(a, 1),
        ["iris_down"] = a => Visca.Iris(a, -1),
        ["ae_manual"] = a => Visca.ExposureMode(a, Visca.ExposureManual),
        ["mem_reset_1"] = a => Visca.MemoryReset(a, 1),
        ["mem_set_1"] = a => Visca.MemorySet(a, 1),
        ["mem_recall_1"] = a => Visca.MemoryRecall(a, 1),
        ["pt_pos_inq"] = Visca.PanTiltPositionInquiry,
        ["zoom_pos_inq"] = Visca.ZoomPositionInquiry,
        ["focus_mode_inq"] = Visca.FocusModeInquiry,
        ["power_inq"] = Visca.PowerInquiry,
        ["cancel_s1"] = a => Visca.Cancel(a, 1),
        ["if_clear"] = Visca.InterfaceClear,
        ["addr_set"] = _ => Visca.AddressSet(),
        ["if_clear_bc"] = Visca.InterfaceClear,
        ["map_stop_1"] = a => DriveFromGb(a, "A50F0100000000B5"),
        ["map_stop_2"] = a => ZoomFromGb(a, "A50F0100000000B5"),
        ["map_left_80_1"] = a => DriveFromGb(a, "A50F010280000037"),
        ["map_left_80_2"] = a => ZoomFromGb(a, "A50F010280000037"),
        ["map_up_ff_1"] = a => DriveFromGb(a, "A50F010800FF00BC"),
        ["map_up_ff_2"] = a => ZoomFromGb(a, "A50F010800FF00BC"),
        ["map_right_00_1"] = a => DriveFromGb(a, "A50F0101000000B6"),
        ["map_right_00_2"] = a => ZoomFromGb(a, "A50F0101000000B6"),
        ["map_upleft_40_20_1"] = a => DriveFromGb(a, "A50F010A4020001F"),
        ["map_upleft_40_20_2"] = a => ZoomFromGb(a, "A50F010A4020001F"),
        ["map_zoomin_8_1"] = a => DriveFromGb(a, "A50F011000008045"),
        ["map_zoomin_8_2"] = a => ZoomFromGb(a, "A50F011000008045"),
        ["map_combo_29_1"] = a => DriveFromGb(a, "A50F0129506030BE"),
        ["map_combo_29_2"] = a => ZoomFromGb(a, "A50F0129506030BE"),
    };

    private static readonly Dictionary<string, (ViscaReplyKind Kind, int Socket, ViscaError Error, string Data)> Replies = new(StringComparer.Ordinal)
    {
        ["ack_s1"] = (ViscaReplyKind.Acknowledge, 1, ViscaError.None, ""),
        ["done_s1"] = (ViscaReplyKind.Completion, 1, ViscaError.None, ""),
        ["err_syntax"] = (ViscaReplyKind.Error, 0, ViscaError.Syntax, ""),
        ["err_full"] = (ViscaReplyKind.Error, 0, ViscaError.BufferFull, ""),
        ["err_cancel_s1"] = (ViscaReplyKind.Error, 1, ViscaError.Cancelled, ""),
        ["err_nosock_s1"] = (ViscaReplyKind.Error, 1, ViscaError.NoSocket, ""),
        ["err_notexec_s1"] = (ViscaReplyKind.Error, 1, ViscaError.NotExecutable, ""),
        ["pt_pos_reply"] = (ViscaReplyKind.Answer, 0, ViscaError.None, "000100000F0F0000"),
        ["zoom_pos_reply"] = (ViscaReplyKind.Answer, 0, ViscaError.None, "02000000"),
    };

    public static TheoryData<string> CommandNames => new(Writers.Keys);

    public static TheoryData<string> ReplyNames => new(Replies.Keys);

    [Fact]
    public void Every_row_of_the_file_is_written_or_read_here() =>
        Assert.Equal(Rows.Select(row => row[2]).Order(StringComparer.Ordinal), Writers.Keys.Concat(Replies.Keys).Order(StringComparer.Ordinal));

    [Theory, MemberData(nameof(CommandNames))]
    public void Writes(string name) =>
        Assert.Equal(Row(name)[3], Convert.ToHexString(Writers[name](int.Parse(Row(name)[1], CultureInfo.InvariantCulture))));

    [Theory, MemberData(nameof(ReplyNames))]
    public void Reads(string name)
    {
        Assert.True(ViscaReply.TryParse(Convert.FromHexString(Row(name)[3]), out ViscaReply reply, out ViscaFault fault), fault.ToString());
        (ViscaReplyKind kind, int socket, ViscaError error, string data) = Replies[name];
        Assert.Equal((1, kind, socket, error, data), (reply.Address, reply.Kind, reply.Socket, reply.Error, Convert.ToHexString(reply.Data.Span)));
    }

    [Theory] // Sony lists: what comes back round the chain, and the head that was switched on
    [InlineData("883003FF", ViscaReplyKind.AddressSet, 8)]
    [InlineData("88010001FF", ViscaReplyKind.InterfaceClear, 8)]
    [InlineData("B038FF", ViscaReplyKind.NetworkChange, 3)]
    [InlineData("F052FF", ViscaReplyKind.Completion, 7)]
    public void Replies_of_the_chain_are_read(string hex, object kind, int address)
    {
        Assert.True(ViscaReply.TryParse(Convert.FromHexString(hex), out ViscaReply reply, out _));
        Assert.Equal((kind, address), (reply.Kind, reply.Address));
    }

    [Theory]
    [InlineData("", ViscaFault.Length)]
    [InlineData("90FF", ViscaFault.Length)]
    [InlineData("9050000000000000000000000000000000FF", ViscaFault.Length)]
    [InlineData("904100", ViscaFault.Frame)]
    [InlineData("8041FF", ViscaFault.Frame)]
    [InlineData("8141FF", ViscaFault.Frame)]
    [InlineData("0041FF", ViscaFault.Frame)]
    [InlineData("9071FF", ViscaFault.Kind)]
    [InlineData("904100FF", ViscaFault.Kind)]
    [InlineData("9060FF", ViscaFault.Kind)]
    [InlineData("880100FF", ViscaFault.Kind)]
    public void Bytes_that_are_no_reply_are_a_fault(string hex, object fault)
    {
        Assert.False(ViscaReply.TryParse(Convert.FromHexString(hex), out _, out ViscaFault found));
        Assert.Equal(fault, found);
    }

    [Theory] // 16-bit two's complement; the SRG-X400 has 20 bits for pan
    [InlineData("000100000F0F0000", 0x100, -0x100)]
    [InlineData("080000000700000F", -0x8000, 0x700F)]
    [InlineData("0F0F0F0F0F00000100", -1, 0x10)]
    [InlineData("010000000000000001", 0x10000, 1)]
    public void Positions_are_signed(string data, int pan, int tilt)
    {
        Assert.True(Visca.TryReadPanTilt(Convert.FromHexString(data), out int foundPan, out int foundTilt));
        Assert.Equal((pan, tilt), (foundPan, foundTilt));
    }

    [Theory]
    [InlineData("0001000010000000")]
    [InlineData("00010000")]
    [InlineData("")]
    public void Data_that_are_no_position_are_refused(string data)
    {
        Assert.False(Visca.TryReadPanTilt(Convert.FromHexString(data), out _, out _));
        Assert.False(Visca.TryReadZoom(Convert.FromHexString(data + "00"), out _));
    }

    [Fact]
    public void A_zoom_position_is_unsigned()
    {
        Assert.True(Visca.TryReadZoom([0x0F, 0x0A, 0x0C, 0x00], out int zoom));
        Assert.Equal(0xFAC0, zoom);
    }

    [Fact]
    public void Limits_and_the_wide_position_have_their_forms()
    {
        Assert.Equal("8301060700010F0F0F00000008" + "09FF", Convert.ToHexString(Visca.LimitSet(3, upRight: true, -0x10, 0x89)));
        Assert.Equal("8301060701000" + "70F0F0F070F0F0FFF", Convert.ToHexString(Visca.LimitClear(3, upRight: false)));
        Assert.Equal("8201060218000F0F0F0F0F0000" + "0001FF", Convert.ToHexString(Visca.Absolute(2, 0x18, 0x17, -1, 1, wide: true)));
    }

    [Theory] // round half up, at least 1 for pan and tilt
    [InlineData(0, 1, 1)]
    [InlineData(1, 1, 1)]
    [InlineData(32, 3, 3)]
    [InlineData(64, 6, 5)]
    [InlineData(100, 9, 8)]
    [InlineData(128, 12, 10)]
    [InlineData(192, 18, 15)]
    [InlineData(255, 24, 20)]
    public void Speeds_scale_as_the_table_says(byte gb, int pan, int tilt)
    {
        var move = new PtzMove(-1, gb, 1, gb, 0, 0);
        Assert.Equal((-pan, tilt), (Visca.ToSpeed(move.PanVelocity, Visca.TopPanSpeed), Visca.ToSpeed(move.TiltVelocity, Visca.TopTiltSpeed)));
    }

    [Fact]
    public void Every_zoom_and_focus_speed_scales_like_the_integer_formula()
    {
        for (int z = 1; z <= 15; z++)
            Assert.Equal((((2 * z * 7) + 15) / 30) + 1, Visca.ToLensStep(z / 15f));
        for (int s = 1; s <= 255; s++)
            Assert.Equal(-((((2 * s * 7) + 255) / 510) + 1), Visca.ToLensStep(-s / 255f));
        Assert.Equal((0, 0, 8), (Visca.ToLensStep(0), Visca.ToLensStep(float.NaN), Visca.ToLensStep(7f)));
    }

    [Fact]
    public void Speeds_beyond_the_top_are_cut_off()
    {
        Assert.Equal("8101060118180201FF", Convert.ToHexString(Visca.Drive(1, int.MaxValue, 500)));
        Assert.Equal("8101040737FF", Convert.ToHexString(Visca.Zoom(1, int.MinValue)));
    }

    [Fact]
    public void Packets_are_found_in_a_stream_however_it_arrives()
    {
        // noise, an ACK, an FF too many, an ACK that lost its end before a completion, a packet without end, an answer
        byte[] stream = Convert.FromHexString("0012" + "9041FF" + "FF" + "9041" + "9051FF" + "90" + new string('0', 40) + "FF" + "905002000000FF" + "90");
        foreach (int step in (int[])[stream.Length, 1, 2, 3])
        {
            var reader = new ViscaReader();
            var seen = new List<string>();
            foreach (byte[] piece in stream.Chunk(step))
            {
                ReadOnlySpan<byte> rest = piece;
                while (reader.TryRead(ref rest, out ReadOnlySpan<byte> packet)) seen.Add(Convert.ToHexString(packet));
            }
            Assert.Equal(["9041FF", "9051FF", "905002000000FF"], seen);
        }
    }

    [Fact]
    public void Damaged_packets_never_throw()
    {
        byte[][] seeds = [.. Rows.Select(row => Convert.FromHexString(row[3])), Convert.FromHexString("9041FF9051FF905002000000FF")];
        Mutation.Loop(5200, seeds, bytes =>
        {
            var reader = new ViscaReader();
            ReadOnlySpan<byte> rest = bytes;
            while (reader.TryRead(ref rest, out ReadOnlySpan<byte> packet))
            {
                Assert.InRange(packet.Length, Visca.SmallestPacket, Visca.LargestPacket);
                Assert.Equal(Visca.Terminator, packet[^1]);
                if (!ViscaReply.TryParse(packet, out ViscaReply reply, out ViscaFault fault)) Assert.NotEqual(ViscaFault.None, fault);
                else Assert.InRange(reply.Address, 1, 8);
                Visca.TryReadPanTilt(reply.Data.Span, out int pan, out _);
                Assert.InRange(pan, -0x80000, 0x7FFFF);
            }
            Assert.True(rest.IsEmpty);
            if (ViscaReply.TryParse(bytes, out _, out _)) Assert.Equal(Visca.Terminator, bytes[^1]);
        });
    }

    private static string[] Row(string name) => Rows.First(row => row[2] == name);

    /// <summary>The lists' examples name a speed for the axis that stands too; ours is 1 there.</summary>
    private static byte[] WithSpeeds(byte[] drive, byte pan, byte tilt)
    {
        Assert.Contains(drive[4], (byte[])[1, pan]);
        Assert.Contains(drive[5], (byte[])[1, tilt]);
        (drive[4], drive[5]) = (pan, tilt);
        return drive;
    }

    private static byte[] DriveFromGb(int address, string hex)
    {
        PtzMove move = Gb(hex);
        return Visca.Drive(address, Visca.ToSpeed(move.PanVelocity, Visca.TopPanSpeed), Visca.ToSpeed(move.TiltVelocity, Visca.TopTiltSpeed));
    }

    private static byte[] ZoomFromGb(int address, string hex) => Visca.Zoom(address, Visca.ToLensStep(Gb(hex).ZoomVelocity));

    private static PtzMove Gb(string hex)
    {
        Assert.True(PtzCommand.TryParse(hex, lenient: false, out PtzCommand command, out _));
        return command.Move;
    }
}
