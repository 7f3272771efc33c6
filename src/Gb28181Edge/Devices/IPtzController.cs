using Gb28181Edge.Drivers;

namespace Gb28181Edge.Devices;

/// <summary>A preset that is set.</summary>
/// <param name="Number">1 … 255.</param>
/// <param name="Name">For a person; never empty.</param>
internal sealed record Preset(int Number, string Name);

/// <summary>A cruise group.</summary>
/// <param name="Group">0 … 255; Number of GB/T 28181-2022.</param>
/// <param name="Name">For a person; never empty.</param>
/// <param name="Presets">The points in their order.</param>
/// <param name="DwellSeconds">How long it stands at each point.</param>
/// <param name="Speed">1 … 15, as CruiseTrackQuery tells it.</param>
internal sealed record Cruise(int Group, string Name, IReadOnlyList<int> Presets, int DwellSeconds, int Speed);

/// <summary>看守位: where the head returns to when nobody steers it. GB/T 28181-2016 A.2.3 HomePosition.</summary>
/// <param name="Enabled">False: it stays where it is.</param>
/// <param name="ResetSeconds">How long nobody must have steered.</param>
/// <param name="Preset">1 … 255; 0 is the head's own home.</param>
internal sealed record HomePosition(bool Enabled, int ResetSeconds, int Preset);

/// <summary>One head's loop: keeps the latest move, never drops a stop, stops by itself.</summary>
internal interface IPtzController
{
    /// <summary>Takes an order; never blocks.</summary>
    void Post(PtzOrder order);

    /// <summary>The platform is lost: whatever it moved stops.</summary>
    void PlatformLost(string platform);

    /// <summary>The presets that are set, by number. A snapshot; never blocks.</summary>
    IReadOnlyList<Preset> Presets => [];

    /// <summary>The cruise groups that have points, by group. A snapshot; never blocks.</summary>
    IReadOnlyList<Cruise> Cruises => [];

    /// <summary>Null while none was ever set.</summary>
    HomePosition? Home => null;

    /// <summary>The horizontal angle of view at zoom 1 in degrees; null when it is not known.</summary>
    double? FieldDegrees => null;

    /// <summary>Sets where the head returns to. False when there is no such preset, or the disk refused; then nothing changed.</summary>
    ValueTask<bool> SetHomeAsync(HomePosition home, CancellationToken cancellationToken) => ValueTask.FromResult(false);

    /// <summary>Where the head looks now; null when neither it nor the agent can tell. Asks the head at most twice a second, however many ask.</summary>
    ValueTask<PtzReading?> ReadPositionAsync(CancellationToken cancellationToken) => ValueTask.FromResult<PtzReading?>(null);
}
