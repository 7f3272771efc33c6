namespace Gb28181Edge.Devices;

/// <summary>What a condition was when it was looked at.</summary>
/// <param name="Active">It alarms.</param>
/// <param name="Type">AlarmType; null leaves it to the input.</param>
/// <param name="Detail">What was measured, for a person; null when there is nothing to say.</param>
internal readonly record struct ConditionReading(bool Active, int? Type = null, string? Detail = null);

/// <summary>Something that is looked at from time to time and may alarm: a temperature, a disk, a camera.</summary>
internal interface IAlarmCondition
{
    /// <summary>For messages.</summary>
    string Name { get; }

    /// <summary>How often it is looked at.</summary>
    TimeSpan Period { get; }

    /// <summary>Looks at it; may block. Never called twice at once.</summary>
    /// <param name="now">Monotonic.</param>
    /// <exception cref="IOException">It cannot be told: the state stays as it was.</exception>
    ConditionReading Read(TimeSpan now);
}

/// <summary>A temperature that is too high or too low. GB/T 28181-2016 A.2.5: method 2, types 4 and 5.</summary>
/// <param name="sensor">Read by this condition alone.</param>
/// <param name="above">°C that alarm when they are reached; null for none.</param>
/// <param name="below">°C that alarm when they are reached; null for none.</param>
/// <param name="hysteresis">How far it has to go back until it is well again, °C.</param>
internal sealed class TemperatureCondition(Drivers.ITemperatureSensor sensor, double? above, double? below, double hysteresis) : IAlarmCondition
{
    private const int OverTemperature = 4, UnderTemperature = 5;

    private int? _type;

    public string Name => sensor.Name;

    public TimeSpan Period { get; } = TimeSpan.FromSeconds(10);

    public ConditionReading Read(TimeSpan now)
    {
        double celsius = sensor.ReadCelsius();
        if (_type == OverTemperature && celsius <= above - hysteresis || _type == UnderTemperature && celsius >= below + hysteresis)
            _type = null;
        if (celsius >= above)
            _type = OverTemperature;
        else if (celsius <= below)
            _type = UnderTemperature;
        return new ConditionReading(_type is not null, _type, string.Create(System.Globalization.CultureInfo.InvariantCulture, $"{celsius:0.0} °C"));
    }
}

/// <summary>A file system with too little free space. GB/T 28181-2016 A.2.5: method 2, type 3.</summary>
/// <param name="path">Anything in the file system.</param>
/// <param name="freePercent">It alarms below so much; well again one percent above.</param>
/// <param name="space">Free and total bytes of the file system of a path; null asks the system.</param>
internal sealed class StorageFullCondition(string path, int freePercent, Func<string, (long Free, long Total)>? space = null) : IAlarmCondition
{
    private readonly Func<string, (long Free, long Total)> _space = space ?? Space;
    private bool _full;

    public string Name => $"free space of {path}";

    public TimeSpan Period { get; } = TimeSpan.FromMinutes(1);

    public ConditionReading Read(TimeSpan now)
    {
        (long free, long total) = _space(path);
        if (total <= 0)
            throw new IOException($"{path} has no size");
        double percent = 100.0 * free / total;
        _full = percent < (_full ? freePercent + 1 : freePercent);
        return new ConditionReading(_full, Detail: string.Create(System.Globalization.CultureInfo.InvariantCulture, $"{percent:0.0} % free"));
    }

    private static (long Free, long Total) Space(string path)
    {
        try
        {
            var drive = new DriveInfo(path);
            return (drive.AvailableFreeSpace, drive.TotalSize);
        }
        catch (UnauthorizedAccessException e)
        {
            throw new IOException(e.Message, e);
        }
    }
}

/// <summary>A file system that does not take what is written. GB/T 28181-2016 A.2.5: method 6, type 1.</summary>
/// <remarks>
/// A small file is written through to the disk and removed. A full disk is no fault: that is another condition. Where the agent's own
/// database could not be written, that is enough.
/// </remarks>
/// <param name="path">A directory in the file system, which the agent may write to.</param>
/// <param name="databaseFails">True while the agent's database does not take what it is given.</param>
internal sealed class StorageFaultCondition(string path, Func<bool> databaseFails) : IAlarmCondition
{
    private const int NoSpace = 28, QuotaExceeded = 122;

    public string Name => $"storage {path}";

    public TimeSpan Period { get; } = TimeSpan.FromMinutes(1);

    public ConditionReading Read(TimeSpan now)
    {
        string? reason = WriteFails();
        if (reason is null && databaseFails())
            reason = "the database cannot be written";
        return new ConditionReading(reason is not null, Detail: reason);
    }

    private string? WriteFails()
    {
        string probe = Path.Combine(path, ".gb28181-edge.probe");          // always the same: one that a crash left behind is used again
        try
        {
            using var file = new FileStream(probe, FileMode.Create, FileAccess.Write, FileShare.ReadWrite | FileShare.Delete, bufferSize: 0, FileOptions.DeleteOnClose);
            file.WriteByte(1);
            file.Flush(flushToDisk: true);
            return null;
        }
        catch (IOException e) when (e.HResult is NoSpace or QuotaExceeded)
        {
            return null;
        }
        catch (IOException e)
        {
            return e.Message;
        }
        catch (UnauthorizedAccessException e)
        {
            return e.Message;                                              // read-only comes as this too
        }
    }
}

/// <summary>What a camera's stream is doing.</summary>
/// <param name="IsOpen">Somebody wants it.</param>
/// <param name="IsDelivering">Pictures come.</param>
/// <param name="Fault">Why there are none; null while nothing is known to be wrong.</param>
internal readonly record struct CameraState(bool IsOpen, bool IsDelivering, string? Fault);

/// <summary>A camera that is wanted and gives no picture. GB/T 28181-2016 A.2.5: method 2, type 1, video loss.</summary>
/// <remarks>A camera that nobody wants is not lost. It is lost once it has been failing for ten seconds without a break, for it may just be opening.</remarks>
/// <param name="name">The camera's, for messages.</param>
/// <param name="state">What it is doing now.</param>
internal sealed class CameraLostCondition(string name, Func<CameraState> state) : IAlarmCondition
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(10);

    private TimeSpan? _failingSince;

    public string Name => $"camera {name}";

    public TimeSpan Period { get; } = TimeSpan.FromSeconds(1);

    public ConditionReading Read(TimeSpan now)
    {
        bool fails = state() is { IsOpen: true, IsDelivering: false, Fault: not null };
        _failingSince = fails ? _failingSince ?? now : null;
        return new ConditionReading(now - _failingSince >= Patience);
    }
}
