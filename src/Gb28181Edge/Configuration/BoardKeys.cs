namespace Gb28181Edge.Configuration;

/// <summary>The keys of <c>Board</c>, <c>Boards</c> and <c>Buses</c>.</summary>
internal static class BoardKeys
{
    private static readonly int[] Bauds = [300, 600, 1200, 1800, 2400, 4800, 9600, 19_200, 38_400, 57_600, 115_200, 230_400];

    private static TextKey<GpiodBoardOptions> Chip => new("Chip", TextFormats.Chip, "The GPIO chip's device, or its label as gpiodetect prints it.", o => o.Chip, (o, v) => o with { Chip = v! });

    private static TextKey<SimulatedBoardOptions> Directory => new("Directory", TextFormats.AbsolutePath, "Holds one file a pin, named by its number, with 0 or 1 in it.", o => o.Directory, (o, v) => o with { Directory = v! });

    public static UnionShape<BoardOptions> Board { get; } = new(
        "Driver", "What the pins belong to.", "gpiod",
        new ShapeCase<BoardOptions, GpiodBoardOptions>("gpiod", new(
            new GpiodBoardOptions(),
            Chip)),
        new ShapeCase<BoardOptions, SimulatedBoardOptions>("simulated", new(
            new SimulatedBoardOptions(),
            Directory)));

    /// <summary>One of the further boards.</summary>
    public static UnionShape<BoardOptions> Further { get; } = new(
        "Driver", "What the pins belong to.", null,
        new ShapeCase<BoardOptions, GpiodBoardOptions>("gpiod", new(
            new GpiodBoardOptions(),
            Name<GpiodBoardOptions>(), Chip)),
        new ShapeCase<BoardOptions, SimulatedBoardOptions>("simulated", new(
            new SimulatedBoardOptions(),
            Name<SimulatedBoardOptions>(), Directory)),
        new ShapeCase<BoardOptions, Mcp23017BoardOptions>("mcp23017", new(
            new Mcp23017BoardOptions(),
            Expander<Mcp23017BoardOptions>([.. Enumerable.Range(32, 8)]))),
        new ShapeCase<BoardOptions, Pcf8574BoardOptions>("pcf8574", new(
            new Pcf8574BoardOptions(),
            Expander<Pcf8574BoardOptions>([.. Enumerable.Range(32, 8), .. Enumerable.Range(56, 8)]))));

    public static RecordShape<BusOptions> Bus { get; } = new(
        new BusOptions(),
        new TextKey<BusOptions>("Name", TextFormats.Name, "What Ptz.Bus refers to, unique.", o => o.Name, (o, v) => o with { Name = v! }),
        new TextKey<BusOptions>("Port", TextFormats.AbsolutePath, "The serial port, any tty.", o => o.Port, (o, v) => o with { Port = v! }),
        new NumberKey<BusOptions>("Baud", Bauds[0], Bauds[^1], "Bits a second.", o => o.Baud, (o, v) => o with { Baud = v!.Value }) { Values = Bauds },
        new TextKey<BusOptions>("Format", TextFormats.Serial, "Data bits, parity, stop bits.", o => o.Format.ToString(), (o, v) => SerialFormat.TryParse(v!, out SerialFormat f) ? o with { Format = f } : o),
        OptionalPin<BusOptions>("DirectionPin", "The pin that is high while the agent sends, null for an adapter that turns round by itself.", o => o.DirectionPin, (o, v) => o with { DirectionPin = v }),
        new ChoiceKey<BusOptions, BusRs485>("Rs485", [("as-found", BusRs485.AsFound), ("kernel", BusRs485.Kernel), ("off", BusRs485.Off)], "The kernel's own control of the transceiver by RTS: left as the port has it, switched on, or switched off for RS-232.", o => o.Rs485, (o, v) => o with { Rs485 = v }),
        new NumberKey<BusOptions>("GapMs", 1, 1000, "Silence between two frames, milliseconds; a stop waits less.", o => o.GapMs, (o, v) => o with { GapMs = v!.Value }));

    /// <summary>A pin that may be left out.</summary>
    public static PinKey<T> OptionalPin<T>(string name, string summary, Func<T, PinName?> get, Func<T, PinName?, T> set) =>
        new(name, summary, get, set) { IsNullable = true };

    private static ConfigurationKey<T>[] Expander<T>(int[] addresses) where T : ExpanderBoardOptions =>
    [
        Name<T>(),
        new NumberKey<T>("Bus", 0, 255, "The I2C bus, the N of /dev/i2c-N.", o => o.Bus, (o, v) => o with { Bus = v!.Value }),
        new NumberKey<T>("Address", addresses[0], addresses[^1], "Its I2C address as the jumpers set it.", o => o.Address, (o, v) => o with { Address = v!.Value }) { Values = addresses },
        OptionalPin<T>("InterruptPin", "The pin of a board without I2C that its interrupt output is wired to, null when it is polled.", o => o.InterruptPin, (o, v) => o with { InterruptPin = v }),
        new NumberKey<T>("PollMs", 1, 1000, "Time between readings where no interrupt tells, milliseconds.", o => o.PollMs, (o, v) => o with { PollMs = v!.Value }),
    ];

    private static TextKey<T> Name<T>() where T : BoardOptions =>
        new("Name", TextFormats.BoardName, "What pins name it by, unique.", o => o.Name, (o, v) => o with { Name = v! }) { IsRequired = true };
}
