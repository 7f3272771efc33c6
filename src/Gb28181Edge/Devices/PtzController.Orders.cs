using Gb28181Edge.Drivers;
using Gb28181Edge.Storage;

namespace Gb28181Edge.Devices;

/// <content>What each order does.</content>
internal sealed partial class PtzController
{
    /// <summary>It sends the head somewhere, or sets it going.</summary>
    private static bool IsTravel(PtzOrder order) =>
        order is PtzOrder.PresetCall or PtzOrder.GoTo or PtzOrder.DragZoom or PtzOrder.CruiseStart or PtzOrder.ScanStart;

    /// <summary>It is about where the head looks at that moment.</summary>
    private static bool IsPlace(PtzOrder order) => order is PtzOrder.PresetSet or PtzOrder.ScanLimit;

    /// <summary>It changes what is remembered, and asks nothing of the head.</summary>
    private static bool IsMemory(PtzOrder order) => order is
        PtzOrder.CruiseAdd or PtzOrder.CruiseDelete or PtzOrder.CruiseSpeed or PtzOrder.CruiseDwell or PtzOrder.CruiseStart or
        PtzOrder.ScanStart or PtzOrder.ScanSpeed;

    /// <summary>For messages.</summary>
    private static string NameOf(PtzOrder order) => order switch
    {
        PtzOrder.Auxiliary auxiliary => $"auxiliary {auxiliary.Number}",
        PtzOrder.PresetSet set => $"setting preset {set.Number}",
        PtzOrder.PresetCall call => $"preset {call.Number}",
        PtzOrder.PresetDelete delete => $"deleting preset {delete.Number}",
        PtzOrder.CruiseAdd or PtzOrder.CruiseDelete or PtzOrder.CruiseSpeed or PtzOrder.CruiseDwell => "an edit of a cruise",
        PtzOrder.CruiseStart start => $"cruise {start.Group}",
        PtzOrder.ScanStart start => $"scan {start.Group}",
        PtzOrder.ScanLimit => "a limit of a scan",
        PtzOrder.ScanSpeed => "a speed of a scan",
        PtzOrder.GoTo => "a position",
        PtzOrder.DragZoom => "drag zoom",
        _ => "an order",
    };

    /// <summary>Under the gate: deals with the orders at the head of the queue that ask nothing of the head, and refuses what cannot be done.</summary>
    private void Remember(TimeSpan now)
    {
        while (_orders.First is { Value: { } order })
        {
            if (_stopOwed && !IsMemory(order))
                return;                                                    // what the head can do may show with the first contact
            if (Refusal(order) is { } reason)
                _log.OrderImpossible(_camera, NameOf(order), reason);
            else if (IsMemory(order))
                Remember(order, now);
            else
                return;
            Done(order);
        }
    }

    private void Remember(PtzOrder order, TimeSpan now)
    {
        switch (order)
        {
            case PtzOrder.CruiseAdd add:
                Keep(_record.WithPoint(add.Group, add.Preset, Text(add.Name)));
                break;
            case PtzOrder.CruiseDelete delete:
                Keep(_record.WithoutPoint(delete.Group, delete.Preset));
                break;
            case PtzOrder.CruiseSpeed speed:
                Keep(_record.WithCruise(speed.Group, _record.Cruise(speed.Group) with { Speed = speed.Value }));
                break;
            case PtzOrder.CruiseDwell dwell:
                Keep(_record.WithCruise(dwell.Group, _record.Cruise(dwell.Group) with { DwellSeconds = dwell.Seconds }));
                break;
            case PtzOrder.ScanSpeed speed:
                Keep(_record.WithScan(speed.Group, _record.Scan(speed.Group) with { Speed = speed.Value }));
                break;
            case PtzOrder.CruiseStart start:
                BeginProgram(new ProgramRecord(ProgramKind.Cruise, start.Group), now);
                break;
            case PtzOrder.ScanStart start:
                BeginProgram(new ProgramRecord(ProgramKind.Scan, start.Group), now);
                break;
        }
    }

    private void BeginProgram(ProgramRecord program, TimeSpan now)
    {
        _move.Clear();
        if (Moves(_wanted))
            Want(Standing(_wanted), stops: true);
        _programs.Begin(program, now);
        Keep(_record with { Running = program });
        _log.ProgramBegun(_camera, program.Kind, program.Group);
    }

    /// <summary>Why an order cannot be done, for a person; null when it can be tried.</summary>
    private string? Refusal(PtzOrder order) => order switch
    {
        PtzOrder.PresetSet { Number: < 1 or > 255 } or PtzOrder.PresetCall { Number: < 1 or > 255 } or PtzOrder.PresetDelete { Number: < 1 or > 255 }
            or PtzOrder.CruiseAdd { Preset: < 1 or > 255 } => "a preset has a number of 1 … 255",
        PtzOrder.CruiseAdd { Group: < 0 or > 255 } or PtzOrder.CruiseSpeed { Group: < 0 or > 255 } or PtzOrder.CruiseDwell { Group: < 0 or > 255 }
            or PtzOrder.ScanLimit { Group: < 0 or > 255 } or PtzOrder.ScanSpeed { Group: < 0 or > 255 } or PtzOrder.ScanStart { Group: < 0 or > 255 }
            => "a group has a number of 0 … 255",
        PtzOrder.PresetSet when !_abilities.HasFlag(PtzAbilities.Presets) && !_abilities.HasFlag(PtzAbilities.ReadPosition | PtzAbilities.GoTo) =>
            "the head neither keeps presets nor goes to a position",
        PtzOrder.PresetCall call when !CanCall(call.Number) => "it is not set",
        PtzOrder.CruiseAdd add when _record.Cruise(add.Group).Points.Length >= PtzRecord.MostPoints => $"the group has {PtzRecord.MostPoints} points",
        PtzOrder.CruiseStart start when _record.Cruise(start.Group).Points.IsEmpty => "its group has no points",
        PtzOrder.ScanLimit when !_abilities.HasFlag(PtzAbilities.ReadPosition) => $"the head does not tell where it looks; each way of a scan takes {_settings.ScanSeconds} s",
        PtzOrder.GoTo { Target: { Pan: null, Tilt: null, Zoom: null } } => "it names no axis",
        PtzOrder.GoTo or PtzOrder.DragZoom when !_abilities.HasFlag(PtzAbilities.GoTo) => "the head does not go to a position",
        PtzOrder.DragZoom when !_abilities.HasFlag(PtzAbilities.ReadPosition) => "the head does not tell where it looks",
        PtzOrder.DragZoom when _settings.FieldDegrees is null => "its angle of view (FieldDegrees) is not configured",
        PtzOrder.DragZoom zoom when zoom is not { Width: > 0 and <= 1, Height: > 0 and <= 1, CenterX: >= -1 and <= 1, CenterY: >= -1 and <= 1 } =>
            "its box is not in the picture",
        _ => null,
    };

    /// <summary>It is known, or the head may know it from before.</summary>
    private bool CanCall(int number) => _abilities.HasFlag(PtzAbilities.Presets) || _record.Presets.ContainsKey(number);

    private async ValueTask ObeyAsync(PtzOrder order, CancellationToken token)
    {
        bool obeyed = order switch
        {
            PtzOrder.Auxiliary auxiliary => await SetAuxiliaryAsync(auxiliary, token),
            PtzOrder.PresetSet set => await SetPresetAsync(set, token),
            PtzOrder.PresetCall call => await CallPresetAsync(call.Number, 1, token),
            PtzOrder.PresetDelete delete => await DeletePresetAsync(delete.Number, token),
            PtzOrder.ScanLimit limit => await SetLimitAsync(limit, token),
            PtzOrder.GoTo goTo => await GoToAsync(goTo.Target, 1, token),
            PtzOrder.DragZoom zoom => await DragZoomAsync(zoom, token),
            _ => throw new InvalidOperationException($"no way to obey {NameOf(order)}"),
        };
        if (!obeyed)
            _log.OrderImpossible(_camera, NameOf(order), "the head does not do it");
    }

    private async ValueTask<bool> SetAuxiliaryAsync(PtzOrder.Auxiliary order, CancellationToken token)
    {
        if (!await _driver.SetAuxiliaryAsync(order.Number, order.On, token))
            _log.NoAuxiliary(_camera, order.Number);
        return true;
    }

    /// <summary>In the head where it keeps presets, and the position too where it is told: one of both is enough.</summary>
    private async ValueTask<bool> SetPresetAsync(PtzOrder.PresetSet order, CancellationToken token)
    {
        PtzAbilities abilities = _driver.Abilities;
        bool inHead = abilities.HasFlag(PtzAbilities.Presets) && await _driver.SetPresetAsync(order.Number, token);
        PtzPosition at = abilities.HasFlag(PtzAbilities.ReadPosition) ? (await _driver.ReadPositionAsync(token))?.Position ?? default : default;
        if (!inHead && (at == default || !abilities.HasFlag(PtzAbilities.GoTo)))
            return false;
        lock (_gate)
        {
            string name = Text(order.Name) ?? _record.Presets.GetValueOrDefault(order.Number)?.Name ?? $"Preset {order.Number}";
            Keep(_record.WithPreset(order.Number, new PresetRecord(name, inHead, at.Pan, at.Tilt, at.Zoom)));
        }
        _log.PresetKept(_camera, order.Number, inHead ? "in the head" : "as a position");
        return true;
    }

    /// <summary>By the head's own place, else by the position. False when neither goes.</summary>
    private async ValueTask<bool> CallPresetAsync(int number, float speed, CancellationToken token)
    {
        PresetRecord? preset = _record.Presets.GetValueOrDefault(number);
        if (_driver.Abilities.HasFlag(PtzAbilities.Presets) && preset is not { InHead: false })
        {
            (_stands, _travels) = (false, true);
            if (await _driver.CallPresetAsync(number, token))
                return true;
        }
        return preset is not null && await GoToAsync(new PtzPosition(preset.Pan, preset.Tilt, preset.Zoom), speed, token);
    }

    private async ValueTask<bool> DeletePresetAsync(int number, CancellationToken token)
    {
        bool inHead = _driver.Abilities.HasFlag(PtzAbilities.Presets) && await _driver.DeletePresetAsync(number, token);
        lock (_gate)
        {
            bool known = _record.Presets.ContainsKey(number);
            Keep(_record.WithoutPreset(number));
            return inHead || known;
        }
    }

    private async ValueTask<bool> SetLimitAsync(PtzOrder.ScanLimit order, CancellationToken token)
    {
        if (await _driver.ReadPositionAsync(token) is not { Position.Pan: { } pan })
            return false;
        lock (_gate)
        {
            ScanRecord scan = _record.Scan(order.Group);
            Keep(_record.WithScan(order.Group, order.Left ? scan with { Left = pan } : scan with { Right = pan }));
        }
        return true;
    }

    private async ValueTask<bool> GoToAsync(PtzPosition target, float speed, CancellationToken token)
    {
        if (target == default || !_driver.Abilities.HasFlag(PtzAbilities.GoTo))
            return false;
        (_stands, _travels) = (false, true);
        return await _driver.GoToAsync(target, speed, token);
    }

    private async ValueTask<bool> DragZoomAsync(PtzOrder.DragZoom order, CancellationToken token) =>
        await _driver.ReadPositionAsync(token) is { } reading
        && await GoToAsync(FieldOfView.Target(order, _settings.FieldDegrees!.Value, reading.Position), 1, token);

    /// <summary>What a program wants.</summary>
    private async ValueTask ActAsync(Step step, CancellationToken token)
    {
        PtzAction action = step.Action;
        bool ownHome = action is { Kind: PtzActionKind.Home, Preset: 0 };
        if (ownHome)
            (_stands, _travels) = (false, true);
        bool taken = ownHome ? await _driver.GoHomeAsync(token) : await CallPresetAsync(action.Preset, action.Speed, token);
        if (!taken)
            _log.OrderImpossible(_camera, ownHome ? "the return home" : $"preset {action.Preset}", "the head does not do it");
        lock (_gate)
        {
            if (!ReferenceEquals(_programs.Running, step.Program))
                return;                                                    // another order came meanwhile
            if (action.Kind != PtzActionKind.Home)
                _programs.OnCalled(_record, taken, _driver.Abilities.HasFlag(PtzAbilities.ReadPosition), Now);
            else if (_programs.Activities == step.Activities)
                _programs.OnReturned();
        }
    }

    private static string? Text(string? name) => string.IsNullOrWhiteSpace(name) ? null : name.Trim();
}
