namespace Gb28181Edge.Configuration;

/// <summary>Checks what the keys of one head can only be together: limits, and the travel of a blind head.</summary>
internal static class PtzValidator
{
    public static void Check(EdgeConfiguration configuration, ConfigurationFaults faults)
    {
        for (int i = 0; i < configuration.Cameras.Count; i++)
        {
            if (configuration.Cameras[i].Ptz is not { } ptz) continue;
            string path = $"Cameras[{i}].Ptz";
            CheckLimits(path, ptz, faults);
            if (ptz.Travel is { } travel) CheckTravel($"{path}.Travel", travel, faults);
        }
    }

    private static void CheckLimits(string path, PtzOptions ptz, ConfigurationFaults faults)
    {
        if (ptz.PanMinDegrees is null != ptz.PanMaxDegrees is null)
            faults.Add(path, "has one pan limit without the other", "PanMinDegrees and PanMaxDegrees, or neither");
        else if (ptz.PanMinDegrees is { } pan && pan == ptz.PanMaxDegrees)
            faults.Add($"{path}.PanMaxDegrees", $"{pan} is PanMinDegrees too, which leaves no way to turn", "two angles that differ");
        if (ptz.TiltMinDegrees >= ptz.TiltMaxDegrees)
            faults.Add($"{path}.TiltMaxDegrees", $"{ptz.TiltMaxDegrees} is not above TiltMinDegrees {ptz.TiltMinDegrees}", "an angle above it");
    }

    private static void CheckTravel(string path, PtzTravelOptions travel, ConfigurationFaults faults)
    {
        if (faults.HasWithin(path)) return;
        Together($"{path}.PanSeconds", "PanDegrees", travel.PanDegrees is not null, travel.PanSeconds is not null, faults);
        Together($"{path}.TiltSeconds", "TiltDegrees", travel.TiltDegrees is not null, travel.TiltSeconds is not null, faults);
        if (travel is { PanDegrees: null, PanSeconds: null, TiltDegrees: null, TiltSeconds: null, ZoomSeconds: null })
            faults.Add(path, "reckons no axis", "PanDegrees with PanSeconds, TiltDegrees with TiltSeconds, or ZoomSeconds");
        if (travel.TiltDegrees is { } degrees && travel.TiltAtBottomDegrees + degrees > 90)
            faults.Add($"{path}.TiltDegrees", $"{degrees} from {travel.TiltAtBottomDegrees} upwards ends beyond 90", "at most 90 - TiltAtBottomDegrees");
        Needed($"{path}.PanHomePin", travel.PanHomePin, "PanDegrees", travel.PanDegrees, faults);
        Needed($"{path}.TiltHomePin", travel.TiltHomePin, "TiltDegrees", travel.TiltDegrees, faults);
    }

    private static void Together(string path, string other, bool degrees, bool seconds, ConfigurationFaults faults)
    {
        if (degrees != seconds) faults.Add(path, seconds ? $"is given without {other}" : $"is missing beside {other}", "both, or neither");
    }

    private static void Needed(string path, PinName? pin, string other, int? degrees, ConfigurationFaults faults)
    {
        if (pin is not null && degrees is null) faults.Add(path, $"is given without {other}", $"null, or {other} too");
    }
}
