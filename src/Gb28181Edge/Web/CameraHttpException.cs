namespace Gb28181Edge.Web;

/// <summary>A camera's web interface did not do what it was asked; the message says where and why, for a person, without secrets.</summary>
/// <param name="message">For a person.</param>
/// <param name="isRefusal">The camera answered, and refused: what is known of it may be out of date. False: it did not answer as it should.</param>
/// <param name="inner">What was behind it.</param>
internal sealed class CameraHttpException(string message, bool isRefusal = false, Exception? inner = null) : IOException(message, inner)
{
    public bool IsRefusal { get; } = isRefusal;
}
