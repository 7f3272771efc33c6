using Gb28181Edge.Configuration;
using Gb28181Edge.Drivers;
using Gb28181Edge.Drivers.Boards;
using Gb28181Edge.Drivers.I2c;
using Gb28181Edge.Drivers.Ptz;

namespace Gb28181Edge.Hosting;

internal static partial class Composition
{
    private static ServoDriver Servo(II2cBuses buses, ServoPtzOptions servo, TimeProvider time)
    {
        ServoAxis? pan = Axis(servo.PanChannel, servo.PanRangeDegrees, servo.PanAtMinDegrees, servo.PanStartDegrees);
        ServoAxis? tilt = null;
        try
        {
            tilt = Axis(servo.TiltChannel, servo.TiltRangeDegrees, servo.TiltAtMinDegrees, servo.TiltStartDegrees);
        }
        finally
        {
            if (tilt is null && servo.TiltChannel is not null) pan?.Output.Dispose();      // the second one failed to open
        }
        return new ServoDriver(pan, tilt, servo.ReleaseSeconds is { } seconds ? TimeSpan.FromSeconds(seconds) : null, time);

        ServoAxis? Axis(int? channel, int range, int atMin, int? start) => channel is not { } number ? null : new ServoAxis(
            servo.PwmChip is { } chip ? PwmServoOutput.Open(chip, number) : Pca9685.Open(buses, servo.I2cBus, servo.I2cAddress, number),
            new ServoTravel(servo.MinPulseMicroseconds, servo.MaxPulseMicroseconds, range, atMin, start ?? range / 2.0, servo.DegreesPerSecond));
    }

    private static StepperAxis? Stepper(BoardSet boards, string name, StepperAxisOptions? axis)
    {
        if (axis is null) return null;
        IStepperOutput output = axis.StepPin is { } step && axis.DirectionPin is { } direction
            ? new StepDirection(Pin(step, "step"), Pin(direction, "direction"))
            : new StepperCoils([Coil(axis.Coil1, 1), Coil(axis.Coil2, 2), Coil(axis.Coil3, 3), Coil(axis.Coil4, 4)], axis.Mode == StepperMode.Half);
        IDigitalInput? home = axis.HomePin is { } pin
            ? boards.OpenInput(Address(pin), $"{name} home", axis.HomeActiveLow, axis.HomeActiveLow ? Drivers.Boards.PinPull.Up : Drivers.Boards.PinPull.Down, TimeSpan.Zero)
            : null;
        return new StepperAxis(name, output, home, new StepperTravel(
            axis.StepsPerTurn / 360.0, axis.StepsPerSecond, axis.Acceleration, axis.RangeDegrees, axis.AtHomeDegrees, axis.HomeEnd == StepperHomeEnd.Plus, axis.HoldTorque));

        IDigitalOutput Coil(PinName? pin, int number) => Pin(pin!.Value, $"coil {number}");

        IDigitalOutput Pin(PinName pin, string use) => boards.OpenOutput(Address(pin), $"{name} {use}", axis.ActiveLow);
    }
}
