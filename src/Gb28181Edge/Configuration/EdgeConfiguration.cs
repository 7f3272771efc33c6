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

    /// <summary>Further boards, each with its name.</summary>
    public IReadOnlyList<BoardOptions> Boards { get; init; } = [];

    /// <summary>Serial ports that heads hang on.</summary>
    public IReadOnlyList<BusOptions> Buses { get; init; } = [];

    /// <summary>What raises alarms.</summary>
    public IReadOnlyList<AlarmInputOptions> AlarmInputs { get; init; } = [];

    /// <summary>Switched outputs.</summary>
    public IReadOnlyList<OutputOptions> Outputs { get; init; } = [];

    /// <summary>Everything that is wired to a pin, in the order of the file.</summary>
    public IEnumerable<PinUse> Pins => [.. BoardPins.Of(this)];
}
