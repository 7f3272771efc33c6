namespace Gb28181Edge.Devices;

/// <summary>What this box is, as platforms see it: fixed while the agent runs.</summary>
internal sealed record DeviceModel
{
    /// <summary>20 digits.</summary>
    public required string Id { get; init; }
    public required string Name { get; init; }
    public required string Manufacturer { get; init; }
    public required string Model { get; init; }
    public required string Firmware { get; init; }
    /// <summary>2, 4, 6 or 8 digits.</summary>
    public required string CivilCode { get; init; }
    public required IReadOnlyList<CameraChannel> Cameras { get; init; }
    public required IReadOnlyList<AlarmInputItem> AlarmInputs { get; init; }
    public required IReadOnlyList<OutputItem> Outputs { get; init; }
}

/// <summary>A camera with its own DeviceId: a channel of the catalogue.</summary>
/// <param name="Id">20 digits.</param>
/// <param name="Name">For a person.</param>
/// <param name="HasPtz">A head is attached.</param>
internal sealed record CameraChannel(string Id, string Name, bool HasPtz);

/// <summary>An alarm input in the catalogue.</summary>
internal sealed record AlarmInputItem(string Id, string Name, string? CameraId);

/// <summary>An output in the catalogue.</summary>
internal sealed record OutputItem(string Id, string Name, int? Auxiliary);
