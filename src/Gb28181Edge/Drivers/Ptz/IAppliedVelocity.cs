namespace Gb28181Edge.Drivers.Ptz;

/// <summary>A driver that knows which motion is in force, where that is not what it was told last: relays wait between two directions.</summary>
internal interface IAppliedVelocity
{
    /// <summary>What the motors do now, as far as the driver can know.</summary>
    PtzVelocity Applied { get; }
}
