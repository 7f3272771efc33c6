using System.Device.I2c;
using System.Device.Pwm;
using Gb28181Edge.Drivers;
using Gb28181Edge.Drivers.Ptz;
using Microsoft.Extensions.Time.Testing;

namespace Gb28181Edge.Tests.Drivers;

public class ServoDriverTests
{
    private readonly FakeTimeProvider _time = new();
    private readonly FakePca9685 _chip = new();

    [Fact]
    public void A_fresh_chip_is_set_to_50_Hz_with_every_output_off_before_it_runs()
    {
        using var servo = new Pca9685(_chip, 0);
        Assert.Equal((Pca9685.Prescale, 0x20), (_chip.Registers[0xFE], _chip.Registers[0]));
        Assert.All(Enumerable.Range(0, 16), channel => Assert.Null(_chip.Pulse(channel)));
        Assert.InRange(_chip.Frequency, 49.9, 50.1);
        Assert.Null(servo.Read());
    }

    [Theory]
    [InlineData(1000)]
    [InlineData(1500)]
    [InlineData(2000)]
    public void A_pulse_has_its_width_on_its_own_channel(double microseconds)
    {
        using var servo = new Pca9685(_chip, 5);
        servo.Set(microseconds);
        Assert.InRange(_chip.Pulse(5)!.Value, microseconds - 2.5, microseconds + 2.5);
        Assert.InRange(servo.Read()!.Value, microseconds - 2.5, microseconds + 2.5);
        Assert.Null(_chip.Pulse(4));
        servo.Set(null);
        Assert.Null(_chip.Pulse(5));
        Assert.Null(servo.Read());
    }

    [Fact]
    public void A_chip_that_runs_already_is_left_alone_and_tells_where_it_stands()
    {
        new Pca9685(_chip, 3).Set(1800);
        int sleeps = _chip.Sleeps;
        var again = new Pca9685(_chip, 3);
        Assert.Equal(sleeps, _chip.Sleeps);
        Assert.InRange(again.Read()!.Value, 1797.5, 1802.5);
    }

    [Fact]
    public void A_chip_that_does_not_answer_is_a_driver_failure()
    {
        using var servo = new Pca9685(_chip, 0);
        _chip.Fails = true;
        Assert.Contains("PCA9685 at 0x40 of I2C bus 1", Assert.Throws<DriverException>(() => servo.Set(1500)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Nothing_is_sent_before_the_first_command_nor_by_a_stop()
    {
        ServoDriver driver = New();
        await driver.MoveAsync(default, default);
        Assert.Null(await driver.ContinueAsync(default));
        Assert.Equal((null, null), (_chip.Pulse(0), _chip.Pulse(1)));
        Assert.Null(await driver.ReadPositionAsync(default));
    }

    [Fact]
    public async Task The_first_pulse_is_the_start_angle_and_no_pulse_jumps()
    {
        ServoDriver driver = New();
        await driver.MoveAsync(new PtzVelocity(1, 0, 0), default);
        Assert.InRange(_chip.Pulse(0)!.Value, 1497, 1503);
        await RunAsync(driver, 3);
        Assert.InRange(_chip.Pulse(0)!.Value, 1997, 2003);
        Assert.Null(_chip.Pulse(1));
        // 60 degrees a second are 13.3 µs each 20 ms, and the counts of the chip are 4.9 µs
        Assert.InRange(_chip.LargestJump(0), 8, 19);
        Assert.Equal(45, (await driver.ReadPositionAsync(default))!.Value.Position.Pan!.Value, 3);
    }

    [Fact]
    public async Task A_restarted_agent_goes_on_from_the_pulse_that_the_chip_kept()
    {
        using (var before = new Pca9685(_chip, 0)) before.Set(1200);
        ServoDriver driver = New();
        await driver.MoveAsync(new PtzVelocity(-1, 0, 0), default);
        Assert.InRange(_chip.Pulse(0)!.Value, 1195, 1205);
    }

    [Fact]
    public async Task A_stop_holds_at_once()
    {
        ServoDriver driver = New();
        await driver.MoveAsync(new PtzVelocity(-0.5f, 0, 0), default);
        await RunAsync(driver, 0.5);
        await driver.MoveAsync(default, default);
        double held = _chip.Pulse(0)!.Value;
        Assert.Null(await driver.ContinueAsync(default));
        await RunAsync(driver, 2);
        Assert.Equal(held, _chip.Pulse(0));
        Assert.InRange(held, 1300, 1480);
    }

    [Theory]
    [InlineData(330, -20)]
    [InlineData(45, 45)]
    [InlineData(315, -45)]
    public async Task A_target_is_reached_exactly_and_without_overshoot(double pan, double tilt)
    {
        ServoDriver driver = New();
        Assert.True(await driver.GoToAsync(new PtzPosition(pan, tilt, 3), 1, default));
        double last = _chip.Pulse(0)!.Value, turns = 0, direction = 0;
        for (int tick = 0; tick < 200; tick++)
        {
            await RunAsync(driver, 0.02);
            double pulse = _chip.Pulse(0)!.Value;
            if (pulse != last && direction != 0 && Math.Sign(pulse - last) != direction) turns++;
            if (pulse != last) direction = Math.Sign(pulse - last);
            last = pulse;
        }
        PtzReading reading = (await driver.ReadPositionAsync(default))!.Value;
        Assert.Equal((pan, tilt), (reading.Position.Pan!.Value, reading.Position.Tilt!.Value));
        Assert.Equal(1, reading.ErrorDegrees);
        Assert.Equal(0, turns);
        Assert.Null(await driver.ContinueAsync(default));
    }

    [Fact]
    public async Task A_late_loop_does_not_make_it_jump()
    {
        ServoDriver driver = New();
        await driver.MoveAsync(new PtzVelocity(1, 0, 0), default);
        await RunAsync(driver, 0.5);
        double before = _chip.Pulse(0)!.Value;
        _time.Advance(TimeSpan.FromSeconds(5));
        await driver.ContinueAsync(default);
        Assert.InRange(_chip.Pulse(0)!.Value - before, 5, 50);
    }

    [Fact]
    public async Task A_servo_that_stands_long_is_released_where_that_is_wanted()
    {
        ServoDriver driver = New(TimeSpan.FromSeconds(10));
        await driver.GoHomeAsync(default);
        await RunAsync(driver, 5);
        Assert.NotNull(_chip.Pulse(0));
        await RunAsync(driver, 10);
        Assert.Equal((null, null), (_chip.Pulse(0), _chip.Pulse(1)));
        await driver.MoveAsync(new PtzVelocity(1, 0, 0), default);
        Assert.InRange(_chip.Pulse(0)!.Value, 1497, 1503);
    }

    [Fact]
    public void The_boards_own_PWM_starts_with_the_first_pulse_and_ends_with_none()
    {
        using var channel = new FakePwmChannel();
        using var servo = new PwmServoOutput(channel, "pwm");
        Assert.False(channel.Runs);
        servo.Set(1500);
        Assert.True(channel.Runs);
        Assert.Equal(0.075, channel.DutyCycle, 6);
        servo.Set(null);
        Assert.False(channel.Runs);
    }

    private ServoDriver New(TimeSpan? release = null) => new(
        new ServoAxis(new Pca9685(_chip, 0), new ServoTravel(1000, 2000, 90, 315, 45, 60)),
        new ServoAxis(new Pca9685(_chip, 1), new ServoTravel(1000, 2000, 90, -45, 45, 60)), release, _time);

    private async Task RunAsync(ServoDriver driver, double seconds)
    {
        TimeSpan left = TimeSpan.FromSeconds(seconds);
        while (left > TimeSpan.Zero)
        {
            TimeSpan step = await driver.ContinueAsync(default) is { } due && due < left ? due : left;
            _time.Advance(step);
            left -= step;
        }
        await driver.ContinueAsync(default);
    }

    /// <summary>The chip's registers, as its data sheet has them: the pre-scale is taken asleep only, registers count up with AI only.</summary>
    private sealed class FakePca9685 : I2cDevice
    {
        private readonly Dictionary<int, (double? Last, double Largest)> _pulses = [];

        public FakePca9685()
        {
            Registers[0] = 0x11;                                                     // after power-on: asleep
            Registers[0xFE] = 0x1E;
            for (int channel = 0; channel < 16; channel++) Registers[6 + 4 * channel + 3] = 0x10;
        }

        public byte[] Registers { get; } = new byte[256];
        public int Sleeps { get; private set; }
        public bool Fails { get; set; }
        public double Frequency => 25e6 / 4096 / (Registers[0xFE] + 1);
        public override I2cConnectionSettings ConnectionSettings { get; } = new(1, 0x40);

        /// <summary>Microseconds; null: no pulses.</summary>
        public double? Pulse(int channel)
        {
            int at = 6 + 4 * channel, on = Registers[at] | Registers[at + 1] << 8, off = Registers[at + 2] | Registers[at + 3] << 8;
            if ((Registers[0] & 0x10) != 0 || (off & 0x1000) != 0) return null;
            return (off - on) / 4096.0 / Frequency * 1e6;
        }

        public double LargestJump(int channel) => _pulses[channel].Largest;

        public override void Write(ReadOnlySpan<byte> buffer)
        {
            if (Fails) throw new IOException("no acknowledge");
            byte register = buffer[0];
            foreach (byte value in buffer[1..])
            {
                if (register == 0xFE && (Registers[0] & 0x10) == 0) continue;        // ignored while the oscillator runs
                if (register == 0 && (value & 0x10) != 0) Sleeps++;
                Registers[register] = value;
                if ((Registers[0] & 0x20) != 0) register++;
            }
            for (int channel = 0; channel < 16; channel++)
            {
                (double? last, double largest) = _pulses.GetValueOrDefault(channel);
                double? now = Pulse(channel);
                _pulses[channel] = (now ?? last, now is not null && last is not null ? Math.Max(largest, Math.Abs(now.Value - last.Value)) : largest);
            }
        }

        public override void WriteRead(ReadOnlySpan<byte> writeBuffer, Span<byte> readBuffer)
        {
            if (Fails) throw new IOException("no acknowledge");
            for (int i = 0; i < readBuffer.Length; i++) readBuffer[i] = Registers[writeBuffer[0] + ((Registers[0] & 0x20) != 0 ? i : 0)];
        }

        public override void Read(Span<byte> buffer) => throw new IOException("nothing asked for");
    }

    private sealed class FakePwmChannel : PwmChannel
    {
        public bool Runs { get; private set; }
        public override int Frequency { get; set; } = 50;
        public override double DutyCycle { get; set; }
        public override void Start() => Runs = true;
        public override void Stop() => Runs = false;
    }
}
