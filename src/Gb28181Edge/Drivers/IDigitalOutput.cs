namespace Gb28181Edge.Drivers;

/// <summary>A switched pin, seen through its active level. Disposing it leaves the pin at its safe value.</summary>
internal interface IDigitalOutput : IAsyncDisposable
{
    /// <summary>Board and pin, for messages.</summary>
    string Name { get; }

    /// <summary>What was set last.</summary>
    bool IsActive { get; }

    /// <summary>Switches the pin; when it returns the pin has the level.</summary>
    /// <exception cref="DriverException">The pin did not take it.</exception>
    void Set(bool active);
}
