using Gb28181Edge.Drivers;

namespace Gb28181Edge.Devices;

/// <summary>Where to look so that a box of the picture fills it, or the picture shrinks into the box. GB/T 28181-2016 A.2.3 DragZoomIn, DragZoomOut.</summary>
/// <remarks>The picture is a plane before the lens, 16:9; the tilt that there is counts, so that a box near the zenith turns the head as far as it must.</remarks>
internal static class FieldOfView
{
    private const double Aspect = 9.0 / 16.0;

    /// <summary>The position that the order means.</summary>
    /// <param name="zoom">The order.</param>
    /// <param name="fieldDegrees">The horizontal angle of view at zoom 1, above 0 and below 180.</param>
    /// <param name="from">Where the head looks; an axis that is not known stays as it is.</param>
    public static PtzPosition Target(PtzOrder.DragZoom zoom, double fieldDegrees, PtzPosition from)
    {
        double now = Math.Max(from.Zoom ?? 1, 1);
        double factor = zoom.In ? 1 / Math.Max(zoom.Width, zoom.Height) : Math.Min(zoom.Width, zoom.Height);
        double then = Math.Max(now * factor, 1);
        // In: the box's centre of the present view comes into the middle. Out: the present middle comes to the box's centre of the view to come.
        double half = Math.Tan(double.DegreesToRadians(fieldDegrees) / 2) / (zoom.In ? now : from.Zoom is null ? now : then);
        double side = zoom.In ? 1 : -1;
        double x = side * zoom.CenterX * half, y = -side * zoom.CenterY * half * Aspect;
        double tilt = double.DegreesToRadians(from.Tilt ?? 0);
        double forward = Math.Cos(tilt) - y * Math.Sin(tilt), upward = Math.Sin(tilt) + y * Math.Cos(tilt);
        double panBy = double.RadiansToDegrees(Math.Atan2(x, forward));
        double tiltTo = double.RadiansToDegrees(Math.Atan2(upward, Math.Sqrt(x * x + forward * forward)));
        return new PtzPosition(
            from.Pan is { } pan ? ((pan + panBy) % 360 + 360) % 360 : null, from.Tilt is null ? null : tiltTo, from.Zoom is null ? null : then);
    }
}
