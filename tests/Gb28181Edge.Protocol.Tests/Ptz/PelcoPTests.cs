using System.Globalization;
using Gb28181Edge.Protocol.Manscdp;
using Gb28181Edge.Protocol.Ptz;
using Gb28181Edge.Protocol.Tests.Support;

namespace Gb28181Edge.Protocol.Tests.Ptz;

public class PelcoPTests
{
    /// <summary>serial-vectors.csv, rows of pelco-p, camera 1 with wire address 0; map_… computed from GB commands by the scaling rule.</summary>
    private static readonly IReadOnlyList<string[]> Rows = [.. VectorCsv.Read("serial-vectors.csv").Where(row => row[0] == "pelco-p")];

    private delegate void Writer(Span<byte> frame, byte address);

    private static readonly Dictionary<string, (Writer Write, PelcoPLayout Layout)> Writers = new(StringComparer.Ordinal)
    {
        ["stop"] = Motion(0, 0),
        ["right_20"] = Motion(0x20, 0),
        ["left_20"] = Motion(-0x20, 0),
        ["up_20"] = Motion(0, 0x20),
        ["down_20"] = Motion(0, -0x20),
        ["up_right"] = Motion(0x20, 0x10),
        ["zoom_tele"] = Motion(0, 0, zoom: 1),
        ["zoom_wide"] = Motion(0, 0, zoom: -1),
        ["focus_far_classic"] = Motion(0, 0, focus: 1),
        ["focus_near_classic"] = Motion(0, 0, focus: -1),
        ["iris_open_classic"] = Motion(0, 0, iris: 1),
        ["iris_close_classic"] = Motion(0, 0, iris: -1),
        ["focus_far_dlike"] = Motion(0, 0, focus: 1, layout: PelcoPLayout.LikeD),
        ["focus_near_dlike"] = Motion(0, 0, focus: -1, layout: PelcoPLayout.LikeD),
        ["preset_set_1"] = Command(PelcoDCommand.SetPreset, 1),
        ["preset_clear_1"] = Command(PelcoDCommand.ClearPreset, 1),
        ["preset_call_1"] = Command(PelcoDCommand.GoToPreset, 1),
        ["aux_09"] = Command(PelcoDCommand.SetAuxiliary, 0),
        ["aux_0b"] = Command(PelcoDCommand.ClearAuxiliary, 0),
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
        byte[] frame = new byte[PelcoP.FrameSize];
        Writers[name].Write(frame, (byte)(byte.Parse(Row(name)[1], CultureInfo.InvariantCulture) - 1));
        Assert.Equal(Row(name)[3], Convert.ToHexString(frame));
    }

    [Theory, MemberData(nameof(Names))]
    public void Reads(string name)
    {
        Assert.True(PelcoP.TryParse(Convert.FromHexString(Row(name)[3]), out PelcoPFrame frame, out PelcoFault fault), fault.ToString());
        byte[] again = new byte[PelcoP.FrameSize];
        PelcoPLayout layout = Writers[name].Layout;
        if (frame.IsExtended) PelcoP.WriteCommand(again, frame.WireAddress, frame.Command, frame.Data3, frame.Data4);
        else PelcoP.WriteMotion(again, frame.WireAddress, frame.Motion(layout), layout);
        Assert.Equal(Row(name)[3], Convert.ToHexString(again));
    }

    [Fact]
    public void The_same_bytes_are_far_in_one_family_and_near_in_the_other()
    {
        Assert.True(PelcoP.TryParse(Convert.FromHexString("A00001000000AF0E"), out PelcoPFrame frame, out _));
        Assert.Equal((1, -1), (frame.Motion(PelcoPLayout.Classic).Focus, frame.Motion(PelcoPLayout.LikeD).Focus));
    }

    [Fact]
    public void The_iris_of_heads_like_D_has_the_bits_of_D()
    {
        byte[] frame = new byte[PelcoP.FrameSize];
        PelcoP.WriteMotion(frame, 3, new PelcoDMotion(0, 0, 0, 0, 1), PelcoPLayout.LikeD);
        Assert.Equal("A00302000000AF0E", Convert.ToHexString(frame));
        PelcoP.WriteMotion(frame, 3, new PelcoDMotion(0, 0, 0, 0, -1), PelcoPLayout.LikeD);
        Assert.Equal("A00304000000AF08", Convert.ToHexString(frame));
        PelcoP.WriteSwitch(frame, 0, PelcoPSwitch.AutoScan | PelcoPSwitch.CameraOn);
        Assert.Equal("A00060000000AF6F", Convert.ToHexString(frame));
    }

    [Fact]
    public void Motions_beyond_the_top_are_cut_off()
    {
        byte[] frame = new byte[PelcoP.FrameSize];
        PelcoP.WriteMotion(frame, 0, new PelcoDMotion(int.MinValue, 500), PelcoPLayout.Classic);
        Assert.Equal("A000000C403FAF7C", Convert.ToHexString(frame));
    }

    [Theory]
    [InlineData("", PelcoFault.Length)]
    [InlineData("A00000000000AF", PelcoFault.Length)]
    [InlineData("A00000000000AF0F00", PelcoFault.Length)]
    [InlineData("A10000000000AF0E", PelcoFault.Sync)]
    [InlineData("A00000000000AE0E", PelcoFault.Sync)]
    [InlineData("A00000000000AF0E", PelcoFault.Checksum)]
    public void Bytes_that_are_no_frame_are_a_fault(string hex, object fault)
    {
        Assert.False(PelcoP.TryParse(Convert.FromHexString(hex), out PelcoPFrame frame, out PelcoFault found));
        Assert.Equal(fault, found);
        Assert.Equal(default, frame);
    }

    [Fact]
    public void Frames_are_found_in_a_stream_however_it_arrives()
    {
        // noise, a frame, a start that is none, a frame whose speeds look like starts, a frame that is cut off
        byte[] stream = Convert.FromHexString("0012" + "A00000042000AF2B" + "A0A0" + "A0A0000220A0AF2D" + "A00000");
        foreach (int step in (int[])[stream.Length, 1, 3, 5])
            Assert.Equal(["A00000042000AF2B", "A0A0000220A0AF2D"], Read(new PelcoPReader(), stream, step));
    }

    [Fact]
    public void Replies_of_Pelco_D_are_found_in_a_stream_however_they_arrive()
    {
        byte[] stream = Convert.FromHexString("FF01" + "FF0100592328A5" + "FFFF" + "00FF0100592328A6" + "FF01005BFFFF5A");
        foreach (int step in (int[])[stream.Length, 1, 2, 5])
            Assert.Equal(["FF0100592328A5", "FF01005BFFFF5A"], Read(new PelcoDReader(), stream, step));
        byte[] general = Convert.FromHexString("0100" + "FF1F0524" + "FF0102FF1F0423");
        foreach (int step in (int[])[general.Length, 1, 2, 5])
            Assert.Equal(["FF1F0524", "FF1F0423"], Read(new PelcoDGeneralReplyReader(), general, step));
    }

    [Fact]
    public void Damaged_frames_never_throw()
    {
        byte[][] seeds = [.. Rows.Select(row => Convert.FromHexString(row[3])), Convert.FromHexString("FF0100592328A5FF01005BFFFF5A")];
        Mutation.Loop(4900, seeds, bytes =>
        {
            if (PelcoP.TryParse(bytes, out PelcoPFrame frame, out PelcoFault fault)) Assert.InRange(frame.Motion(PelcoPLayout.Classic).Tilt, -63, 63);
            else Assert.NotEqual(PelcoFault.None, fault);
            foreach (string found in Read(new PelcoPReader(), bytes, 3)) Assert.True(PelcoP.TryParse(Convert.FromHexString(found), out _, out _));
            foreach (string found in Read(new PelcoDReader(), bytes, 3)) Assert.True(PelcoD.TryParse(Convert.FromHexString(found), out _, out _));
            foreach (string found in Read(new PelcoDGeneralReplyReader(), bytes, 3)) Assert.Equal(8, found.Length);
        });
    }

    [Fact]
    public void A_reader_finds_a_whole_frame_behind_any_noise()
    {
        var random = new Random(4901);
        byte[] reply = Convert.FromHexString("FF0100592328A5");
        for (int run = 0; run < 2000; run++)
        {
            byte[] noise = new byte[random.Next(20)];
            random.NextBytes(noise);
            List<string> found = Read(new PelcoDReader(), [.. noise, .. reply, .. reply], 4);
            Assert.Contains("FF0100592328A5", found);                      // noise may swallow the first by a sum that fits
        }
    }

    private static List<string> Read(PelcoReader reader, byte[] stream, int step)
    {
        var seen = new List<string>();
        foreach (byte[] piece in stream.Chunk(step))
        {
            ReadOnlySpan<byte> rest = piece;
            while (reader.TryRead(ref rest, out ReadOnlySpan<byte> frame)) seen.Add(Convert.ToHexString(frame));
        }
        return seen;
    }

    private static string[] Row(string name) => Rows.First(row => row[2] == name);

    private static (Writer, PelcoPLayout) Motion(int pan, int tilt, int zoom = 0, int focus = 0, int iris = 0, PelcoPLayout layout = PelcoPLayout.Classic) =>
        ((frame, address) => PelcoP.WriteMotion(frame, address, new PelcoDMotion(pan, tilt, zoom, focus, iris), layout), layout);

    private static (Writer, PelcoPLayout) Command(PelcoDCommand command, byte value) =>
        ((frame, address) => PelcoP.WriteCommand(frame, address, command, 0, value), PelcoPLayout.Classic);

    private static (Writer, PelcoPLayout) FromGb(string hex)
    {
        PtzMove move = Gb(hex);
        return Motion(PelcoD.ToSpeed(move.PanVelocity), PelcoD.ToSpeed(move.TiltVelocity), move.Zoom);
    }

    private static (Writer, PelcoPLayout) ZoomSpeedFromGb(string hex) => Command(PelcoDCommand.ZoomSpeed, PelcoD.ToLensSpeed(Gb(hex).ZoomVelocity));

    private static PtzMove Gb(string hex)
    {
        Assert.True(PtzCommand.TryParse(hex, lenient: false, out PtzCommand command, out _));
        return command.Move;
    }
}
