using System.Device.I2c;
using Gb28181Edge.Configuration;
using Gb28181Edge.Drivers;
using Gb28181Edge.Drivers.I2c;
using Gb28181Edge.Drivers.Sensors;
using Gb28181Edge.Tests.Support;

namespace Gb28181Edge.Tests.Drivers.Sensors;

public sealed class SensorTests : IDisposable
{
    private const string Id = "28-0123456789ab";

    private readonly TemporaryDirectory _directory = new();

    public void Dispose() => _directory.Dispose();

    [Fact]
    public void The_processors_zone_is_the_one_whose_type_names_it()
    {
        Write("thermal_zone0/type", "gpu-thermal\n");
        Write("thermal_zone0/temp", "11000\n");
        Write("thermal_zone1/type", "cpu-thermal\n");
        Write("thermal_zone1/temp", "48312\n");
        Assert.Equal(48.312, new ThermalZone(_directory.Path).ReadCelsius());
    }

    [Fact]
    public void Where_no_zone_names_the_processor_it_is_the_first()
    {
        Write("thermal_zone0/temp", "-5000\n");
        Write("thermal_zone1/type", "battery\n");
        Write("thermal_zone1/temp", "30000\n");
        Assert.Equal(-5, new ThermalZone(_directory.Path).ReadCelsius());
    }

    [Fact]
    public void A_board_without_a_zone_or_with_a_broken_one_says_so()
    {
        var sensor = new ThermalZone(_directory.Path);
        Assert.Contains("has no zone", Assert.Throws<DriverException>(() => sensor.ReadCelsius()).Message, StringComparison.Ordinal);
        Write("thermal_zone0/temp", "warm\n");
        Assert.Contains("says \"warm\"", Assert.Throws<DriverException>(() => sensor.ReadCelsius()).Message, StringComparison.Ordinal);
        Assert.Throws<DriverException>(() => new ThermalZone(_directory["none"]).ReadCelsius());
    }

    // the kernel's w1_therm documentation: nine bytes, their CRC, and thousandths of a degree
    [Theory]
    [InlineData("4b 01 4b 46 7f ff 0c 10 d8 : crc=d8 YES\n4b 01 4b 46 7f ff 0c 10 d8 t=20687\n", 20.687)]
    [InlineData("5e ff 4b 46 7f ff 02 10 3c : crc=3c YES\n5e ff 4b 46 7f ff 02 10 3c t=-10125\n", -10.125)]
    [InlineData("4b 01 4b 46 7f ff 0c 10 00 : crc=d8 NO\n4b 01 4b 46 7f ff 0c 10 00 t=20687\n", null)]
    [InlineData("4b 01 4b 46 7f ff 0c 10 d8 : crc=d8 YES\n", null)]
    [InlineData("", null)]
    public void A_DS18B20_is_read_from_w1_slave_when_its_CRC_is_right(string slave, double? celsius)
    {
        Write($"{Id}/w1_slave", slave);
        var sensor = new Ds18b20(Id, _directory.Path);
        if (celsius is { } expected)
            Assert.Equal(expected, sensor.ReadCelsius());
        else
            Assert.Throws<DriverException>(() => sensor.ReadCelsius());
    }

    [Fact]
    public void A_DS18B20_is_read_from_temperature_where_the_kernel_has_it()
    {
        Write($"{Id}/w1_slave", "not read\n");
        Write($"{Id}/temperature", "23062\n");
        Assert.Equal(23.062, new Ds18b20(Id, _directory.Path).ReadCelsius());
        Write($"{Id}/temperature", "\n");
        Assert.Throws<DriverException>(() => new Ds18b20(Id, _directory.Path).ReadCelsius());
        Assert.Throws<DriverException>(() => new Ds18b20("28-000000000000", _directory.Path).ReadCelsius());
    }

    [Fact]
    public void The_85_degrees_of_a_DS18B20_without_supply_are_believed_near_85_only()
    {
        var sensor = new Ds18b20(Id, _directory.Path);
        Write($"{Id}/temperature", "85000\n");
        Assert.Throws<DriverException>(() => sensor.ReadCelsius());
        Write($"{Id}/temperature", "84500\n");
        Assert.Equal(84.5, sensor.ReadCelsius());
        Write($"{Id}/temperature", "85000\n");
        Assert.Equal(85, sensor.ReadCelsius());
    }

    // LM75 datasheet, table "temperature / data": +125, +25, +0.5, 0, -0.5, -25, -55 °C
    [Theory]
    [InlineData(0x7D, 0x00, 125)]
    [InlineData(0x19, 0x00, 25)]
    [InlineData(0x00, 0x80, 0.5)]
    [InlineData(0x00, 0x00, 0)]
    [InlineData(0xFF, 0x80, -0.5)]
    [InlineData(0xE7, 0x00, -25)]
    [InlineData(0xC9, 0x00, -55)]
    public void An_LM75_is_read_as_its_datasheet_says(byte high, byte low, double celsius)
    {
        var chip = new FakeLm75 { High = high, Low = low };
        using var sensor = new Lm75(chip, 1, 0x48);
        Assert.Equal(celsius, sensor.ReadCelsius());
        Assert.Equal([0], chip.Written);
        Assert.Equal((1, 0x48), chip.Opened);
    }

    [Fact]
    public void An_LM75_that_is_not_there_yet_is_opened_when_it_is()
    {
        var chip = new FakeLm75 { High = 30, Missing = true };
        using var sensor = new Lm75(chip, 1, 0x48);
        Assert.Throws<DriverException>(() => sensor.ReadCelsius());
        chip.Missing = false;
        Assert.Equal(30, sensor.ReadCelsius());
        chip.Silent = true;
        Assert.Throws<DriverException>(() => sensor.ReadCelsius());
        chip.Silent = false;
        Assert.Equal(30, sensor.ReadCelsius());
    }

    [Theory]
    [InlineData("cpu", null, null, 0)]
    [InlineData("28-0123456789AB", "28-0123456789ab", null, 0)]
    [InlineData("lm75:1:72", null, 1, 72)]
    [InlineData("LM75:10:0x4f", null, 10, 0x4F)]
    public void A_sensor_is_named_by_a_word(string text, string? oneWire, int? bus, int address)
    {
        Assert.True(SensorName.TryParse(text, out SensorName name));
        Assert.Equal(new SensorName(oneWire, bus is { } number ? (number, address) : null), name);
    }

    [Theory]
    [InlineData("")]
    [InlineData("gpu")]
    [InlineData("28-01")]
    [InlineData("28-0123456789ag")]
    [InlineData("10-0123456789ab")]
    [InlineData("lm75:1")]
    [InlineData("lm75:1:7")]
    [InlineData("lm75:1:120")]
    [InlineData("lm75:-1:72")]
    [InlineData("lm75:1:0x")]
    [InlineData("lm75:1:72:1")]
    [InlineData("tmp102:1:72")]
    public void Other_words_are_no_sensor(string text) => Assert.False(SensorName.TryParse(text, out _));

    private void Write(string file, string text)
    {
        Directory.CreateDirectory(Path.GetDirectoryName(_directory[file])!);
        File.WriteAllText(_directory[file], text);
    }

    private sealed class FakeLm75 : I2cDevice, II2cBuses
    {
        public byte High, Low;
        public bool Missing, Silent;
        public byte[] Written = [];
        public (int Bus, int Address) Opened;

        public override I2cConnectionSettings ConnectionSettings => new(Opened.Bus, Opened.Address);

        public I2cDevice Open(int bus, int address)
        {
            Opened = (bus, address);
            return Missing ? throw new DriverException("nothing answers") : this;
        }

        public override void WriteRead(ReadOnlySpan<byte> writeBuffer, Span<byte> readBuffer)
        {
            if (Silent)
                throw new IOException("error 121");
            Written = writeBuffer.ToArray();
            (readBuffer[0], readBuffer[1]) = (High, Low);
        }

        public override void Read(Span<byte> buffer) => throw new NotSupportedException();

        public override void Write(ReadOnlySpan<byte> buffer) => throw new NotSupportedException();
    }
}
