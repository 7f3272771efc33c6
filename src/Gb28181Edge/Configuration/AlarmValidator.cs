namespace Gb28181Edge.Configuration;

/// <summary>Checks what the keys of alarm inputs and outputs cannot check alone.</summary>
internal static class AlarmValidator
{
    private const string Sources = "Pin, Temperature, Storage, CameraLost";

    public static void Check(EdgeConfiguration configuration, ConfigurationFaults faults)
    {
        for (int i = 0; i < configuration.AlarmInputs.Count; i++)
        {
            AlarmInputOptions input = configuration.AlarmInputs[i];
            string path = $"AlarmInputs[{i}]";
            CheckSource(input, path, faults);
            CheckType(input, path, faults);
            if (input.Temperature is { } temperature) CheckTemperature(temperature, $"{path}.Temperature", faults);
            CheckCameras(input, path, configuration, faults);
        }
        for (int i = 0; i < configuration.Outputs.Count; i++)
            CheckOutput(configuration.Outputs[i], $"Outputs[{i}]", configuration, faults);
    }

    private static void CheckSource(AlarmInputOptions input, string path, ConfigurationFaults faults)
    {
        string[] given =
        [
            .. new (string Name, bool Given)[]
            {
                ("Pin", input.Pin is not null), ("Temperature", input.Temperature is not null), ("Storage", input.Storage is not null), ("CameraLost", input.CameraLost is not null),
            }.Where(source => source.Given).Select(source => source.Name),
        ];
        // a source that is at fault already was meant to be there
        if (given.Length == 0 && !faults.HasWithin(path)) faults.Add(path, "looks at nothing", $"one of {Sources}");
        foreach (string further in given.Skip(1)) faults.Add($"{path}.{further}", $"is given beside {given[0]}", $"one of {Sources}");
    }

    /// <summary>The pairs of GB/T 28181-2016 A.2.5 and GB/T 28181-2022 A.2.5.3.</summary>
    private static void CheckType(AlarmInputOptions input, string path, ConfigurationFaults faults)
    {
        if (input.Type is not { } type) return;
        int highest = input.Method switch { 2 => 5, 5 => 13, 6 => 2, _ => 0 };
        if (highest == 0) faults.Add($"{path}.Type", $"method {input.Method} has no types", "null, or methods 2, 5 and 6");
        else if (type > highest) faults.Add($"{path}.Type", $"method {input.Method} has no type {type}", $"null, or 1 … {highest}");
    }

    private static void CheckTemperature(TemperatureOptions temperature, string path, ConfigurationFaults faults)
    {
        if (faults.HasWithin(path)) return;
        if (temperature is { AboveCelsius: null, BelowCelsius: null })
            faults.Add(path, "has no limit", "AboveCelsius, BelowCelsius or both");
        else if (temperature.BelowCelsius + temperature.HysteresisCelsius >= temperature.AboveCelsius - temperature.HysteresisCelsius)
            faults.Add($"{path}.BelowCelsius", "leaves no temperature that is well", "BelowCelsius + HysteresisCelsius below AboveCelsius - HysteresisCelsius");
    }

    private static void CheckCameras(AlarmInputOptions input, string path, EdgeConfiguration configuration, ConfigurationFaults faults)
    {
        if (input.CameraLost is { } lost && configuration.Cameras.All(camera => camera.Id != lost))
            ConfigurationValidator.Missing($"{path}.CameraLost", lost, "camera", "Cameras", configuration.Cameras.Select(camera => camera.Id), faults);
        if (input.OnAlarmPreset is { } link && configuration.Cameras.All(camera => camera.Id != link.Camera || camera.Ptz is null))
            ConfigurationValidator.Missing(
                $"{path}.OnAlarmPreset.Camera", link.Camera, "camera with a head", "Cameras", configuration.Cameras.Where(camera => camera.Ptz is not null).Select(camera => camera.Id), faults);
    }

    private static void CheckOutput(OutputOptions output, string path, EdgeConfiguration configuration, ConfigurationFaults faults)
    {
        if (output.OnAlarm && output.Inputs.Count > 0) faults.Add($"{path}.Inputs", "is given beside OnAlarm, which is all inputs", "one of the two");
        for (int i = 0; i < output.Inputs.Count; i++)
        {
            if (configuration.AlarmInputs.All(input => input.Id != output.Inputs[i]))
                ConfigurationValidator.Missing($"{path}.Inputs[{i}]", output.Inputs[i], "alarm input", "AlarmInputs", configuration.AlarmInputs.Select(input => input.Id), faults);
        }
        for (int i = 0; i < output.NotWith.Count; i++)
        {
            string other = output.NotWith[i], place = $"{path}.NotWith[{i}]";
            OutputOptions? rival = configuration.Outputs.FirstOrDefault(candidate => candidate.Id == other);
            if (rival is null)
                ConfigurationValidator.Missing(place, other, "output", "Outputs", configuration.Outputs.Select(candidate => candidate.Id), faults);
            else if (rival.Id == output.Id)
                faults.Add(place, "is the output itself", "other outputs");
            else if (rival.SafeOn && output.SafeOn)
                faults.Add(place, "is on at the start as this one is", "SafeOn for one of the two");
        }
    }
}
