namespace Gb28181Edge.Configuration;

/// <summary>Checks how cameras are reached through their web interfaces.</summary>
internal static class WebValidator
{
    public static void Check(EdgeConfiguration configuration, ConfigurationFaults faults)
    {
        for (int i = 0; i < configuration.Cameras.Count; i++)
        {
            CameraOptions camera = configuration.Cameras[i];
            if (camera.Source is IWebAccess source) CheckAccess($"Cameras[{i}].Source", source, faults);
            if (camera.Ptz is IWebAccess head) CheckAccess($"Cameras[{i}].Ptz", head, faults);
            if (camera.Ptz is not OnvifPtzOptions onvif) continue;
            Differ($"Cameras[{i}].Ptz.PanToDegrees", onvif.PanToDegrees, "PanFromDegrees", onvif.PanFromDegrees, faults);
            Differ($"Cameras[{i}].Ptz.TiltToDegrees", onvif.TiltToDegrees, "TiltFromDegrees", onvif.TiltFromDegrees, faults);
        }
    }

    private static void CheckAccess(string path, IWebAccess access, ConfigurationFaults faults)
    {
        if (access.Url is null == access.Host is null && !faults.HasWithin(path))
            faults.Add(path, access.Url is null ? "says nowhere where the camera is" : "has both Url and Host", "one of Url and Host");
        if (access.Password is not null && access.PasswordFile is not null)
            faults.Add($"{path}.PasswordFile", "is given beside Password", "one of the two");
        if (access.Username is null && (access.Password ?? access.PasswordFile) is not null)
            faults.Add(path, "has a password without Username", "both, or neither");
    }

    private static void Differ(string path, int value, string other, int otherValue, ConfigurationFaults faults)
    {
        if (value == otherValue) faults.Add(path, $"{value} is {other} too", "two angles that differ");
    }
}
