namespace Gb28181Edge.Configuration;

/// <summary>Who uses which pin: the one list that the check for pins used twice and <c>io list</c> are made from.</summary>
internal static class BoardPins
{
    /// <summary>Every pin of the configuration with its place in the file and what it is for; pins that are missing are left out.</summary>
    public static IEnumerable<PinUse> Of(EdgeConfiguration configuration)
    {
        IEnumerable<(string Path, PinName? Pin, string Use)> all =
        [
            .. Each(configuration.Boards, "Boards", Of),
            .. Each(configuration.Buses, "Buses", Of),
            .. Each(configuration.Cameras, "Cameras", Of),
            .. Each(configuration.AlarmInputs, "AlarmInputs", Of),
            .. Each(configuration.Outputs, "Outputs", Of),
        ];
        return all.Where(use => use.Pin is { Text: not null }).Select(use => new PinUse(use.Path, use.Pin!.Value, use.Use));
    }

    private static IEnumerable<(string Path, PinName? Pin, string Use)> Of(BoardOptions board) =>
        board is ExpanderBoardOptions expander ? [("InterruptPin", expander.InterruptPin, $"interrupt of board {board.Name}")] : [];

    private static IEnumerable<(string Path, PinName? Pin, string Use)> Of(BusOptions bus) =>
        [("DirectionPin", bus.DirectionPin, $"direction of bus {bus.Name}")];

    private static IEnumerable<(string Path, PinName? Pin, string Use)> Of(CameraOptions camera) =>
    [
        ("Ptz.Travel.PanHomePin", camera.Ptz?.Travel?.PanHomePin, $"pan home of camera {camera.Name}"),
        ("Ptz.Travel.TiltHomePin", camera.Ptz?.Travel?.TiltHomePin, $"tilt home of camera {camera.Name}"),
        .. camera.Ptz switch
        {
            RelayPtzOptions relay => Of(camera, relay),
            _ => [],
        },
    ];

    private static IEnumerable<(string Path, PinName? Pin, string Use)> Of(CameraOptions camera, RelayPtzOptions relay) =>
        relay.Pins.Select(pin => ($"Ptz.{pin.Key}", pin.Pin, $"{pin.Use} of camera {camera.Name}"));

    private static IEnumerable<(string Path, PinName? Pin, string Use)> Of(AlarmInputOptions input) => [("Pin", input.Pin, $"alarm input {input.Name}")];

    private static IEnumerable<(string Path, PinName? Pin, string Use)> Of(OutputOptions output) => [("Pin", output.Pin, $"output {output.Name}")];

    private static IEnumerable<(string Path, PinName? Pin, string Use)> Each<T>(
        IReadOnlyList<T> items, string list, Func<T, IEnumerable<(string Path, PinName? Pin, string Use)>> pins) =>
        items.SelectMany((item, i) => pins(item).Select(use => ($"{list}[{i}].{use.Path}", use.Pin, use.Use)));
}
