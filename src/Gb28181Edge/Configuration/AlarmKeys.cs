namespace Gb28181Edge.Configuration;

/// <summary>The keys of <c>AlarmInputs</c> and <c>Outputs</c>.</summary>
internal static class AlarmKeys
{
    private static RecordShape<TemperatureOptions> Temperature { get; } = new(
        new TemperatureOptions(),
        new TextKey<TemperatureOptions>("Sensor", SensorName.Format, "The thermometer.", o => o.Sensor, (o, v) => o with { Sensor = v! }),
        new NumberKey<TemperatureOptions>("AboveCelsius", -55, 150, "Over-temperature from here on, null for none.", o => o.AboveCelsius, (o, v) => o with { AboveCelsius = v }) { IsNullable = true },
        new NumberKey<TemperatureOptions>("BelowCelsius", -55, 150, "Under-temperature from here on, null for none.", o => o.BelowCelsius, (o, v) => o with { BelowCelsius = v }) { IsNullable = true },
        new NumberKey<TemperatureOptions>("HysteresisCelsius", 0, 50, "How far it has to go back until it is well.", o => o.HysteresisCelsius, (o, v) => o with { HysteresisCelsius = v!.Value }));

    private static RecordShape<StorageOptions> Storage { get; } = new(
        new StorageOptions(),
        new ChoiceKey<StorageOptions, StorageWatch>("Watch", [("full", StorageWatch.Full), ("fault", StorageWatch.Fault)], "What alarms: too little free space, or that nothing can be written.", o => o.Watch, (o, v) => o with { Watch = v }),
        new TextKey<StorageOptions>("Path", TextFormats.AbsolutePath, "A directory in the file system, for fault one that the agent may write to; null is Device.StateDirectory.", o => o.Path, (o, v) => o with { Path = v }) { IsNullable = true },
        new NumberKey<StorageOptions>("FreePercent", 1, 90, "Full below so much free space.", o => o.FreePercent, (o, v) => o with { FreePercent = v!.Value }));

    private static RecordShape<PresetLinkOptions> PresetLink { get; } = new(
        new PresetLinkOptions { Camera = "", Preset = 1 },
        new TextKey<PresetLinkOptions>("Camera", TextFormats.CameraId, "The id of a camera with a head.", o => o.Camera, (o, v) => o with { Camera = v! }) { IsRequired = true },
        new NumberKey<PresetLinkOptions>("Preset", 1, 255, "The preset.", o => o.Preset, (o, v) => o with { Preset = v!.Value }) { IsRequired = true });

    public static RecordShape<AlarmInputOptions> Input { get; } = new(
        new AlarmInputOptions { Id = "" },
        new TextKey<AlarmInputOptions>("Id", TextFormats.AlarmInputId, "The input's id.", o => o.Id, (o, v) => o with { Id = v! }) { IsRequired = true },
        new TextKey<AlarmInputOptions>("Name", TextFormats.Name, "Its name in the catalogue.", o => o.Name, (o, v) => o with { Name = v }) { DefaultNote = "the input's id" },
        new TextKey<AlarmInputOptions>("Description", TextFormats.Name, "What its alarms say, before what was measured.", o => o.Description, (o, v) => o with { Description = v }) { DefaultNote = "its name" },
        BoardKeys.OptionalPin<AlarmInputOptions>("Pin", "The pin of a contact, null where another source is given.", o => o.Pin, (o, v) => o with { Pin = v }),
        new FlagKey<AlarmInputOptions>("ActiveLow", "Low is active.", o => o.ActiveLow, (o, v) => o with { ActiveLow = v }),
        new FlagKey<AlarmInputOptions>("NormallyClosed", "The contact is active at rest, and the alarm is that it is not; turns ActiveLow round.", o => o.NormallyClosed, (o, v) => o with { NormallyClosed = v }),
        new ChoiceKey<AlarmInputOptions, PinPull>("Pull", [("up", PinPull.Up), ("down", PinPull.Down), ("none", PinPull.None)], "The resistor that holds an open input.", o => o.Pull, (o, v) => o with { Pull = v }),
        new NumberKey<AlarmInputOptions>("DebounceMs", 0, 10_000, "A level counts once it has been steady for so long, milliseconds.", o => o.DebounceMs, (o, v) => o with { DebounceMs = v!.Value }),
        new ObjectKey<AlarmInputOptions, TemperatureOptions>("Temperature", Temperature, "A temperature that alarms, instead of a contact.", o => o.Temperature, (o, v) => o with { Temperature = v }) { IsNullable = true },
        new ObjectKey<AlarmInputOptions, StorageOptions>("Storage", Storage, "A file system that alarms, instead of a contact.", o => o.Storage, (o, v) => o with { Storage = v }) { IsNullable = true },
        new TextKey<AlarmInputOptions>("CameraLost", TextFormats.CameraId, "The id of a camera that alarms when it is wanted and gives no picture, instead of a contact.", o => o.CameraLost, (o, v) => o with { CameraLost = v }) { IsNullable = true },
        new NumberKey<AlarmInputOptions>("MinimumMs", 0, 3_600_000, "It alarms once it has been active for so long, milliseconds.", o => o.MinimumMs, (o, v) => o with { MinimumMs = v!.Value }),
        new NumberKey<AlarmInputOptions>("Priority", 1, 4, "AlarmPriority, 1 is the most severe.", o => o.Priority, (o, v) => o with { Priority = v!.Value }),
        new NumberKey<AlarmInputOptions>("Method", 1, 7, "AlarmMethod: 1 telephone, 2 device, 3 short message, 4 GPS, 5 video, 6 device fault, 7 other.", o => o.Method, (o, v) => o with { Method = v!.Value }) { DefaultNote = "6 for a storage fault, else 2" },
        new NumberKey<AlarmInputOptions>("Type", 1, 99, "AlarmType, for methods 2 (to 5), 5 (to 13) and 6 (to 2); 2 with method 2 is tamper; null is what the source is where the method is too, and none for a contact.", o => o.Type, (o, v) => o with { Type = v }) { IsNullable = true },
        new FlagKey<AlarmInputOptions>("Guarded", "Raises alarms until a platform says otherwise; what a platform says is kept.", o => o.Guarded, (o, v) => o with { Guarded = v }),
        new TextsKey<AlarmInputOptions>("Schedule", GuardPeriods.Format, "When it is guarded, weekly, Beijing time; what a platform says holds until it changes the next time. Empty: Guarded and platforms alone.", o => o.Schedule, (o, v) => o with { Schedule = v }),
        new FlagKey<AlarmInputOptions>("Latch", "It stays in alarm until a platform resets it; false: until the source goes back.", o => o.Latch, (o, v) => o with { Latch = v }),
        new NumberKey<AlarmInputOptions>("RearmSeconds", 0, 86_400, "Ready for the next alarm after so long, 0 at once, null only by the platform's reset.", o => o.RearmSeconds, (o, v) => o with { RearmSeconds = v }) { IsNullable = true },
        new TextKey<AlarmInputOptions>("Camera", TextFormats.CameraId, "The id of the camera that looks at it, null for none.", o => o.Camera, (o, v) => o with { Camera = v }) { IsNullable = true },
        new ObjectKey<AlarmInputOptions, PresetLinkOptions>("OnAlarmPreset", PresetLink, "The preset that an alarm calls, null for none.", o => o.OnAlarmPreset, (o, v) => o with { OnAlarmPreset = v }) { IsNullable = true });

    public static RecordShape<OutputOptions> Output { get; } = new(
        new OutputOptions { Id = "", Pin = default },
        new TextKey<OutputOptions>("Id", TextFormats.OutputId, "The output's id.", o => o.Id, (o, v) => o with { Id = v! }) { IsRequired = true },
        new TextKey<OutputOptions>("Name", TextFormats.Name, "Its name in the catalogue.", o => o.Name, (o, v) => o with { Name = v }) { DefaultNote = "the output's id" },
        new PinKey<OutputOptions>("Pin", "The pin.", o => o.Pin, (o, v) => o with { Pin = v!.Value }) { IsRequired = true },
        new FlagKey<OutputOptions>("ActiveLow", "Low switches it on.", o => o.ActiveLow, (o, v) => o with { ActiveLow = v }),
        new NumberKey<OutputOptions>("Auxiliary", 1, 255, "The auxiliary switch number that works it, null for none.", o => o.Auxiliary, (o, v) => o with { Auxiliary = v }) { IsNullable = true },
        new FlagKey<OutputOptions>("OnAlarm", "Bound to every alarm input: asked for while one is in alarm.", o => o.OnAlarm, (o, v) => o with { OnAlarm = v }),
        new TextsKey<OutputOptions>("Inputs", TextFormats.AlarmInputId, "The ids of the alarm inputs that it is bound to, where it is not all.", o => o.Inputs, (o, v) => o with { Inputs = v }),
        new ChoiceKey<OutputOptions, OutputAction>("Mode", [("follow", OutputAction.Follow), ("pulse", OutputAction.Pulse), ("latch", OutputAction.Latch), ("flash", OutputAction.Flash)], "When asked for by an alarm or a command: follow is on meanwhile, flash on and off in turn, pulse on for PulseMs, latch on until it is switched off or the alarm reset.", o => o.Mode, (o, v) => o with { Mode = v }),
        new NumberKey<OutputOptions>("PulseMs", 50, 3_600_000, "How long a pulse takes, milliseconds.", o => o.PulseMs, (o, v) => o with { PulseMs = v!.Value }),
        new NumberKey<OutputOptions>("FlashMs", 100, 60_000, "How long a flash is on, and then off, milliseconds.", o => o.FlashMs, (o, v) => o with { FlashMs = v!.Value }),
        new TextsKey<OutputOptions>("NotWith", TextFormats.OutputId, "The ids of outputs that are never on together with it; the second to be asked for is refused.", o => o.NotWith, (o, v) => o with { NotWith = v }),
        new FlagKey<OutputOptions>("SafeOn", "On while the agent has no hand on it: from opening it until its loop begins, and after its end.", o => o.SafeOn, (o, v) => o with { SafeOn = v }));
}
