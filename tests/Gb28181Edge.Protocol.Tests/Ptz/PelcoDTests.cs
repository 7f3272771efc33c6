using Gb28181Edge.Protocol.Manscdp;
using Gb28181Edge.Protocol.Ptz;
using Gb28181Edge.Protocol.Tests.Support;

namespace Gb28181Edge.Protocol.Tests.Ptz;

public class PelcoDTests
{
    /// <summary>serial-vectors.csv, rows of pelco-d: from the Pelco D manual and manuals of compatible heads; map_… computed from GB commands by the scaling rule.</summary>
    private static readonly IReadOnlyList<string[]> Rows = [.. VectorCsv.Read("serial-vectors.csv").Where(row => row[0] == "pelco-d")];

    private delegate void Writer(Span<byte> frame, byte address);

    private static readonly Dictionary<string, Writer> Writers = new(StringComparer.Ordinal)
    {
        ["stop"] = Motion(0, 0),
        ["right_20"] = Motion(0x20, 0),
        ["left_20"] = Motion(-0x20, 0),
        ["up_20"] = Motion(0, 0x20),
        ["down_20"] = Motion(0, -0x20),
        ["up_left"] = Motion(-0x20, 0x10),
        ["up_right"] = Motion(0x20, 0x10),
        ["down_left"] = Motion(-0x20, -0x10),
        ["down_right"] = Motion(0x20, -0x10),
        ["pan_turbo"] = Motion(PelcoD.TurboSpeed, 0),
        ["zoom_tele"] = Motion(0, 0, zoom: 1),
        ["zoom_wide"] = Motion(0, 0, zoom: -1),
        ["focus_far"] = Motion(0, 0, focus: 1),
        ["focus_near"] = Motion(0, 0, focus: -1),
        ["iris_open"] = Motion(0, 0, iris: 1),
        ["iris_close"] = Motion(0, 0, iris: -1),
        ["camera_on"] = Sense(PelcoDSense.CameraOn),
        ["camera_off"] = Sense(PelcoDSense.CameraOff),
        ["auto_scan"] = Sense(PelcoDSense.AutoScan),
        ["preset_set_1"] = Command(PelcoDCommand.SetPreset, 1),
        ["preset_clear_1"] = Command(PelcoDCommand.ClearPreset, 1),
        ["preset_call_1"] = Command(PelcoDCommand.GoToPreset, 1),
        ["flip_180"] = Command(PelcoDCommand.GoToPreset, 0x21),
        ["zero_pan"] = Command(PelcoDCommand.GoToPreset, 0x22),
        ["aux1_on"] = Command(PelcoDCommand.SetAuxiliary, 1),
        ["aux1_off"] = Command(PelcoDCommand.ClearAuxiliary, 1),
        ["remote_reset"] = Command(PelcoDCommand.RemoteReset, 0),
        ["pattern_start"] = Command(PelcoDCommand.PatternStart, 0),
        ["pattern_stop"] = Command(PelcoDCommand.PatternStop, 0),
        ["pattern_run"] = Command(PelcoDCommand.PatternRun, 0),
        ["zoom_speed_3"] = Command(PelcoDCommand.ZoomSpeed, 3),
        ["focus_speed_3"] = Command(PelcoDCommand.FocusSpeed, 3),
        ["af_1"] = Command(PelcoDCommand.AutoFocus, 1),
        ["af_2"] = Command(PelcoDCommand.AutoFocus, 2),
        ["auto_iris_0"] = Command(PelcoDCommand.AutoIris, 0),
        ["agc_0"] = Command(PelcoDCommand.Agc, 0),
        ["set_pan_90"] = Command(PelcoDCommand.SetPan, 9000),
        ["set_tilt_10"] = Command(PelcoDCommand.SetTilt, 1000),
        ["query_pan"] = Command(PelcoDCommand.QueryPan, 0),
        ["query_tilt"] = Command(PelcoDCommand.QueryTilt, 0),
        ["query_zoom"] = Command(PelcoDCommand.QueryZoom, 0),
        ["reply_pan_90"] = Command(PelcoDCommand.PanReply, 9000),
        ["left_3f_addr31"] = Motion(-0x3F, 0),
        ["map_stop_1"] = FromGb("A50F0100000000B5"),
        ["map_left_80_1"] = FromGb("A50F010280000037"),
        ["map_up_ff_1"] = FromGb("A50F010800FF00BC"),
        ["map_right_00_1"] = FromGb("A50F0101000000B6"),
        ["map_upleft_40_20_1"] = FromGb("A50F010A4020001F"),
        ["map_zoomin_8_1"] = ZoomSpeedFromGb("A50F011000008045"),
        ["map_zoomin_8_2"] = FromGb("A50F011000008045"),
        ["map_combo_29_1"] = ZoomSpeedFromGb("A50F0129506030BE"),
        ["map_combo_29_2"] = FromGb("A50F0129506030BE"),
    };

    public static TheoryData<string> Names => new(Rows.Select(row => row[2]));

    [Fact]
    public void Every_row_of_the_file_has_a_writer_here() =>
        Assert.Equal(Rows.Select(row => row[2]).Order(StringComparer.Ordinal), Writers.Keys.Order(StringComparer.Ordinal));

    [Theory, MemberData(nameof(Names))]
    public void Writes(string name)
    {
        string[] row = Row(name);
        byte[] frame = new byte[PelcoD.FrameSize];
        Writers[name](frame, byte.Parse(row[1], System.Globalization.CultureInfo.InvariantCulture));
        Assert.Equal(row[3], Convert.ToHexString(frame));
    }

    [Theory, MemberData(nameof(Names))]
    public void Reads(string name)
    {
        string[] row = Row(name);
        byte[] bytes = Convert.FromHexString(row[3]);
        Assert.True(PelcoD.TryParse(bytes, out PelcoDFrame frame, out PelcoFault fault), fault.ToString());
        byte[] again = new byte[PelcoD.FrameSize];
        if (frame.IsExtended) PelcoD.WriteCommand(again, frame.Address, frame.Command, frame.Data1, frame.Data2);
        else if ((frame.Command1 & 0x98) != 0) PelcoD.WriteSense(again, frame.Address, (PelcoDSense)frame.Command1);
        else PelcoD.WriteMotion(again, frame.Address, frame.Motion);
        Assert.Equal(row[3], Convert.ToHexString(again));
    }

    [Fact]
    public void Position_replies_are_hundredths_of_a_degree()
    {
        Assert.True(PelcoD.TryParse(Convert.FromHexString(Row("reply_pan_90")[3]), out PelcoDFrame frame, out _));
        Assert.Equal((PelcoDCommand.PanReply, 9000), (frame.Command, frame.Value));
    }

    [Theory] // round half up of s·63/255, at least 1
    [InlineData(0, 1)]
    [InlineData(1, 1)]
    [InlineData(32, 8)]
    [InlineData(64, 16)]
    [InlineData(100, 25)]
    [InlineData(128, 32)]
    [InlineData(192, 47)]
    [InlineData(255, 63)]
    public void Speeds_scale_as_the_table_says(byte gb, int pelco)
    {
        Assert.Equal(pelco, PelcoD.ToSpeed(new PtzMove(1, gb, 0, 0, 0, 0).PanVelocity));
        Assert.Equal(-pelco, PelcoD.ToSpeed(new PtzMove(0, 0, -1, gb, 0, 0).TiltVelocity));
    }

    [Fact]
    public void Every_speed_scales_like_the_integer_formula()
    {
        for (int s = 0; s <= 255; s++)
        {
            int expected = Math.Max(1, ((2 * s * 63) + 255) / (2 * 255));
            Assert.Equal(expected, PelcoD.ToSpeed(new PtzMove(1, (byte)s, 0, 0, 0, 0).PanVelocity));
        }
        for (int z = 1; z <= 15; z++)
            Assert.Equal(((2 * z * 3) + 15) / 30, PelcoD.ToLensSpeed(new PtzMove(0, 0, 0, 0, 1, (byte)z).ZoomVelocity));
    }

    [Theory]
    [InlineData(0f, 0)]
    [InlineData(5f, 63)]
    [InlineData(-5f, -63)]
    [InlineData(float.NaN, 0)]
    [InlineData(float.NegativeInfinity, -63)]
    [InlineData(1e-9f, 1)]
    public void Speeds_beyond_the_top_are_cut_off(float velocity, int speed) => Assert.Equal(speed, PelcoD.ToSpeed(velocity));

    [Fact]
    public void Motions_beyond_the_top_are_cut_off()
    {
        byte[] frame = new byte[PelcoD.FrameSize];
        PelcoD.WriteMotion(frame, 1, new PelcoDMotion(int.MinValue, 500));
        Assert.Equal("FF01000C403F8C", Convert.ToHexString(frame));
    }

    [Theory]
    [InlineData("", PelcoFault.Length)]
    [InlineData("FF0100000000", PelcoFault.Length)]
    [InlineData("FF01000000000101", PelcoFault.Length)]
    [InlineData("FE010000000001", PelcoFault.Sync)]
    [InlineData("FF010000000002", PelcoFault.Checksum)]
    public void Bytes_that_are_no_frame_are_a_fault(string hex, object fault)
    {
        Assert.False(PelcoD.TryParse(Convert.FromHexString(hex), out PelcoDFrame frame, out PelcoFault found));
        Assert.Equal(fault, found);
        Assert.Equal(default, frame);
    }

    [Fact]
    public void General_replies_are_four_bytes()
    {
        Assert.True(PelcoD.TryParseGeneralReply([0xFF, 0x1F, 0x05, 0x24], out byte address, out byte alarms, out _));
        Assert.Equal((0x1F, 0x05), (address, alarms));
        Assert.False(PelcoD.TryParseGeneralReply([0xFF, 0x1F, 0x05, 0x25], out _, out _, out PelcoFault fault));
        Assert.Equal(PelcoFault.Checksum, fault);
        Assert.False(PelcoD.TryParseGeneralReply([0x00, 0x1F, 0x05, 0x24], out _, out _, out fault));
        Assert.Equal(PelcoFault.Sync, fault);
        Assert.False(PelcoD.TryParseGeneralReply([0xFF, 0x1F, 0x05], out _, out _, out fault));
        Assert.Equal(PelcoFault.Length, fault);
    }

    [Fact]
    public void Frames_are_found_in_a_stream_however_it_arrives()
    {
        byte[] stream = Convert.FromHexString("0012" + "FF010004200025" + "FFFF" + "FFFF000220FF20" + "FF0100");
        foreach (int step in (int[])[stream.Length, 1, 3])
        {
            var pending = new List<byte>();
            var seen = new List<string>();
            foreach (byte[] piece in stream.Chunk(step))
            {
                pending.AddRange(piece);
                bool found;
                do
                {
                    found = PelcoD.TryFind(pending.ToArray(), out int consumed, out PelcoDFrame frame);
                    pending.RemoveRange(0, consumed);
                    if (found) seen.Add($"{frame.Address:X2} {frame.Motion.Pan}");
                } while (found);
            }
            Assert.Equal(["01 -32", "FF 32"], seen);
            Assert.Equal("FF0100", Convert.ToHexString(pending.ToArray()));
        }
    }

    [Fact]
    public void Damaged_replies_never_throw()
    {
        byte[][] seeds = [.. Rows.Select(row => Convert.FromHexString(row[3])), [0xFF, 0x01, 0x02, 0x03]];
        Mutation.Loop(4800, seeds, bytes =>
        {
            if (PelcoD.TryParse(bytes, out PelcoDFrame frame, out PelcoFault fault)) Assert.InRange(frame.Motion.Tilt, -63, 63);
            Assert.Equal(fault == PelcoFault.None, bytes.Length == 7 && bytes[0] == 0xFF && (byte)bytes[1..6].Sum(b => b) == bytes[6]);
            if (PelcoD.TryParseGeneralReply(bytes, out byte address, out _, out _)) Assert.Equal(bytes[1], address);
            bool found = PelcoD.TryFind(bytes, out int consumed, out _);
            Assert.InRange(consumed, found ? 7 : 0, bytes.Length);
        });
    }

    private static string[] Row(string name) => Rows.First(row => row[2] == name);

    private static Writer Motion(int pan, int tilt, int zoom = 0, int focus = 0, int iris = 0) =>
        (frame, address) => PelcoD.WriteMotion(frame, address, new PelcoDMotion(pan, tilt, zoom, focus, iris));

    private static Writer Command(PelcoDCommand command, ushort value) => (frame, address) => PelcoD.WriteCommand(frame, address, command, value);

    private static Writer Sense(PelcoDSense sense) => (frame, address) => PelcoD.WriteSense(frame, address, sense);

    private static Writer FromGb(string hex) => (frame, address) =>
    {
        PtzMove move = Gb(hex);
        PelcoD.WriteMotion(frame, address, new PelcoDMotion(PelcoD.ToSpeed(move.PanVelocity), PelcoD.ToSpeed(move.TiltVelocity), move.Zoom));
    };

    private static Writer ZoomSpeedFromGb(string hex) => (frame, address) =>
        PelcoD.WriteCommand(frame, address, PelcoDCommand.ZoomSpeed, PelcoD.ToLensSpeed(Gb(hex).ZoomVelocity));

    private static PtzMove Gb(string hex)
    {
        Assert.True(PtzCommand.TryParse(hex, lenient: false, out PtzCommand command, out _));
        return command.Move;
    }
}
