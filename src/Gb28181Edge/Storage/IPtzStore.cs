namespace Gb28181Edge.Storage;

/// <summary>Presets, cruises, scans, home and the running program of each head, kept through restarts.</summary>
/// <remarks>Every call may take as long as the disk does: the loop that stops a head never makes one, but when it is made itself.</remarks>
internal interface IPtzStore
{
    /// <summary>What was saved last, empty for a head that is new. Null, and said, when it cannot be read: then saving would destroy it.</summary>
    PtzRecord? Load(string cameraId);

    /// <summary>Null while none was saved.</summary>
    HomeRecord? LoadHome(string cameraId);

    /// <summary>Saves all of it at once; on the disk when it returns true. False, and said loudly, when the disk takes nothing.</summary>
    bool Save(string cameraId, PtzRecord record);

    /// <summary>Saves; on the disk when it returns true. False, and said loudly, when the disk takes nothing.</summary>
    bool SaveHome(string cameraId, HomeRecord home);
}
