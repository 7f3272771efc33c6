using Gb28181Edge.Devices;
using Gb28181Edge.Protocol.Manscdp;

namespace Gb28181Edge.Gb28181;

/// <summary>The heads as platforms see them: whom an id means, and where they look in the terms of GB/T 28181-2022 A.2.6.15.</summary>
internal static class HeadLookup
{
    /// <summary>A picture's height as a part of its width. Heads tell the horizontal angle of view only.</summary>
    private const double Aspect = 9.0 / 16;

    /// <summary>The device's own id means its only head: some platforms know a device and no channels.</summary>
    public static string HeadId(this DeviceContext context, string id) =>
        context.IsDevice(id) && context.Heads.Count == 1 ? context.Heads.Keys.First() : id;

    /// <summary>Null when the camera has no head, or the device several.</summary>
    public static IPtzController? Head(this DeviceContext context, string id) => context.Heads.GetValueOrDefault(context.HeadId(id));

    /// <summary>Where a head looks now; null when neither it nor the agent can tell any axis.</summary>
    public static async ValueTask<PtzPositionItem?> ReadAsync(this IPtzController head, CancellationToken cancellationToken)
    {
        if (await head.ReadPositionAsync(cancellationToken) is not { } reading) return null;
        (double? pan, double? tilt, double? zoom) = reading.Position;
        if (pan is null && tilt is null && zoom is null) return null;
        double? across = FieldAngle(head.FieldDegrees, zoom);
        // the platform counts tilt downwards
        return new PtzPositionItem(pan, -tilt, zoom, across, across is { } angle ? Angle(Math.Tan(Radians(angle) / 2) * Aspect) : null);
    }

    /// <summary>The angle of view shrinks as its tangent with the magnification; null when either is not known.</summary>
    private static double? FieldAngle(double? widest, double? zoom) =>
        widest is > 0 and < 180 && zoom is >= 1 ? Angle(Math.Tan(Radians(widest.Value) / 2) / zoom.Value) : null;

    private static double Angle(double tangentOfHalf) => 2 * Math.Atan(tangentOfHalf) * 180 / Math.PI;

    private static double Radians(double degrees) => degrees * Math.PI / 180;
}
