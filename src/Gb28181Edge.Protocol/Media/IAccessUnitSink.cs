namespace Gb28181Edge.Protocol.Media;

/// <summary>Where a camera source puts what it reads. Called by one source loop at a time.</summary>
internal interface IAccessUnitSink
{
    /// <summary>The pool that units for this sink come from.</summary>
    AccessUnitPool Pool { get; }

    /// <summary>Takes the unit and its reference over. Never blocks; what cannot be kept is dropped and counted by the sink.</summary>
    void Write(AccessUnit unit);
}
