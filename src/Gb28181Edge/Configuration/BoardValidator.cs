namespace Gb28181Edge.Configuration;

/// <summary>Checks the boards and their pins, as far as that is possible before any is open.</summary>
internal static class BoardValidator
{
    public static void Check(EdgeConfiguration configuration, ConfigurationFaults faults)
    {
        CheckNames(configuration, faults);
        var pins = new Uniqueness("pin", faults);
        string? standard = DeviceOf(configuration.Board);
        foreach (PinUse use in configuration.Pins)
        {
            if (faults.Has(use.Path)) continue;
            BoardOptions? board = use.Pin.Chip is { } chip ? Find(configuration, chip) : configuration.Board;
            string line = use.Pin.Line;
            if (LinesOf(board) is { } names)
            {
                int at = use.Pin.Number ?? Array.IndexOf(names, line);
                if (at < 0 || at >= names.Length)
                {
                    string title = board!.Name.Length == 0 ? "the board" : $"the board {board.Name}";
                    faults.Add(use.Path, $"{title} has no line {line}", $"0 … {names.Length - 1}, {names[0]} … {names[^1]}");
                    continue;
                }
                line = $"{at}";
            }
            // one chip has several names: the default board's, a further board's, its own
            string? device = board is null ? WithoutDirectory(use.Pin.Chip!) : DeviceOf(board);
            bool isStandard = board == configuration.Board || device is not null && device == standard;
            pins.Claim(use.Path, isStandard ? line : $"{device ?? board?.Name}:{line}", isStandard ? use.Pin.Line : use.Pin.Text);
        }
    }

    private static void CheckNames(EdgeConfiguration configuration, ConfigurationFaults faults)
    {
        var names = new Uniqueness("name", faults);
        var addresses = new Uniqueness("I2C address", faults);
        for (int i = 0; i < configuration.Boards.Count; i++)
        {
            names.Claim($"Boards[{i}].Name", configuration.Boards[i].Name);
            if (configuration.Boards[i] is not ExpanderBoardOptions expander) continue;
            addresses.Claim($"Boards[{i}].Address", $"{expander.Address} of bus {expander.Bus}");
            // an interrupt is an edge that somebody sees at once; this also keeps boards from needing each other
            if (expander.InterruptPin is { Text: not null, Chip: { } chip } && Find(configuration, chip) is ExpanderBoardOptions)
                faults.Add($"Boards[{i}].InterruptPin", $"\"{expander.InterruptPin}\" is a pin of an expander", "a pin of a board that is no expander");
        }
    }

    /// <summary>The names of a board's lines, in order; null where only the kernel knows them.</summary>
    private static string[]? LinesOf(BoardOptions? board) => board switch
    {
        Mcp23017BoardOptions => [.. "AB".SelectMany(port => Enumerable.Range(0, 8).Select(line => $"GP{port}{line}"))],
        Pcf8574BoardOptions pcf => [.. Enumerable.Range(0, pcf.LineCount).Select(line => $"P{line}")],
        SimulatedBoardOptions => [.. Enumerable.Range(0, PinName.HighestLine + 1).Select(line => $"GPIO{line}")],
        _ => null,
    };

    /// <summary>The chip of the kernel that a board is; null for another kind.</summary>
    private static string? DeviceOf(BoardOptions board) => board is GpiodBoardOptions gpiod ? WithoutDirectory(gpiod.Chip) : null;

    private static string WithoutDirectory(string chip) => chip.StartsWith("/dev/", StringComparison.Ordinal) ? chip["/dev/".Length..] : chip;

    private static BoardOptions? Find(EdgeConfiguration configuration, string name) =>
        configuration.Boards.FirstOrDefault(board => board.Name.Equals(name, StringComparison.OrdinalIgnoreCase));
}
