using Gb28181Edge.Storage;

namespace Gb28181Edge.Tests.Devices;

/// <summary>A store in memory; it can refuse, and it can take for ever.</summary>
internal sealed class FakePtzStore : IPtzStore
{
    private volatile PtzRecord _record = PtzRecord.Empty;
    private volatile HomeRecord? _home;

    /// <summary>It takes nothing.</summary>
    public volatile bool Full;

    /// <summary>While set, a save waits here.</summary>
    public volatile ManualResetEventSlim? Hold;

    /// <summary>It cannot be read.</summary>
    public bool Unreadable { get; init; }

    public int Saves;
    public PtzRecord Record => _record;
    public HomeRecord? Home => _home;

    public PtzRecord? Load(string cameraId) => Unreadable ? null : _record;

    public HomeRecord? LoadHome(string cameraId) => _home;

    public bool Save(string cameraId, PtzRecord record)
    {
        if (!Takes())
            return false;
        _record = record;
        return true;
    }

    public bool SaveHome(string cameraId, HomeRecord home)
    {
        if (!Takes())
            return false;
        _home = home;
        return true;
    }

    private bool Takes()
    {
        Interlocked.Increment(ref Saves);
        Hold?.Wait();
        return !Full;
    }
}
