using Gb28181Edge.Devices;
using Gb28181Edge.Drivers;
using Gb28181Edge.Tests.Support;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Time.Testing;

namespace Gb28181Edge.Tests.Devices;

/// <summary>Conditions that are looked at: what alarms, when it is well again, and what a look that hangs or fails does to the others.</summary>
public class AlarmConditionTests
{
    private static readonly DateTimeOffset Start = new(2026, 5, 1, 8, 0, 0, TimeSpan.Zero);

    private readonly FakeTimeProvider _time = new(Start);
    private readonly RecordingLog _log = new();

    [Theory]
    [InlineData(74.9, null)]
    [InlineData(75.0, 4)]
    [InlineData(-9.9, null)]
    [InlineData(-10.0, 5)]
    public void A_temperature_alarms_when_it_reaches_a_limit(double celsius, int? type)
    {
        var condition = new TemperatureCondition(new FakeThermometer { Celsius = celsius }, 75, -10, 3);
        ConditionReading reading = condition.Read(TimeSpan.Zero);
        Assert.Equal((type is not null, type), (reading.Active, reading.Type));
    }

    [Fact]
    public void A_temperature_is_well_again_when_it_is_back_by_the_hysteresis()
    {
        var sensor = new FakeThermometer();
        var condition = new TemperatureCondition(sensor, 75, -10, 3);
        (double Celsius, int? Type)[] course =
            [(20, null), (75, 4), (72.1, 4), (74, 4), (72, null), (74.9, null), (76, 4), (-12, 5), (-7.1, 5), (-7, null), (-9, null), (-10, 5)];
        Assert.Equal(course.Select(step => step.Type), course.Select(step =>
        {
            sensor.Celsius = step.Celsius;
            return condition.Read(TimeSpan.Zero).Type;
        }));
    }

    [Fact]
    public void A_temperature_with_one_limit_has_no_other()
    {
        var sensor = new FakeThermometer { Celsius = -50 };
        Assert.False(new TemperatureCondition(sensor, 75, null, 3).Read(TimeSpan.Zero).Active);
        sensor.Celsius = 150;
        Assert.False(new TemperatureCondition(sensor, null, -10, 3).Read(TimeSpan.Zero).Active);
    }

    [Fact]
    public void A_reading_says_what_was_measured() =>
        Assert.Equal("78.4 °C", new TemperatureCondition(new FakeThermometer { Celsius = 78.44 }, 75, null, 3).Read(TimeSpan.Zero).Detail);

    [Fact]
    public void Storage_is_full_below_its_share_and_well_one_percent_above()
    {
        long free = 0;
        var condition = new StorageFullCondition("/srv", 5, path => path == "/srv" ? (free, 1000) : (0, 0));
        (long Free, bool Full)[] course = [(50, false), (49, true), (59, true), (60, false), (50, false), (0, true)];
        Assert.Equal(course.Select(step => step.Full), course.Select(step =>
        {
            free = step.Free;
            return condition.Read(TimeSpan.Zero).Active;
        }));
        Assert.Equal("0.0 % free", condition.Read(TimeSpan.Zero).Detail);
    }

    [Fact]
    public void The_free_space_of_a_real_directory_can_be_read_and_that_of_none_cannot()
    {
        using var directory = new TemporaryDirectory();
        Assert.Matches("^[0-9]+\\.[0-9] % free$", new StorageFullCondition(directory.Path, 5).Read(TimeSpan.Zero).Detail);
        Assert.ThrowsAny<IOException>(() => new StorageFullCondition(directory["none"], 5).Read(TimeSpan.Zero));
    }

    [Fact]
    public void Storage_is_at_fault_when_nothing_can_be_written_there_or_the_database_fails()
    {
        using var directory = new TemporaryDirectory();
        bool fails = false;
        var here = new StorageFaultCondition(directory.Path, () => fails);
        Assert.False(here.Read(TimeSpan.Zero).Active);
        Assert.Empty(Directory.GetFiles(directory.Path));
        fails = true;
        Assert.Equal(new ConditionReading(true, Detail: "the database cannot be written"), here.Read(TimeSpan.Zero));
        Assert.True(new StorageFaultCondition("/proc/self", () => false).Read(TimeSpan.Zero).Active);   // takes no file, whoever asks
    }

    [Fact]
    public void A_camera_is_lost_when_it_is_wanted_and_has_been_failing_for_ten_seconds()
    {
        var state = new CameraState();
        var condition = new CameraLostCondition("gate", () => state);
        (CameraState State, int Second, bool Lost)[] course =
        [
            (new(false, false, "old"), 0, false), (new(true, false, null), 100, false), (new(true, false, "gone"), 101, false),
            (new(true, true, null), 105, false), (new(true, false, "gone"), 106, false), (new(true, false, "gone"), 115, false),
            (new(true, false, "gone"), 116, true), (new(true, false, "refused"), 200, true), (new(true, true, null), 201, false),
            (new(true, false, "gone"), 202, false), (new(false, false, "gone"), 211, false), (new(true, false, "gone"), 212, false),
        ];
        Assert.Equal(course.Select(step => step.Lost), course.Select(step =>
        {
            state = step.State;
            return condition.Read(TimeSpan.FromSeconds(step.Second)).Active;
        }));
    }

    [Fact]
    public async Task The_first_look_tells_the_state_and_later_ones_its_changes()
    {
        var hot = new FakeCondition { Reading = new(false) };
        await using var watch = new ConditionWatch(_time, _log);
        IAlarmSource source = watch.Add(hot);
        Assert.Null(source.IsActive);
        await using IAsyncEnumerator<AlarmEdge> edges = source.EdgesAsync().GetAsyncEnumerator(TestContext.Current.CancellationToken);
        watch.Start();
        Assert.Equal(new AlarmEdge(false, Start), await NextAsync(edges));
        hot.Reading = new(false);
        await LookAgainAsync(hot);
        hot.Reading = new(true, 4, "80 °C");
        await LookAgainAsync(hot);
        Assert.Equal(new AlarmEdge(true, Start.AddSeconds(20), 4, "80 °C"), await NextAsync(edges));
        hot.Reading = new(true, 5, "-20 °C");
        await LookAgainAsync(hot);
        Assert.Equal(new AlarmEdge(false, Start.AddSeconds(30)), await NextAsync(edges));
        Assert.Equal(new AlarmEdge(true, Start.AddSeconds(30), 5, "-20 °C"), await NextAsync(edges));
        await source.DisposeAsync();
        Assert.False(await edges.MoveNextAsync());
    }

    [Fact]
    public async Task What_cannot_be_read_is_logged_once_and_keeps_its_state()
    {
        var hot = new FakeCondition { Reading = new(true) };
        await using var watch = new ConditionWatch(_time, _log);
        await using IAsyncEnumerator<AlarmEdge> edges = watch.Add(hot).EdgesAsync().GetAsyncEnumerator(TestContext.Current.CancellationToken);
        watch.Start();
        Assert.True((await NextAsync(edges)).Active);
        hot.Fault = "no such sensor";
        await LookAgainAsync(hot);
        await LookAgainAsync(hot);
        Assert.Single(_log.Entries, entry => entry.Level == LogLevel.Warning && entry.Text.Contains("no such sensor", StringComparison.Ordinal));
        (hot.Fault, hot.Reading) = (null, new(false, Detail: "20 °C"));
        await LookAgainAsync(hot);
        Assert.False((await NextAsync(edges)).Active);
        Assert.True(_log.Has(LogLevel.Information, "can be read: 20 °C"));
    }

    [Fact]
    public async Task A_look_that_hangs_holds_up_no_other_condition()
    {
        using var gate = new ManualResetEventSlim();
        var stuck = new FakeCondition { Gate = gate };
        var well = new FakeCondition();
        await using (var watch = new ConditionWatch(_time, _log))
        {
            watch.Add(stuck);
            watch.Add(well);
            watch.Start();
            await Eventually.TrueAsync(() => stuck.Looks == 1 && well.Looks == 1, "the first look");
            await LookAgainAsync(well);
            await LookAgainAsync(well);
            Assert.Equal(1, stuck.Looks);
            Assert.True(watch.SinceLastTurn < TimeSpan.FromSeconds(10));
            gate.Set();
            await LookAgainAsync(stuck);
        }
    }

    private static async Task<AlarmEdge> NextAsync(IAsyncEnumerator<AlarmEdge> edges)
    {
        Assert.True(await Eventually.ResultAsync(edges.MoveNextAsync().AsTask(), "an edge"));
        return edges.Current;
    }

    /// <summary>Moves the clock by the period; the loop sleeps for four seconds at most, so not in one step.</summary>
    private async Task LookAgainAsync(FakeCondition condition)
    {
        int before = condition.Looks;
        DateTimeOffset due = _time.GetUtcNow() + condition.Period;
        await Eventually.TrueAsync(
            () =>
            {
                if (_time.GetUtcNow() < due)
                    _time.Advance(TimeSpan.FromSeconds(1));
                return condition.Done > before;
            }, "another look");
        _time.Advance(due - _time.GetUtcNow());
    }

    private sealed class FakeThermometer : ITemperatureSensor
    {
        public double Celsius { get; set; }
        public string Name => "fake";
        public double ReadCelsius() => Celsius;
    }

    private sealed class FakeCondition : IAlarmCondition
    {
        public volatile int Looks, Done;
        public volatile string? Fault;
        public ConditionReading Reading;
        public ManualResetEventSlim? Gate;

        public string Name => "fake";
        public TimeSpan Period { get; } = TimeSpan.FromSeconds(10);

        public ConditionReading Read(TimeSpan now)
        {
            Interlocked.Increment(ref Looks);
            Gate?.Wait(TestContext.Current.CancellationToken);
            ConditionReading reading = Reading;
            string? fault = Fault;
            Interlocked.Increment(ref Done);
            return fault is null ? reading : throw new DriverException(fault);
        }
    }
}
