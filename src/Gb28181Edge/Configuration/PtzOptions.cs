namespace Gb28181Edge.Configuration;

/// <summary>How a camera is steered: one record a <c>Driver</c>.</summary>
internal abstract record PtzOptions
{
    /// <summary>The head is stopped when no command came for this long, 1 … 600 s.</summary>
    public int MoveTimeoutSeconds { get; init; } = 30;
}

/// <summary><c>pelco-d</c>: a head on a serial bus.</summary>
internal sealed record PelcoDPtzOptions : PtzOptions
{
    /// <summary>The <c>Name</c> of one of <see cref="EdgeConfiguration.Buses"/>.</summary>
    public string Bus { get; init; } = "rs485";

    /// <summary>The head's address, 1 … 255.</summary>
    public int Address { get; init; } = 1;
}

/// <summary><c>relay</c>: a head whose motors hang on the board's pins. A null pin is a movement that the head has not.</summary>
internal sealed record RelayPtzOptions : PtzOptions
{
    public int? Left { get; init; }
    public int? Right { get; init; }
    public int? Up { get; init; }
    public int? Down { get; init; }
    public int? ZoomIn { get; init; }
    public int? ZoomOut { get; init; }

    /// <summary>True: a low level closes the relay.</summary>
    public bool ActiveLow { get; init; } = true;
}
