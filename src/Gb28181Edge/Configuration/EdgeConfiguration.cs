namespace Gb28181Edge.Configuration;

/// <summary>The configuration file as values: what one agent is, whom it serves, and what is attached to it.</summary>
/// <remarks>Made by <see cref="ConfigurationFile"/>, or by hand for a demonstration or a test. Ranges are checked by the reader only.</remarks>
internal sealed record EdgeConfiguration
{
    /// <summary>The box itself.</summary>
    public required DeviceOptions Device { get; init; }

    /// <summary>One or more, all served at once.</summary>
    public IReadOnlyList<PlatformOptions> Platforms { get; init; } = [];

    /// <summary>One or more: each is a channel of the catalogue.</summary>
    public IReadOnlyList<CameraOptions> Cameras { get; init; } = [];

    /// <summary>Where the pins are. Opened only when something uses a pin.</summary>
    public BoardOptions Board { get; init; } = new GpiodBoardOptions();

    /// <summary>Serial ports that heads hang on.</summary>
    public IReadOnlyList<BusOptions> Buses { get; init; } = [];

    /// <summary>Contacts that raise alarms.</summary>
    public IReadOnlyList<AlarmInputOptions> AlarmInputs { get; init; } = [];

    /// <summary>Switched outputs.</summary>
    public IReadOnlyList<OutputOptions> Outputs { get; init; } = [];

    /// <summary>Something is attached to a pin of the board, so it has to be opened.</summary>
    public bool UsesPins => AlarmInputs.Count + Outputs.Count > 0
        || Cameras.Any(camera => camera.Ptz is RelayPtzOptions or { Travel.PanHomePin: not null } or { Travel.TiltHomePin: not null })
        || Buses.Any(bus => bus.DirectionPin is not null);
}
