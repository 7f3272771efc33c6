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
        return all.Where(use => use.Pin is { Text: not null }).Select(use => With(configuration, new PinUse(use.Path, use.Pin!.Value, use.Use)));
    }

    /// <summary>The use with its direction and sense.</summary>
    private static PinUse With(EdgeConfiguration configuration, PinUse use)
    {
        string list = use.Path[..use.Path.IndexOf('[', StringComparison.Ordinal)];
        int number = int.Parse(use.Path.AsSpan(list.Length + 1, use.Path.IndexOf(']', StringComparison.Ordinal) - list.Length - 1), provider: null);
        return list switch
        {
            "AlarmInputs" => use with { IsInput = true, ActiveLow = configuration.AlarmInputs[number] is var input && input.ActiveLow != input.NormallyClosed },
            "Outputs" => use with { ActiveLow = configuration.Outputs[number].ActiveLow },
            "Boards" => use with { IsInput = true, ActiveLow = true },
            "Cameras" when use.Path.Contains(".Travel.", StringComparison.Ordinal) =>
                use with { IsInput = true, ActiveLow = configuration.Cameras[number].Ptz!.Travel!.HomeActiveLow },
            "Cameras" when configuration.Cameras[number].Ptz is RelayPtzOptions relay => use with { ActiveLow = relay.ActiveLow },
            "Cameras" when configuration.Cameras[number].Ptz is StepperPtzOptions stepper =>
                With(use, use.Path.Contains(".Pan.", StringComparison.Ordinal) ? stepper.Pan : stepper.Tilt),
            _ => use,
        };
    }

    private static PinUse With(PinUse use, StepperAxisOptions? axis) => use.Path.EndsWith(".HomePin", StringComparison.Ordinal)
        ? use with { IsInput = true, ActiveLow = axis is { HomeActiveLow: true } }
        : use with { ActiveLow = axis is { ActiveLow: true } };

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
            StepperPtzOptions stepper => Of(camera, stepper.Pan, "Pan").Concat(Of(camera, stepper.Tilt, "Tilt")),
            _ => [],
        },
    ];

    private static IEnumerable<(string Path, PinName? Pin, string Use)> Of(CameraOptions camera, RelayPtzOptions relay) =>
        relay.Pins.Select(pin => ($"Ptz.{pin.Key}", pin.Pin, $"{pin.Use} of camera {camera.Name}"));

    private static IEnumerable<(string Path, PinName? Pin, string Use)> Of(CameraOptions camera, StepperAxisOptions? axis, string name) =>
        axis is null ? [] : axis.Pins.Select(pin => ($"Ptz.{name}.{pin.Key}", pin.Pin, $"{name} {pin.Key} of camera {camera.Name}"));

    private static IEnumerable<(string Path, PinName? Pin, string Use)> Of(AlarmInputOptions input) => [("Pin", input.Pin, $"alarm input {input.Name}")];

    private static IEnumerable<(string Path, PinName? Pin, string Use)> Of(OutputOptions output) => [("Pin", output.Pin, $"output {output.Name}")];

    private static IEnumerable<(string Path, PinName? Pin, string Use)> Each<T>(
        IReadOnlyList<T> items, string list, Func<T, IEnumerable<(string Path, PinName? Pin, string Use)>> pins) =>
        items.SelectMany((item, i) => pins(item).Select(use => ($"{list}[{i}].{use.Path}", use.Pin, use.Use)));
}
