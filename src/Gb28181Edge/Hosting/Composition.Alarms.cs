using Gb28181Edge.Configuration;
using Gb28181Edge.Devices;
using Gb28181Edge.Drivers;
using Gb28181Edge.Drivers.Sensors;
using Gb28181Edge.Storage;
using Gb28181Edge.Streaming;
using Microsoft.Extensions.Logging;

namespace Gb28181Edge.Hosting;

internal static partial class Composition
{
    /// <summary>After heads and streams, which alarms act on and look at.</summary>
    private static void OpenAlarms(AgentParts parts, EdgeConfiguration configuration, ILoggerFactory loggers, TimeProvider time)
    {
        ILogger log = loggers.CreateLogger("Gb28181Edge.Devices");
        if (configuration.AlarmInputs.Any(input => input.Pin is null)) parts.Conditions = new ConditionWatch(time, log);
        var presets = new Dictionary<string, (IPtzController Head, int Preset)>(StringComparer.Ordinal);
        foreach (AlarmInputOptions input in configuration.AlarmInputs)
        {
            if (input.OnAlarmPreset is { } link) presets.Add(input.Id, (parts.Heads[link.Camera], link.Preset));
        }
        IAlarmAction[] actions = presets.Count == 0 ? [parts.Outputs] : [parts.Outputs, new PresetOnAlarm(presets)];
        parts.Alarms = new AlarmController(
            [.. configuration.AlarmInputs.Select(input => Input(parts, configuration, input))],
            actions, parts.Outbox, new GuardStore(parts.Database, loggers.CreateLogger("Gb28181Edge.Storage")), time, log);
    }

    private static AlarmInput Input(AgentParts parts, EdgeConfiguration configuration, AlarmInputOptions input) => new(
        input.Id, input.Name, Source(parts, configuration, input), input.Priority, input.Method!.Value, input.Type, input.Guarded,
        input.RearmSeconds is { } seconds ? TimeSpan.FromSeconds(seconds) : null)
    {
        Description = input.Description,
        Minimum = TimeSpan.FromMilliseconds(input.MinimumMs),
        Latch = input.Latch,
        Schedule = input.Schedule.Count == 0 ? null : new GuardSchedule(input.Schedule.SelectMany(line =>
            GuardPeriods.TryParse(line, out IReadOnlyList<(int, int)> periods) ? periods : throw new InvalidOperationException($"no period of a week: {line}"))),
    };

    private static IAlarmSource Source(AgentParts parts, EdgeConfiguration configuration, AlarmInputOptions input) => input switch
    {
        { Pin: { } pin } => new Contact(parts.Boards.OpenInput(
            Address(pin), $"alarm input {input.Name}", input.ActiveLow != input.NormallyClosed, Pull(input.Pull), TimeSpan.FromMilliseconds(input.DebounceMs))),
        { Temperature: { } temperature } => parts.Conditions!.Add(new TemperatureCondition(
            Sensor(parts, temperature.Sensor), temperature.AboveCelsius, temperature.BelowCelsius, temperature.HysteresisCelsius)),
        { Storage: { Watch: StorageWatch.Full } storage } => parts.Conditions!.Add(
            new StorageFullCondition(storage.Path ?? configuration.Device.StateDirectory, storage.FreePercent)),
        { Storage: { } storage } => parts.Conditions!.Add(new StorageFaultCondition(
            storage.Path ?? configuration.Device.StateDirectory, () => parts.Database.IsInMemory || parts.Outbox.HasUnwritten)),
        { CameraLost: { } camera } => parts.Conditions!.Add(new CameraLostCondition(camera, () => State(parts.Streams[camera].Status))),
        _ => throw new InvalidOperationException($"no source for {input.Id}"),
    };

    private static CameraState State(CameraStreamStatus status) => new(status.IsOpen, status.IsDelivering, status.Fault);

    private static ITemperatureSensor Sensor(AgentParts parts, string text)
    {
        if (!SensorName.TryParse(text, out SensorName name)) throw new InvalidOperationException($"no thermometer for {text}");
        if (name.OneWire is { } id) return new Ds18b20(id);
        if (name.I2c is not { } place) return new ThermalZone();
        var thermometer = new Lm75(parts.I2c, place.Bus, place.Address);
        parts.Thermometers.Add(thermometer);
        return thermometer;
    }

    public static Drivers.Boards.PinPull Pull(Configuration.PinPull pull) => pull switch
    {
        Configuration.PinPull.Up => Drivers.Boards.PinPull.Up,
        Configuration.PinPull.Down => Drivers.Boards.PinPull.Down,
        _ => Drivers.Boards.PinPull.None,
    };
}
