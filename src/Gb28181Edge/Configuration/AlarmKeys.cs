namespace Gb28181Edge.Configuration;

/// <summary>The keys of <c>AlarmInputs</c> and <c>Outputs</c>.</summary>
internal static class AlarmKeys
{
    public static RecordShape<AlarmInputOptions> Input { get; } = new(
        new AlarmInputOptions { Id = "", Pin = default },
        new TextKey<AlarmInputOptions>("Id", TextFormats.AlarmInputId, "The input's id.", o => o.Id, (o, v) => o with { Id = v! }) { IsRequired = true },
        new TextKey<AlarmInputOptions>("Name", TextFormats.Name, "Its name in the catalogue.", o => o.Name, (o, v) => o with { Name = v }) { DefaultNote = "the input's id" },
        new PinKey<AlarmInputOptions>("Pin", "The pin.", o => o.Pin, (o, v) => o with { Pin = v!.Value }) { IsRequired = true },
        new FlagKey<AlarmInputOptions>("ActiveLow", "Low is alarm.", o => o.ActiveLow, (o, v) => o with { ActiveLow = v }),
        new ChoiceKey<AlarmInputOptions, PinPull>("Pull", [("up", PinPull.Up), ("down", PinPull.Down), ("none", PinPull.None)], "The resistor that holds an open input.", o => o.Pull, (o, v) => o with { Pull = v }),
        new NumberKey<AlarmInputOptions>("DebounceMs", 0, 10_000, "A level counts once it has been steady for so long, milliseconds.", o => o.DebounceMs, (o, v) => o with { DebounceMs = v!.Value }),
        new NumberKey<AlarmInputOptions>("Priority", 1, 4, "AlarmPriority, 1 is the most severe.", o => o.Priority, (o, v) => o with { Priority = v!.Value }),
        new NumberKey<AlarmInputOptions>("Method", 1, 7, "AlarmMethod: 1 telephone, 2 device, 3 short message, 4 GPS, 5 video, 6 device fault, 7 other.", o => o.Method, (o, v) => o with { Method = v!.Value }),
        new NumberKey<AlarmInputOptions>("Type", 1, 99, "AlarmType, for methods 2, 5 and 6; null for a plain contact.", o => o.Type, (o, v) => o with { Type = v }) { IsNullable = true },
        new FlagKey<AlarmInputOptions>("Guarded", "Raises alarms until a platform says otherwise; what a platform says is kept.", o => o.Guarded, (o, v) => o with { Guarded = v }),
        new NumberKey<AlarmInputOptions>("RearmSeconds", 0, 86_400, "Ready for the next alarm after so long, 0 at once, null only by the platform's reset.", o => o.RearmSeconds, (o, v) => o with { RearmSeconds = v }) { IsNullable = true },
        new TextKey<AlarmInputOptions>("Camera", TextFormats.CameraId, "The id of the camera that looks at it, null for none.", o => o.Camera, (o, v) => o with { Camera = v }) { IsNullable = true });

    public static RecordShape<OutputOptions> Output { get; } = new(
        new OutputOptions { Id = "", Pin = default },
        new TextKey<OutputOptions>("Id", TextFormats.OutputId, "The output's id.", o => o.Id, (o, v) => o with { Id = v! }) { IsRequired = true },
        new TextKey<OutputOptions>("Name", TextFormats.Name, "Its name in the catalogue.", o => o.Name, (o, v) => o with { Name = v }) { DefaultNote = "the output's id" },
        new PinKey<OutputOptions>("Pin", "The pin.", o => o.Pin, (o, v) => o with { Pin = v!.Value }) { IsRequired = true },
        new FlagKey<OutputOptions>("ActiveLow", "Low switches it on.", o => o.ActiveLow, (o, v) => o with { ActiveLow = v }),
        new NumberKey<OutputOptions>("Auxiliary", 1, 255, "The auxiliary switch number that works it, null for none.", o => o.Auxiliary, (o, v) => o with { Auxiliary = v }) { IsNullable = true },
        new FlagKey<OutputOptions>("OnAlarm", "On while a guarded input is in alarm, until the platform resets it.", o => o.OnAlarm, (o, v) => o with { OnAlarm = v }));
}
