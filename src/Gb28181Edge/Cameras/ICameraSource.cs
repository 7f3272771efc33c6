using Gb28181Edge.Protocol.Media;

namespace Gb28181Edge.Cameras;

/// <summary>Where a camera's pictures come from. One run at a time; the camera's stream supervises it.</summary>
internal interface ICameraSource
{
    /// <summary>What it is, for logs and errors, without secrets: <c>rtsp://192.0.2.20/stream1</c>.</summary>
    string Description { get; }

    /// <summary>Opens the source and hands its access units to <paramref name="sink"/> until stopped or broken.</summary>
    /// <returns>When the source has ended by itself (a file without loop).</returns>
    /// <exception cref="CameraException">It could not be opened, or broke; the message says why, for a person.</exception>
    /// <exception cref="OperationCanceledException"><paramref name="stop"/> was cancelled.</exception>
    Task RunAsync(IAccessUnitSink sink, CancellationToken stop);
}

/// <summary>A camera source failed; the message says what is wrong and where, for a person, without secrets.</summary>
internal sealed class CameraException(string message, Exception? inner = null) : IOException(message, inner);
