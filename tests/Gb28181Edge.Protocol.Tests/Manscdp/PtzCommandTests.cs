using System.Text;
using Gb28181Edge.Protocol.Manscdp;
using Gb28181Edge.Protocol.Tests.Support;

namespace Gb28181Edge.Protocol.Tests.Manscdp;

public class PtzCommandTests
{
    /// <summary>ptz-vectors.csv: computed from GB/T 28181-2016 A.3, with one frame of its J.6.1 and two of other implementations as anchors.</summary>
    private static readonly IReadOnlyList<string[]> Rows = VectorCsv.Read("ptz-vectors.csv");

    /// <summary>What each row means, and what of it is a fault.</summary>
    private static readonly Dictionary<string, string> Expected = new(StringComparer.Ordinal)
    {
        ["stop_all"] = "stop",
        ["right_80"] = "pan +80",
        ["left_80"] = "pan -80",
        ["down_80"] = "tilt -80",
        ["up_80"] = "tilt +80",
        ["right_00"] = "pan +00",
        ["left_ff"] = "pan -FF",
        ["up_left"] = "pan -40 tilt +20",
        ["up_right"] = "pan +40 tilt +20",
        ["down_left"] = "pan -40 tilt -20",
        ["down_right"] = "pan +40 tilt -20",
        ["zoom_in_8"] = "zoom +8",
        ["zoom_out_8"] = "zoom -8",
        ["zoom_in_f"] = "zoom +F",
        ["combo_29"] = "pan +50 tilt +60 zoom -3",
        ["combo_1a"] = "pan -50 tilt +60 zoom +3",
        ["fi_stop"] = "lens stop",
        ["focus_far_80"] = "focus +80",
        ["focus_near_80"] = "focus -80",
        ["iris_open_80"] = "iris +80",
        ["iris_close_80"] = "iris -80",
        ["iris_close_focus_far"] = "focus +80 iris -40",
        ["preset_set_1"] = "PresetSet 1",
        ["preset_call_1"] = "PresetCall 1",
        ["preset_del_1"] = "PresetDelete 1",
        ["preset_call_255"] = "PresetCall 255",
        ["cruise_add_g1_p3"] = "CruiseAdd group 1 preset 3",
        ["cruise_del_g1_p3"] = "CruiseDelete group 1 preset 3",
        ["cruise_del_g1_all"] = "CruiseDelete group 1 preset 0",
        ["cruise_speed_g1_100"] = "CruiseSpeed group 1 value 100",
        ["cruise_dwell_g1_30"] = "CruiseDwell group 1 value 30",
        ["cruise_dwell_g1_600"] = "CruiseDwell group 1 value 600",
        ["cruise_start_g1"] = "CruiseStart group 1 value 0",
        ["scan_start_g1"] = "ScanStart group 1",
        ["scan_left_g1"] = "ScanLeftLimit group 1",
        ["scan_right_g1"] = "ScanRightLimit group 1",
        ["scan_speed_g1_300"] = "ScanSpeed group 1 value 300",
        ["wiper_on"] = "AuxiliaryOn 1",
        ["wiper_off"] = "AuxiliaryOff 1",
        ["aux2_on"] = "AuxiliaryOn 2",
        ["aux2_off"] = "AuxiliaryOff 2",
        ["addr_04d_zoom_in_1"] = "zoom +1 @04D",
        ["addr_fff_stop"] = "stop @FFF",
        ["addr_000_stop"] = "stop @000",
        ["bad_checksum"] = "pan -80 !Checksum",
        ["bad_head"] = "!Head",
        ["bad_code1"] = "pan -80 !CombinationCode",
        ["wvp_zoom16_quirk"] = "pan -64 !Checksum",
        ["conflict_left_right"] = "stop",
        ["conflict_zoom"] = "stop",
        ["reserved_8b"] = "Undefined",
    };

    public static TheoryData<string> Names => new(Rows.Select(row => row[0]));

    [Fact]
    public void Every_row_of_the_file_has_its_meaning_here() =>
        Assert.Equal(Rows.Select(row => row[0]).Order(StringComparer.Ordinal), Expected.Keys.Order(StringComparer.Ordinal));

    [Theory, MemberData(nameof(Names))]
    public void Decodes(string name)
    {
        string hex = Hex(name);
        bool accepted = PtzCommand.TryParse(hex, lenient: true, out PtzCommand command, out PtzFault fault);
        string meaning = accepted ? Describe(command) : "";
        if (fault != PtzFault.None) meaning = $"{meaning} !{fault}".Trim();
        Assert.Equal(Expected[name], meaning);
        Assert.Equal(fault == PtzFault.None, PtzCommand.TryParse(hex, lenient: false, out _, out _));
    }

    [Theory, MemberData(nameof(Names))]
    public void Encodes(string name)
    {
        string hex = Hex(name);
        if (!PtzCommand.TryParse(hex, lenient: false, out PtzCommand command, out _)) return;
        Assert.Equal(hex, command.ToHex());
        PtzCommand? again = command.Kind switch
        {
            PtzCommandKind.Move => PtzCommand.FromMove(command.Move),
            PtzCommandKind.Lens => PtzCommand.FromLens(command.Lens),
            PtzCommandKind.AuxiliaryOn or PtzCommandKind.AuxiliaryOff => PtzCommand.FromAuxiliary((byte)command.Auxiliary, command.Kind == PtzCommandKind.AuxiliaryOn),
            _ => null,
        };
        bool isConflict = name.StartsWith("conflict", StringComparison.Ordinal);        // both bits are lost on purpose
        if (again is { } built && !isConflict) Assert.Equal(hex, (built with { Address = command.Address }).ToHex());
    }

    [Fact]
    public void Encodes_stop_from_nothing() => Assert.Equal(Hex("stop_all"), PtzCommand.Stop.ToHex());

    [Theory]
    [InlineData(" a50f010280000037\r\n", PtzFault.None)]
    [InlineData("", PtzFault.Length)]
    [InlineData("A50F0102800000", PtzFault.Length)]
    [InlineData("A50F01028000003", PtzFault.Length)]
    [InlineData("A50F01028000003700", PtzFault.Length)]
    [InlineData("A50F0102800000 7", PtzFault.Length)]
    [InlineData("G50F010280000037", PtzFault.Length)]
    [InlineData("+50F010280000037", PtzFault.Length)]
    [InlineData("5A0F010280000037", PtzFault.Head)]
    public void Text_that_is_not_eight_bytes_is_refused_even_leniently(string text, object fault)
    {
        Assert.Equal((PtzFault)fault == PtzFault.None, PtzCommand.TryParse(text, lenient: true, out _, out PtzFault found));
        Assert.Equal(fault, found);
    }

    [Fact]
    public void Opposite_bits_stop_their_axis_and_no_other()
    {
        Assert.True(PtzCommand.TryParse("A50F010B40200020", lenient: true, out PtzCommand command, out _));        // up, left, right
        Assert.Equal((0, 1, 0), (command.Move.Pan, command.Move.Tilt, command.Move.Zoom));
        var lens = new PtzCommand(0x4F, 9, 9, 0);
        Assert.True(lens.Lens.IsStop);
    }

    [Fact]
    public void Speeds_become_shares_of_top_speed_and_the_slowest_is_no_stop()
    {
        var move = new PtzMove(1, 255, -1, 0, 1, 0);
        Assert.Equal((1f, -1 / 255f, 1 / 15f), (move.PanVelocity, move.TiltVelocity, move.ZoomVelocity));
        Assert.Equal(8 / 15f, new PtzMove(0, 0, 0, 0, 1, 8).ZoomVelocity);
        Assert.Equal((0f, 0f, 0f), (new PtzMove(0, 255, 0, 255, 0, 15).PanVelocity, default(PtzMove).TiltVelocity, default(PtzMove).ZoomVelocity));
        var lens = new PtzLens(-1, 51, 1, 0);
        Assert.Equal((-0.2f, 1 / 255f), (lens.FocusVelocity, lens.IrisVelocity));
    }

    [Fact]
    public void Every_code_has_one_kind_and_none_throws()
    {
        var kinds = new Dictionary<PtzCommandKind, int>();
        for (int code = 0; code < 256; code++)
        {
            PtzCommandKind kind = new PtzCommand((byte)code, 0, 0, 0).Kind;
            kinds[kind] = kinds.GetValueOrDefault(kind) + 1;
        }
        Assert.Equal((64, 16), (kinds[PtzCommandKind.Move], kinds[PtzCommandKind.Lens]));
        Assert.Equal(256 - 64 - 16 - 12, kinds[PtzCommandKind.Undefined]);             // 81 … 8A, 8C, 8D
        Assert.Equal(PtzCommandKind.Undefined, new PtzCommand(0x89, 1, 3, 0).Kind);
    }

    [Fact]
    public void Damaged_commands_never_throw()
    {
        byte[][] seeds = [.. Rows.Select(row => Encoding.ASCII.GetBytes(row[1]))];
        Mutation.Loop(831, seeds, bytes =>
        {
            string text = Encoding.Latin1.GetString(bytes);
            bool strict = PtzCommand.TryParse(text, lenient: false, out _, out PtzFault fault);
            Assert.Equal(fault == PtzFault.None, strict);
            if (PtzCommand.TryParse(text, lenient: true, out PtzCommand command, out _)) Describe(command);
            if (strict) Assert.Equal(text.Trim().ToUpperInvariant(), command.ToHex());
        });
    }

    private static string Hex(string name) => Rows.First(row => row[0] == name)[1];

    private static string Describe(PtzCommand command)
    {
        string what = command.Kind switch
        {
            PtzCommandKind.Move when command.Move.IsStop => "stop",
            PtzCommandKind.Move => Axes(("pan", command.Move.Pan, command.Move.PanSpeed, "X2"), ("tilt", command.Move.Tilt, command.Move.TiltSpeed, "X2"), ("zoom", command.Move.Zoom, command.Move.ZoomSpeed, "X1")),
            PtzCommandKind.Lens when command.Lens.IsStop => "lens stop",
            PtzCommandKind.Lens => Axes(("focus", command.Lens.Focus, command.Lens.FocusSpeed, "X2"), ("iris", command.Lens.Iris, command.Lens.IrisSpeed, "X2")),
            PtzCommandKind.PresetSet or PtzCommandKind.PresetCall or PtzCommandKind.PresetDelete => $"{command.Kind} {command.Preset}",
            PtzCommandKind.CruiseAdd or PtzCommandKind.CruiseDelete => $"{command.Kind} group {command.Group} preset {command.Preset}",
            PtzCommandKind.CruiseSpeed or PtzCommandKind.CruiseDwell or PtzCommandKind.CruiseStart or PtzCommandKind.ScanSpeed =>
                $"{command.Kind} group {command.Group} value {command.Value}",
            PtzCommandKind.ScanStart or PtzCommandKind.ScanLeftLimit or PtzCommandKind.ScanRightLimit => $"{command.Kind} group {command.Group}",
            PtzCommandKind.AuxiliaryOn or PtzCommandKind.AuxiliaryOff => $"{command.Kind} {command.Auxiliary}",
            _ => command.Kind.ToString(),
        };
        return command.Address == PtzCommand.UsualAddress ? what : $"{what} @{command.Address:X3}";
    }

    private static string Axes(params (string Name, int Direction, int Speed, string Format)[] axes) => string.Join(' ', axes
        .Where(axis => axis.Direction != 0)
        .Select(axis => $"{axis.Name} {(axis.Direction > 0 ? '+' : '-')}{axis.Speed.ToString(axis.Format, System.Globalization.CultureInfo.InvariantCulture)}"));
}
