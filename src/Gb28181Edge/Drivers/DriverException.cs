namespace Gb28181Edge.Drivers;

/// <summary>A line, chip or head did not do what it was asked; the message says which and why, for a person.</summary>
internal sealed class DriverException(string message, Exception? inner = null) : IOException(message, inner);
