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
            Name<SimulatedBoardOptions>(), Directory)));

    public static RecordShape<BusOptions> Bus { get; } = new(
        new BusOptions(),
        new TextKey<BusOptions>("Name", TextFormats.Name, "What Ptz.Bus refers to, unique.", o => o.Name, (o, v) => o with { Name = v! }),
        new TextKey<BusOptions>("Port", TextFormats.AbsolutePath, "The serial port, any tty.", o => o.Port, (o, v) => o with { Port = v! }),
        new NumberKey<BusOptions>("Baud", Bauds[0], Bauds[^1], "Bits a second.", o => o.Baud, (o, v) => o with { Baud = v!.Value }) { Values = Bauds },
        new TextKey<BusOptions>("Format", TextFormats.Serial, "Data bits, parity, stop bits.", o => o.Format.ToString(), (o, v) => SerialFormat.TryParse(v!, out SerialFormat f) ? o with { Format = f } : o),
        OptionalPin<BusOptions>("DirectionPin", "The pin that is high while the agent sends, null for an adapter that turns round by itself.", o => o.DirectionPin, (o, v) => o with { DirectionPin = v }));

    /// <summary>A pin that may be left out.</summary>
    public static PinKey<T> OptionalPin<T>(string name, string summary, Func<T, PinName?> get, Func<T, PinName?, T> set) =>
        new(name, summary, get, set) { IsNullable = true };

    private static TextKey<T> Name<T>() where T : BoardOptions =>
        new("Name", TextFormats.BoardName, "What pins name it by, unique.", o => o.Name, (o, v) => o with { Name = v! }) { IsRequired = true };
}
