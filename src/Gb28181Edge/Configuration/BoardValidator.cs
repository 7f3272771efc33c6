namespace Gb28181Edge.Configuration;

/// <summary>Checks the boards and their pins, as far as that is possible before any is open.</summary>
internal static class BoardValidator
{
    public static void Check(EdgeConfiguration configuration, ConfigurationFaults faults)
    {
        CheckNames(configuration, faults);
        var pins = new Uniqueness("pin", faults);
        string? standard = configuration.Board is GpiodBoardOptions gpiod ? gpiod.Chip : null;
        foreach (PinUse use in configuration.Pins)
        {
            if (faults.Has(use.Path)) continue;
            BoardOptions? board = use.Pin.Chip is null ? null : Find(configuration, use.Pin.Chip);
            if (board is ExpanderBoardOptions expander) CheckLine(use, expander, faults);
            // the default board may also be named as a chip
            bool isStandard = board is null && use.Pin.Chip is { } chip && (chip == standard || $"/dev/{chip}" == standard);
            pins.Claim(use.Path, isStandard ? use.Pin.Line : use.Pin.Text);
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

    private static void CheckLine(PinUse use, ExpanderBoardOptions expander, ConfigurationFaults faults)
    {
        string[] names = expander is Mcp23017BoardOptions
            ? [.. "AB".SelectMany(port => Enumerable.Range(0, 8).Select(line => $"GP{port}{line}"))]
            : [.. Enumerable.Range(0, expander.LineCount).Select(line => $"P{line}")];
        if (use.Pin.Number is { } number ? number < expander.LineCount : names.Contains(use.Pin.Line)) return;
        faults.Add(use.Path, $"the board {expander.Name} has no line {use.Pin.Line}", $"0 … {expander.LineCount - 1}, {names[0]} … {names[^1]}");
    }

    private static BoardOptions? Find(EdgeConfiguration configuration, string name) =>
        configuration.Boards.FirstOrDefault(board => board.Name.Equals(name, StringComparison.OrdinalIgnoreCase));
}
