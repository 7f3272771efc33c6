namespace Gb28181Edge.Devices;

/// <summary>Duty state of an alarm input. GB/T 28181-2016 A.2.6, DutyStatus.</summary>
internal enum DutyStatus { OffDuty, OnDuty, Alarm }

/// <summary>The alarm inputs and the outputs bound to them.</summary>
internal interface IAlarmController
{
    /// <summary>SetGuard (true) or ResetGuard (false) for one input, or for all when <paramref name="inputId"/> is null. On the disk when it returns true.</summary>
    /// <returns>False when there is no such input, or the disk refused: then it is in force all the same, and stored when the disk takes it.</returns>
    ValueTask<bool> SetGuardAsync(string? inputId, bool guarded, CancellationToken cancellationToken);

    /// <summary>ResetAlarm for one input, or for all when <paramref name="inputId"/> is null; outputs held by the alarm go back.</summary>
    /// <param name="inputId">An input's 20 digits or null.</param>
    /// <param name="methods">AlarmMethod filter; null or empty is all.</param>
    /// <param name="type">AlarmType filter; null is all.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <returns>False when there is no such input.</returns>
    ValueTask<bool> ResetAsync(string? inputId, IReadOnlyCollection<int>? methods, int? type, CancellationToken cancellationToken);

    /// <summary>What each input is doing now, in the configuration's order.</summary>
    IReadOnlyList<(string InputId, DutyStatus Status)> Status { get; }
}

/// <summary>The switched outputs.</summary>
internal interface IOutputController
{
    /// <summary>Switches the output whose Auxiliary number this is. False when there is none.</summary>
    ValueTask<bool> SetAuxiliaryAsync(int number, bool on, CancellationToken cancellationToken);

    /// <summary>Switches one output by its 20 digits. False when there is none.</summary>
    ValueTask<bool> SetAsync(string outputId, bool on, CancellationToken cancellationToken);
}
