namespace Gb28181Edge.Drivers;

/// <summary>A thermometer.</summary>
internal interface ITemperatureSensor
{
    /// <summary>For messages.</summary>
    string Name { get; }

    /// <summary>The temperature now, °C. May block, for a second with some.</summary>
    /// <exception cref="DriverException">It is not there, or what it says is wrong.</exception>
    double ReadCelsius();
}
