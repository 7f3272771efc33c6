using Gb28181Edge.Drivers;
using Gb28181Edge.Drivers.Boards;
using Gb28181Edge.Drivers.Boards.Expanders;
using Gb28181Edge.Tests.Support;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Time.Testing;

namespace Gb28181Edge.Tests.Drivers.Boards.Expanders;

/// <summary>Both expanders on chips that are modelled by their data sheets; no such chip was at hand.</summary>
public sealed class ExpanderTests : IAsyncDisposable
{
    private const int IntPin = 4;

    private static readonly DateTimeOffset Start = new(2026, 5, 1, 8, 0, 0, TimeSpan.Zero);

    private readonly RecordingLog _log = new();
    private readonly FakeTimeProvider _time = new(Start);
    private readonly FakeDriver _header = new("header", "", "", "", "", "INT", "");
    private readonly FakeMcp23017 _mcp = new();
    private readonly FakePcf8574 _pcf = new();
    private readonly List<IAsyncDisposable> _pins = [];
    private readonly Stack<Board> _boards = new();

    public async ValueTask DisposeAsync()
    {
        foreach (IAsyncDisposable pin in _pins)
            await pin.DisposeAsync();
        while (_boards.TryPop(out Board? board))
            board.Dispose();
    }

    [Fact]
    public void What_another_run_left_driven_is_let_go_and_nothing_is_driven_meanwhile()
    {
        _mcp.LeaveDriven(3, high: true);
        _mcp.LeaveDriven(12, high: false);
        Mcp(interrupt: false);
        Assert.Equal((0xFFFF, 0, 0x44), (_mcp.Directions, _mcp.PullUps, _mcp.Configuration));
        Assert.Empty(_mcp.Driven);
    }

    [Fact]
    public void A_chip_in_the_other_bank_is_brought_back()
    {
        _mcp.LeaveInBankOne();
        Board board = Mcp(interrupt: false);
        Output(board, 9, activeLow: true).Set(true);
        Assert.Equal((0x44, (bool?)false), (_mcp.Configuration, _mcp.LevelOf(9)));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task An_output_has_its_safe_level_before_it_is_driven_and_again_at_the_end(bool activeLow)
    {
        Board board = Mcp(interrupt: false);
        IDigitalOutput output = Output(board, 10, activeLow);
        Assert.Equal([(10, activeLow)], _mcp.Driven);
        output.Set(true);
        Assert.Equal((0xFBFF, (bool?)!activeLow), (_mcp.Directions, _mcp.LevelOf(10)));
        await output.DisposeAsync();
        Assert.Equal([(10, activeLow), (10, !activeLow), (10, activeLow)], _mcp.Driven);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(15)]
    public void An_input_with_a_pull_up_reads_high_until_its_contact_closes(int line)
    {
        Board board = Mcp(interrupt: false);
        Assert.False(Input(board, line).IsActive);
        Assert.Equal((1 << line, 1 << line), (_mcp.PullUps, _mcp.Interrupts));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_change_comes_by_the_interrupt_line_or_with_the_next_reading(bool interrupt)
    {
        IDigitalInput input = Input(Mcp(interrupt), 13);
        _mcp.Drive(13, false);
        Assert.True((await NextAsync(input, advance: !interrupt)).Active);
        _mcp.Drive(13, null);
        Assert.False((await NextAsync(input, advance: !interrupt)).Active);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_pulse_between_two_readings_is_two_edges(bool interrupt)
    {
        IDigitalInput input = Input(Mcp(interrupt), 5);
        for (int pulse = 0; pulse < 5; pulse++)
        {
            _mcp.Drive(5, false);
            _mcp.Drive(5, null);
            Assert.True((await NextAsync(input, advance: true)).Active);
            Assert.False((await NextAsync(input, advance: true)).Active);
        }
    }

    [Fact]
    public async Task An_interrupt_line_that_is_stuck_low_is_polled_and_not_spun_on()
    {
        IDigitalInput input = Input(Mcp(interrupt: true), 5);
        _mcp.Interrupt = null;
        _header.Drive(IntPin, false);
        await Eventually.TrueAsync(() => { Advance(); return _mcp.Transfers > 40; }, "it is read again and again");
        int before = _mcp.Transfers;
        _time.Advance(TimeSpan.FromMilliseconds(1));
        Assert.InRange(_mcp.Transfers, before, before + 16);
        _mcp.Drive(5, false);
        Assert.True((await NextAsync(input, advance: true)).Active);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_chip_that_lost_its_power_gets_its_levels_again(bool pcf)
    {
        Board board = pcf ? Pcf(interrupt: false) : Mcp(interrupt: false);
        IDigitalOutput siren = Output(board, 2, activeLow: true);
        IDigitalInput door = Input(board, 3);
        siren.Set(true);
        if (pcf) _pcf.CyclePower();
        else _mcp.CyclePower();
        Assert.NotEqual(false, Level(pcf, 2));
        await Eventually.TrueAsync(() => { Advance(); return Level(pcf, 2) == false; }, "the siren is on again");
        Assert.True(_log.Has(LogLevel.Warning, "expander is not as it was set up"));
        if (pcf) _pcf.Ground(3, true);
        else _mcp.Drive(3, false);
        Assert.True((await NextAsync(door, advance: true)).Active);
    }

    [Fact]
    public async Task A_chip_that_does_not_answer_is_named_once_asked_again_and_its_changes_are_seen_when_it_is_back()
    {
        Board board = Mcp(interrupt: true);
        IDigitalInput door = Input(board, 8);
        IDigitalOutput siren = Output(board, 9, activeLow: false);
        siren.Set(true);
        _mcp.IsPresent = false;
        await Eventually.TrueAsync(() => { Advance(); return _log.Has(LogLevel.Error, "expander does not answer"); }, "it is named");
        int asked = _mcp.Transfers;
        await Eventually.TrueAsync(() => { Advance(); return _mcp.Transfers > asked + 3; }, "it is asked again");
        _mcp.Drive(8, false);
        _mcp.CyclePower();
        _mcp.IsPresent = true;
        Assert.True((await NextAsync(door, advance: true)).Active);
        Assert.Equal(((bool?)true, 1), (_mcp.LevelOf(9), _log.Entries.Count(entry => entry.Text.Contains("does not answer", StringComparison.Ordinal))));
        Assert.True(_log.Has(LogLevel.Warning, "expander answers again"));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_level_that_could_not_be_written_is_not_written_late(bool on)
    {
        IDigitalOutput motor = Output(Mcp(interrupt: false), 9, activeLow: false);
        motor.Set(!on);
        _mcp.IsPresent = false;
        Assert.StartsWith("expander does not answer: Error 121", Assert.Throws<DriverException>(() => motor.Set(on)).Message, StringComparison.Ordinal);
        _mcp.IsPresent = true;
        await Eventually.TrueAsync(() => { Advance(); return _log.Has(LogLevel.Warning, "answers again"); }, "it is back");
        Assert.False(_mcp.LevelOf(9));
        motor.Set(true);
        Assert.True(_mcp.LevelOf(9));
    }

    [Fact]
    public void A_chip_that_is_not_there_at_the_start_is_refused_and_let_go()
    {
        _mcp.IsPresent = false;
        Assert.StartsWith("expander does not answer", Assert.Throws<DriverException>(() => Mcp(interrupt: true)).Message, StringComparison.Ordinal);
        Assert.True(_mcp.IsDisposed);
        Assert.Null(_header.Modes[IntPin]);
    }

    [Fact]
    public void A_pull_down_or_a_line_that_the_chip_has_not_is_refused()
    {
        Board board = Mcp(interrupt: false);
        Assert.Contains("has no pull-down", Assert.Throws<DriverException>(() => board.OpenInput(1, false, PinPull.Down, TimeSpan.Zero)).Message, StringComparison.Ordinal);
        Assert.Contains("has pins 0 … 15, not 16", Assert.Throws<DriverException>(() => board.OpenOutput(16, false)).Message, StringComparison.Ordinal);
        Assert.Equal((0, 8, 15, (int?)null), (board.FindLine("GPA0"), board.FindLine("GPB0"), board.FindLine("GPB7"), board.FindLine("P0")));
        Assert.Equal((0, 7), (Pcf(interrupt: false).FindLine("P0"), _boards.Peek().FindLine("P7")));
    }

    [Fact]
    public async Task A_PCF8574_holds_inputs_high_and_drives_outputs()
    {
        Board board = Pcf(interrupt: true);
        IDigitalOutput relay = Output(board, 0, activeLow: true);
        IDigitalInput door = Input(board, 7);
        Assert.Equal(0xFF, _pcf.Levels);
        relay.Set(true);
        Assert.Equal(0xFE, _pcf.Levels);
        _pcf.Ground(7, true);
        Assert.True((await NextAsync(door, advance: false)).Active);
        Assert.Equal(0x7E, _pcf.Levels);
        relay.Set(false);
        Assert.Equal(0x7F, _pcf.Levels);
        Assert.All(_pcf.Written, value => Assert.Equal(0xFE, value & 0xFE));      // inputs are never driven
    }

    [Fact]
    public async Task A_change_that_a_write_to_a_PCF8574_hides_is_seen_all_the_same()
    {
        Board board = Pcf(interrupt: true);
        IDigitalOutput relay = Output(board, 0, activeLow: true);
        IDigitalInput door = Input(board, 7);
        Action<bool> wired = _pcf.Interrupt!;
        _pcf.Interrupt = null;                                             // the pulse of the line is too short for the board
        _pcf.Ground(7, true);
        relay.Set(true);
        _pcf.Interrupt = wired;
        Assert.True((await NextAsync(door, advance: false)).Active);
    }

    [Theory]
    [InlineData(true, true)]
    [InlineData(true, false)]
    [InlineData(false, true)]
    [InlineData(false, false)]
    public async Task Many_changes_failures_and_losses_of_power_end_at_the_right_levels(bool pcf, bool interrupt)
    {
        Board board = pcf ? Pcf(interrupt) : Mcp(interrupt);
        IDigitalInput[] inputs = [.. Enumerable.Range(0, 6).Select(line => Input(board, line))];
        IDigitalOutput[] outputs = [.. Enumerable.Range(6, 2).Select(line => Output(board, line, activeLow: true))];
        FakeI2cDevice chip = pcf ? _pcf : _mcp;
        var random = new Random(20260501);
        bool[] closed = new bool[inputs.Length], on = new bool[outputs.Length];
        for (int i = 0; i < 5000; i++)
        {
            int line = random.Next(closed.Length), output = random.Next(on.Length);
            closed[line] = random.Next(2) == 1;
            if (pcf) _pcf.Ground(line, closed[line]);
            else _mcp.Drive(line, closed[line] ? false : null);
            switch (random.Next(20))
            {
                case 0: chip.IsPresent = false; break;
                case 1 or 2 or 3: chip.IsPresent = true; break;
                case 4 when pcf: _pcf.CyclePower(); break;
                case 4: _mcp.CyclePower(); break;
                case 5: Advance(); break;
                case 6 or 7:
                    try
                    {
                        outputs[output].Set(random.Next(2) == 1);
                        on[output] = outputs[output].IsActive;
                    }
                    catch (DriverException)
                    {
                        on[output] = false;
                    }
                    break;
                default: break;
            }
        }
        chip.IsPresent = true;
        for (int line = 0; line < closed.Length; line++)
        {
            IDigitalInput input = inputs[line];
            bool level = closed[line];
            await Eventually.TrueAsync(() => { Advance(); while (input.Edges.TryRead(out _)) { } return input.IsActive == level; }, $"line {line} is {level}");
        }
        for (int output = 0; output < on.Length; output++)
        {
            (int line, bool level) = (6 + output, !on[output]);
            await Eventually.TrueAsync(() => { Advance(); return Level(pcf, line) == level; }, $"output {line} is {level}");
        }
    }

    [Fact]
    public async Task Closing_the_board_closes_chip_and_interrupt_and_leaves_outputs_safe()
    {
        Board board = Mcp(interrupt: true);
        Output(board, 1, activeLow: true).Set(true);
        await _pins[0].DisposeAsync();
        _boards.Pop().Dispose();
        Assert.True(_mcp.IsDisposed);
        Assert.True(_mcp.LevelOf(1));
        Assert.Null(_header.Modes[IntPin]);
    }

    private Board Mcp(bool interrupt) => Open(new Mcp23017(_mcp), _mcp, interrupt);

    private Board Pcf(bool interrupt) => Open(new Pcf8574(_pcf), _pcf, interrupt);

    private Board Open(ExpanderChip chip, FakeI2cDevice device, bool interrupt)
    {
        InterruptLine? line = null;
        if (interrupt)
        {
            var header = new Board("header", _header, _time, _log);
            _boards.Push(header);
            line = header.OpenInterrupt(IntPin);
            device.Interrupt = high => _header.Drive(IntPin, high);
        }
        var board = new Board("expander", ExpanderDriver.Open("expander", chip, line, TimeSpan.FromMilliseconds(20), _time, _log), _time, _log);
        _boards.Push(board);
        return board;
    }

    private bool? Level(bool pcf, int line) => pcf ? (_pcf.Levels & 1 << line) != 0 : _mcp.LevelOf(line);

    private IDigitalInput Input(Board board, int line)
    {
        IDigitalInput input = board.OpenInput(line, activeLow: true, PinPull.Up, TimeSpan.Zero);
        _pins.Add(input);
        return input;
    }

    private IDigitalOutput Output(Board board, int line, bool activeLow)
    {
        IDigitalOutput output = board.OpenOutput(line, activeLow);
        _pins.Add(output);
        return output;
    }

    private void Advance() => _time.Advance(TimeSpan.FromMilliseconds(20));

    private async Task<DigitalEdge> NextAsync(IDigitalInput input, bool advance)
    {
        Task<DigitalEdge> next = input.Edges.ReadAsync().AsTask();
        await Eventually.TrueAsync(
            () =>
            {
                if (advance) Advance();
                return next.IsCompleted;
            }, "an edge");
        return await next;
    }
}
