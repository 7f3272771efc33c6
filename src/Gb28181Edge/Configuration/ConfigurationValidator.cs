namespace Gb28181Edge.Configuration;

/// <summary>Checks what no key can check alone: what has to be unique, what has to exist, what excludes each other.</summary>
internal static class ConfigurationValidator
{
    public static void Check(EdgeConfiguration configuration, ConfigurationFaults faults)
    {
        CheckIds(configuration, faults);
        CheckPlatforms(configuration, faults);
        CheckPorts(configuration.Device, faults);
        CheckReferences(configuration, faults);
        BusRules.Check(configuration, faults);
        BoardValidator.Check(configuration, faults);
        PtzValidator.Check(configuration, faults);
        AlarmValidator.Check(configuration, faults);
        WebValidator.Check(configuration, faults);
        CheckAuxiliaries(configuration, faults);
    }

    private static void CheckIds(EdgeConfiguration configuration, ConfigurationFaults faults)
    {
        var ids = new Uniqueness("id", faults);
        ids.Claim("Device.Id", configuration.Device.Id);
        Each(configuration.Cameras, (i, camera) => ids.Claim($"Cameras[{i}].Id", camera.Id));
        Each(configuration.AlarmInputs, (i, input) => ids.Claim($"AlarmInputs[{i}].Id", input.Id));
        Each(configuration.Outputs, (i, output) => ids.Claim($"Outputs[{i}].Id", output.Id));
        var buses = new Uniqueness("name", faults);
        Each(configuration.Buses, (i, bus) => buses.Claim($"Buses[{i}].Name", bus.Name));
        var ports = new Uniqueness("serial port", faults);
        Each(configuration.Buses, (i, bus) => ports.Claim($"Buses[{i}].Port", bus.Port));
    }

    private static void CheckPlatforms(EdgeConfiguration configuration, ConfigurationFaults faults)
    {
        var names = new Uniqueness("name", faults);
        var places = new Uniqueness("platform", faults);
        Each(configuration.Platforms, (i, platform) =>
        {
            names.Claim($"Platforms[{i}].Name", platform.Name);
            // the same id in two places is a main and a standby server, the same id in the same place is a mistake
            if (platform.Id.Length > 0 && platform.Host.Length > 0) places.Claim($"Platforms[{i}].Id", $"{platform.Id}@{platform.Host}:{platform.Port}");
            if (platform.Password is not null && platform.PasswordFile is not null)
                faults.Add($"Platforms[{i}].PasswordFile", "is given beside Password", "one of the two");
        });
    }

    private static void CheckPorts(DeviceOptions device, ConfigurationFaults faults)
    {
        if (device.MediaPorts.Contains(device.SipPort))
            faults.Add("Device.SipPort", $"{device.SipPort} lies within MediaPorts {device.MediaPorts}", "a port outside of them");
    }

    private static void CheckReferences(EdgeConfiguration configuration, ConfigurationFaults faults)
    {
        Each(configuration.Cameras, (i, camera) =>
        {
            if (camera.Ptz is IBusHead ptz && !configuration.Buses.Any(bus => bus.Name.Equals(ptz.Bus, StringComparison.OrdinalIgnoreCase)))
                Missing($"Cameras[{i}].Ptz.Bus", ptz.Bus, "bus", "Buses", configuration.Buses.Select(bus => bus.Name), faults);
            if (camera.Ptz is RelayPtzOptions relay && relay.Pins.All(pin => pin.Pin is null) && !faults.HasWithin($"Cameras[{i}].Ptz"))
                faults.Add($"Cameras[{i}].Ptz", "moves nothing", $"at least one of {string.Join(", ", relay.Pins.Select(pin => pin.Key))}");
        });
        Each(configuration.AlarmInputs, (i, input) =>
        {
            if (input.Camera is not null && !configuration.Cameras.Any(camera => camera.Id == input.Camera))
                Missing($"AlarmInputs[{i}].Camera", input.Camera, "camera", "Cameras", configuration.Cameras.Select(camera => camera.Id), faults);
        });
    }

    /// <summary>Adds the fault of a reference to nothing.</summary>
    public static void Missing(string path, string wanted, string kind, string list, IEnumerable<string> known, ConfigurationFaults faults)
    {
        if (faults.Has(path)) return;
        string[] names = [.. known.Where(name => name.Length > 0)];
        string nearest = NearestName.Of(wanted, names) is { } name ? $", the nearest is \"{name}\"" : $", {list} is empty";
        faults.Add(path, $"there is no {kind} \"{SecretMask.Mask(wanted)}\"{nearest}", names.Length == 0 ? null : string.Join(", ", names.Select(name => $"\"{name}\"")));
    }

    private static void CheckAuxiliaries(EdgeConfiguration configuration, ConfigurationFaults faults)
    {
        var numbers = new Uniqueness("auxiliary switch", faults);
        Each(configuration.Outputs, (i, output) => numbers.Claim($"Outputs[{i}].Auxiliary", output.Auxiliary));
    }

    private static void Each<T>(IReadOnlyList<T> items, Action<int, T> check)
    {
        for (int i = 0; i < items.Count; i++) check(i, items[i]);
    }
}
