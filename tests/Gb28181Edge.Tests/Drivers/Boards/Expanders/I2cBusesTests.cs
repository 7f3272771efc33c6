using System.Device.I2c;
using Gb28181Edge.Configuration;
using Gb28181Edge.Drivers;
using Gb28181Edge.Drivers.Boards;
using Gb28181Edge.Drivers.I2c;
using Gb28181Edge.Hosting;
using Gb28181Edge.Tests.Support;

namespace Gb28181Edge.Tests.Drivers.Boards.Expanders;

/// <summary>Who may use what on I2C, and the way from the configuration to a chip on it.</summary>
public sealed class I2cBusesTests : IDisposable
{
    private readonly TemporaryDirectory _directory = new();

    public void Dispose() => _directory.Dispose();

    [Fact]
    public void A_bus_that_is_not_there_is_named_with_those_that_are()
    {
        File.WriteAllText(_directory["i2c-7"], "");
        var buses = new I2cBuses(_directory.Path);
        string problem = $"there is no I2C bus {_directory["i2c-1"]}; the machine has {_directory["i2c-7"]} (on a Raspberry Pi: ";
        Assert.StartsWith(problem, Assert.Throws<DriverException>(() => buses.Open(1, 0x20)).Message, StringComparison.Ordinal);
        Assert.StartsWith(problem, Assert.Throws<DriverException>(() => buses.Claim(1, 0x20)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void An_address_is_taken_once_until_it_is_let_go_of()
    {
        File.WriteAllText(_directory["i2c-1"], "");
        var service = new I2cBuses(_directory.Path);
        var bench = new I2cBuses(_directory.Path);
        IDisposable? claim = service.Claim(1, 0x20);
        using IDisposable? other = bench.Claim(1, 0x21);
        Assert.EndsWith("address 0x20 of I2C bus " + _directory["i2c-1"] + " is in use by gb28181-edge: stop the service first",
            Assert.Throws<DriverException>(() => bench.Claim(1, 0x20)).Message, StringComparison.Ordinal);
        claim!.Dispose();
        using IDisposable? again = bench.Claim(1, 0x20);
    }

    [Fact]
    public async Task A_pin_of_the_configuration_reaches_its_expander_and_its_interrupt_another_board()
    {
        var fakes = new FakeBuses();
        var configuration = new EdgeConfiguration
        {
            Device = new DeviceOptions { Id = "" },
            Board = new SimulatedBoardOptions { Directory = _directory["pins"] },
            Boards = [new Mcp23017BoardOptions { Name = "io", Address = 0x21, InterruptPin = 4 }],
        };
        using (BoardSet boards = Composition.OpenBoards(configuration, fakes, new RecordingLog(), TimeProvider.System))
        {
            Assert.Equal(0, fakes.Chip.Transfers);
            await using IDigitalOutput siren = boards.OpenOutput(Composition.Address(new PinName("io:GPB1")), "siren", activeLow: true);
            Assert.True(fakes.Chip.LevelOf(9));
            Assert.Equal("1\n", File.ReadAllText(_directory["pins/4"]));
            Assert.Contains("(4) and interrupt of board io (4) are the same line",
                Assert.Throws<DriverException>(() => boards.OpenOutput(4, "lamp", activeLow: false)).Message, StringComparison.Ordinal);
            Assert.Equal((1, 0), (fakes.Claims, fakes.Released));
        }
        Assert.Equal((1, 1, true), (fakes.Claims, fakes.Released, fakes.Chip.IsDisposed));
    }

    [Fact]
    public void An_expander_whose_interrupt_pin_cannot_be_had_is_let_go_of()
    {
        var fakes = new FakeBuses();
        var configuration = new EdgeConfiguration
        {
            Device = new DeviceOptions { Id = "" },
            Board = new GpiodBoardOptions { Chip = _directory["none"] },
            Boards = [new Mcp23017BoardOptions { Name = "io", Address = 0x21, InterruptPin = 4 }],
        };
        using BoardSet boards = Composition.OpenBoards(configuration, fakes, new RecordingLog(), TimeProvider.System);
        Assert.Throws<DriverException>(() => boards.Resolve(new PinAddress("io", 1, null)));
        Assert.Equal((1, 1, true), (fakes.Claims, fakes.Released, fakes.Chip.IsDisposed));
    }

    /// <summary>One bus with one chip, at 0x21.</summary>
    private sealed class FakeBuses : II2cBuses, IDisposable
    {
        private bool _isClaimed;

        public FakeMcp23017 Chip { get; } = new(0x21);

        public int Claims { get; private set; }

        public int Released { get; private set; }

        public I2cDevice Open(int bus, int address)
        {
            Assert.Equal((1, 0x21, true), (bus, address, _isClaimed));
            return Chip;
        }

        public IDisposable? Claim(int bus, int address)
        {
            (_isClaimed, Claims) = (true, Claims + 1);
            return this;
        }

        public void Dispose()
        {
            if (_isClaimed) Released++;
            _isClaimed = false;
        }
    }
}
