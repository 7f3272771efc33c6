using CsCheck;
using Gb28181Edge.Devices;

namespace Gb28181Edge.Tests.Devices;

/// <summary>The table of guard, alarm and reset. GB/T 28181-2016 A.2.5, A.2.6, 9.3.1.</summary>
public class AlarmMachineTests
{
    private static readonly TimeSpan Zero = TimeSpan.Zero;

    [Fact]
    public void An_unguarded_input_raises_nothing()
    {
        AlarmMachine machine = New(guarded: false);
        Assert.False(machine.OnLevel(true, Zero));
        Assert.Equal(DutyStatus.OffDuty, machine.Status);
    }

    [Fact]
    public void A_guarded_input_raises_with_its_edge_and_stays_in_alarm_when_it_goes_back()
    {
        AlarmMachine machine = New();
        Assert.Equal(DutyStatus.OnDuty, machine.Status);
        Assert.True(machine.OnLevel(true, Zero));
        Assert.Equal(DutyStatus.Alarm, machine.Status);
        Assert.False(machine.OnLevel(false, Zero));
        Assert.Equal(DutyStatus.Alarm, machine.Status);
    }

    [Fact]
    public void In_alarm_another_edge_is_latched_only_until_ResetAlarm_when_it_never_rearms()
    {
        AlarmMachine machine = New();
        machine.OnLevel(true, Zero);
        machine.OnLevel(false, Zero);
        Assert.False(machine.OnLevel(true, TimeSpan.FromDays(30)));
        machine.OnResetAlarm();
        Assert.Equal(DutyStatus.OnDuty, machine.Status);
        machine.OnLevel(false, TimeSpan.FromDays(30));
        Assert.True(machine.OnLevel(true, TimeSpan.FromDays(30)));
    }

    [Fact]
    public void After_ResetAlarm_an_input_that_is_still_active_raises_with_the_next_edge_only()
    {
        AlarmMachine machine = New();
        machine.OnLevel(true, Zero);
        machine.OnResetAlarm();
        Assert.False(machine.OnLevel(true, Zero));
        Assert.Equal(DutyStatus.OnDuty, machine.Status);
    }

    [Fact]
    public void With_rearming_at_once_every_edge_raises()
    {
        AlarmMachine machine = New(rearm: Zero);
        Assert.True(machine.OnLevel(true, Zero));
        machine.OnLevel(false, Zero);
        Assert.True(machine.OnLevel(true, Zero));
    }

    [Fact]
    public void With_rearming_after_a_time_an_edge_raises_when_it_is_over_and_not_before()
    {
        AlarmMachine machine = New(rearm: TimeSpan.FromSeconds(10));
        machine.OnLevel(true, Zero);
        machine.OnLevel(false, Zero);
        Assert.False(machine.OnLevel(true, TimeSpan.FromSeconds(9.999)));
        machine.OnLevel(false, Zero);
        Assert.True(machine.OnLevel(true, TimeSpan.FromSeconds(10)));
        Assert.Equal(DutyStatus.Alarm, machine.Status);
    }

    [Fact]
    public void Rearming_does_not_end_the_alarm()
    {
        AlarmMachine machine = New(rearm: Zero);
        machine.OnLevel(true, Zero);
        machine.OnLevel(false, TimeSpan.FromDays(1));
        Assert.Equal(DutyStatus.Alarm, machine.Status);
    }

    [Fact]
    public void SetGuard_raises_at_once_when_the_input_is_active_already()
    {
        AlarmMachine machine = New(guarded: false);
        machine.OnLevel(true, Zero);
        Assert.True(machine.OnSetGuard(Zero));
        Assert.Equal(DutyStatus.Alarm, machine.Status);
    }

    [Fact]
    public void SetGuard_on_a_guarded_input_changes_nothing()
    {
        AlarmMachine machine = New();
        Assert.False(machine.OnSetGuard(Zero));
        Assert.Equal(DutyStatus.OnDuty, machine.Status);
        machine.OnLevel(true, Zero);
        Assert.False(machine.OnSetGuard(Zero));
        Assert.Equal(DutyStatus.Alarm, machine.Status);
    }

    [Fact]
    public void ResetGuard_ends_the_alarm_and_the_guard()
    {
        AlarmMachine machine = New();
        machine.OnLevel(true, Zero);
        machine.OnResetGuard();
        Assert.Equal(DutyStatus.OffDuty, machine.Status);
        Assert.False(machine.InAlarm);
        Assert.False(machine.OnLevel(false, Zero));
        Assert.False(machine.OnLevel(true, Zero));
    }

    [Fact]
    public void ResetAlarm_on_an_idle_input_changes_nothing()
    {
        AlarmMachine guarded = New(), unguarded = New(guarded: false);
        guarded.OnResetAlarm();
        unguarded.OnResetAlarm();
        Assert.Equal((DutyStatus.OnDuty, DutyStatus.OffDuty), (guarded.Status, unguarded.Status));
    }

    [Fact]
    public void An_alarm_from_before_a_restart_goes_on_and_rearms_from_the_start()
    {
        var machine = new AlarmMachine(guarded: true, active: true, inAlarm: true, TimeSpan.FromSeconds(10), TimeSpan.FromSeconds(100));
        Assert.Equal(DutyStatus.Alarm, machine.Status);
        Assert.False(machine.OnLevel(true, TimeSpan.FromSeconds(100)));
        machine.OnLevel(false, TimeSpan.FromSeconds(100));
        Assert.False(machine.OnLevel(true, TimeSpan.FromSeconds(109)));
        machine.OnLevel(false, TimeSpan.FromSeconds(110));
        Assert.True(machine.OnLevel(true, TimeSpan.FromSeconds(110)));
    }

    private enum Step { Active, Inactive, SetGuard, ResetGuard, ResetAlarm }

    [Fact]
    public void On_any_sequence_it_raises_exactly_when_the_table_says()
    {
        Gen<(Step, int)[]> steps = Gen.Select(Gen.Enum<Step>(), Gen.Int[0, 8]).Array[0, 60];
        Gen.Select(steps, Gen.Bool, Gen.Int[-1, 10], Gen.Bool).Sample((sequence, guarded, rearmSeconds, latch) =>
        {
            TimeSpan? rearm = rearmSeconds < 0 ? null : TimeSpan.FromSeconds(rearmSeconds);
            AlarmMachine machine = New(guarded, rearm, latch);
            bool armed = guarded, active = false, alarming = false, told = false;   // told: since the last reset
            double now = 0, raisedAt = double.NegativeInfinity;
            foreach ((Step step, int seconds) in sequence)
            {
                now += seconds;
                TimeSpan at = TimeSpan.FromSeconds(now);
                bool mayRaise = !told || rearm is { } pause && now - raisedAt >= pause.TotalSeconds;
                bool expected = step switch
                {
                    Step.Active => armed && !active && mayRaise,
                    Step.SetGuard => !armed && active,
                    _ => false,
                };
                bool raised = false;
                switch (step)
                {
                    case Step.Active:
                        raised = machine.OnLevel(true, at);
                        active = true;
                        break;
                    case Step.Inactive:
                        raised = machine.OnLevel(false, at);
                        active = false;
                        alarming &= latch;
                        break;
                    case Step.SetGuard:
                        raised = machine.OnSetGuard(at);
                        armed = true;
                        break;
                    case Step.ResetGuard:
                        machine.OnResetGuard();
                        (armed, alarming, told) = (false, false, false);
                        break;
                    case Step.ResetAlarm:
                        machine.OnResetAlarm();
                        (alarming, told) = (false, false);
                        break;
                }
                if (raised)
                    (alarming, told, raisedAt) = (true, true, now);
                DutyStatus status = !armed ? DutyStatus.OffDuty : alarming ? DutyStatus.Alarm : DutyStatus.OnDuty;
                if (raised != expected || machine.Status != status || machine.IsActive != active || machine.InAlarm != alarming)
                    return false;
            }
            return true;
        }, iter: 5000);
    }

    private static AlarmMachine New(bool guarded = true, TimeSpan? rearm = null, bool latch = true) => new(guarded, active: false, inAlarm: false, rearm, Zero, latch);
}
