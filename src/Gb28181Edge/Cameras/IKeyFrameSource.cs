namespace Gb28181Edge.Cameras;

/// <summary>A camera source that can make its camera send a key frame when it is asked.</summary>
internal interface IKeyFrameSource
{
    /// <summary>Asks for a key frame soon. Any thread; does not wait, and does nothing while the source is not open.</summary>
    void RequestKeyFrame();
}
