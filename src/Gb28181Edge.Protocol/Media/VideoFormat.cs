namespace Gb28181Edge.Protocol.Media;

/// <summary>What a sequence parameter set says about the pictures.</summary>
/// <param name="Id">seq_parameter_set_id.</param>
/// <param name="Width">Luma samples a line, after cropping.</param>
/// <param name="Height">Lines, after cropping.</param>
/// <param name="FrameDuration">90 kHz ticks a frame by the timing information; null when there is none, or none that makes sense.</param>
internal readonly record struct VideoFormat(uint Id, int Width, int Height, long? FrameDuration);
