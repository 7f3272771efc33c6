namespace Gb28181Edge.Configuration;

/// <summary>The keys of <c>Board</c> and <c>Buses</c>, and what a pin is.</summary>
internal static class BoardKeys
{
    /// <summary>The highest line of a chip.</summary>
    public const int HighestPin = 1023;

    private static readonly int[] Bauds = [300, 600, 1200, 1800, 2400, 4800, 9600, 19_200, 38_400, 57_600, 115_200, 230_400];

    public static UnionShape<BoardOptions> Board { get; } = new(
        "Driver", "What the pins belong to.", "gpiod",
        new ShapeCase<BoardOptions, GpiodBoardOptions>("gpiod", new(
            new GpiodBoardOptions(),
            new TextKey<GpiodBoardOptions>("Chip", TextFormats.AbsolutePath, "The GPIO chip's device.", o => o.Chip, (o, v) => o with { Chip = v! }))),
        new ShapeCase<BoardOptions, SimulatedBoardOptions>("simulated", new(
            new SimulatedBoardOptions(),
            new TextKey<SimulatedBoardOptions>("Directory", TextFormats.AbsolutePath, "Holds one file a pin, named by its number, with 0 or 1 in it.", o => o.Directory, (o, v) => o with { Directory = v! }))));

    public static RecordShape<BusOptions> Bus { get; } = new(
        new BusOptions(),
        new TextKey<BusOptions>("Name", TextFormats.Name, "What Ptz.Bus refers to, unique.", o => o.Name, (o, v) => o with { Name = v! }),
        new TextKey<BusOptions>("Port", TextFormats.AbsolutePath, "The serial port, any tty.", o => o.Port, (o, v) => o with { Port = v! }),
        new NumberKey<BusOptions>("Baud", Bauds[0], Bauds[^1], "Bits a second.", o => o.Baud, (o, v) => o with { Baud = v!.Value }) { Values = Bauds },
        new TextKey<BusOptions>("Format", TextFormats.Serial, "Data bits, parity, stop bits.", o => o.Format.ToString(), (o, v) => SerialFormat.TryParse(v!, out SerialFormat f) ? o with { Format = f } : o),
        OptionalPin<BusOptions>("DirectionPin", "The pin that is high while the agent sends, null for an adapter that turns round by itself.", o => o.DirectionPin, (o, v) => o with { DirectionPin = v }));

    /// <summary>A pin that may be left out.</summary>
    public static NumberKey<T> OptionalPin<T>(string name, string summary, Func<T, int?> get, Func<T, int?, T> set) =>
        new(name, 0, HighestPin, summary, get, set) { IsNullable = true };
}
