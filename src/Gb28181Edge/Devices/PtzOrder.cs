using Gb28181Edge.Drivers;

namespace Gb28181Edge.Devices;

/// <summary>What a platform asks of a head. The controller turns it into driver calls, in order, latest move first.</summary>
internal abstract record PtzOrder(string Platform)
{
    /// <summary>Pan, tilt and zoom as a whole; focus and iris stay as they are. All zero stops them (PTZCmd 00).</summary>
    internal sealed record Move(string Platform, float Pan, float Tilt, float Zoom) : PtzOrder(Platform);

    /// <summary>Focus and iris as a whole; pan, tilt and zoom stay as they are (PTZCmd 40 … 4F).</summary>
    internal sealed record Lens(string Platform, float Focus, float Iris) : PtzOrder(Platform);

    /// <summary>An auxiliary switch of the head (PTZCmd 8C, 8D).</summary>
    internal sealed record Auxiliary(string Platform, int Number, bool On) : PtzOrder(Platform);

    /// <summary>Keeps where the head looks now under a number (PTZCmd 81).</summary>
    /// <param name="Number">1 … 255.</param>
    /// <param name="Name">PresetName of GB/T 28181-2022; null keeps the name there is, or makes one.</param>
    internal sealed record PresetSet(string Platform, int Number, string? Name) : PtzOrder(Platform);

    /// <summary>Goes to a preset (PTZCmd 82).</summary>
    internal sealed record PresetCall(string Platform, int Number) : PtzOrder(Platform);

    /// <summary>Forgets a preset, and its points in cruises (PTZCmd 83).</summary>
    internal sealed record PresetDelete(string Platform, int Number) : PtzOrder(Platform);

    /// <summary>Appends a point to a cruise group (PTZCmd 84).</summary>
    /// <param name="Group">0 … 255.</param>
    /// <param name="Name">CruiseTrackName of GB/T 28181-2022; null keeps the name there is.</param>
    internal sealed record CruiseAdd(string Platform, int Group, int Preset, string? Name) : PtzOrder(Platform);

    /// <summary>Removes a point of a cruise group, or the whole group when the preset is 0 (PTZCmd 85).</summary>
    internal sealed record CruiseDelete(string Platform, int Group, int Preset) : PtzOrder(Platform);

    /// <summary>The speed of a cruise group, 0 … 4095 (PTZCmd 86).</summary>
    internal sealed record CruiseSpeed(string Platform, int Group, int Value) : PtzOrder(Platform);

    /// <summary>How long a cruise group stands at each point, 0 … 4095 s (PTZCmd 87).</summary>
    internal sealed record CruiseDwell(string Platform, int Group, int Seconds) : PtzOrder(Platform);

    /// <summary>Begins a cruise (PTZCmd 88); it goes on until any other order moves the head.</summary>
    internal sealed record CruiseStart(string Platform, int Group) : PtzOrder(Platform);

    /// <summary>Begins a scan between its limits, from right to left (PTZCmd 89 00).</summary>
    internal sealed record ScanStart(string Platform, int Group) : PtzOrder(Platform);

    /// <summary>Where the head looks now is a limit of the scan (PTZCmd 89 01, 02).</summary>
    internal sealed record ScanLimit(string Platform, int Group, bool Left) : PtzOrder(Platform);

    /// <summary>The speed of a scan, 0 … 4095 (PTZCmd 8A).</summary>
    internal sealed record ScanSpeed(string Platform, int Group, int Value) : PtzOrder(Platform);

    /// <summary>Goes to a position (PTZPreciseCtrl of GB/T 28181-2022 A.2.3.1).</summary>
    internal sealed record GoTo(string Platform, PtzPosition Target) : PtzOrder(Platform);

    /// <summary>Fills the view with a box of it (DragZoomIn), or shrinks the view into the box (DragZoomOut). GB/T 28181-2016 A.2.3.</summary>
    /// <param name="In">True for DragZoomIn.</param>
    /// <param name="CenterX">The box's centre, −1 is the left edge of the view, +1 the right one.</param>
    /// <param name="CenterY">−1 is the upper edge, +1 the lower one.</param>
    /// <param name="Width">The box's width as a part of the view's, above 0 up to 1.</param>
    /// <param name="Height">The box's height as a part of the view's, above 0 up to 1.</param>
    internal sealed record DragZoom(string Platform, bool In, double CenterX, double CenterY, double Width, double Height) : PtzOrder(Platform);
}
