namespace Gb28181Edge.Protocol.Media;

/// <summary>Where a camera source puts what it reads. Called by one source loop at a time.</summary>
internal interface IAccessUnitSink
{
    /// <summary>The pool that units for this sink come from.</summary>
    AccessUnitPool Pool { get; }

    /// <summary>
    /// A stream that will come, as soon as the source knows it: receivers take up the streams that the first map names, and some
    /// never one that a later map adds. Says nothing about when, or whether, its units come.
    /// </summary>
    void Expect(Codec codec)
    {
    }

    /// <summary>Takes the unit and its reference over. Never blocks; what cannot be kept is dropped and counted by the sink.</summary>
    void Write(AccessUnit unit);
}
