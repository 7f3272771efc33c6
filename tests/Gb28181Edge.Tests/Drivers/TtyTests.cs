using Gb28181Edge.Drivers;
using Gb28181Edge.Drivers.Ptz;
using Gb28181Edge.Drivers.Serial;
using Gb28181Edge.Tests.Support;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;

namespace Gb28181Edge.Tests.Drivers;

public class TtyTests
{
    private static readonly byte[] Right = Convert.FromHexString("FF010002200023");

    [Fact]
    public async Task A_head_on_a_real_terminal_gets_the_bytes_unchanged()
    {
        using var pty = new Pty();
        await using SerialLine line = Line(pty.Path);
        await using var head = new PelcoDDriver(line, 1);
        await head.MoveAsync(new PtzVelocity(0.5f, 0, 0), default);
        await head.MoveAsync(default, default);
        await head.SetAuxiliaryAsync(1, true, default);
        await Eventually.TrueAsync(() => pty.Pump() >= 35, "five frames");
        Assert.Equal(["FF010002200023", "FF010000000001", "FF010000000001", "FF010000000001", "FF01000900010B"], pty.Frames);
    }

    [Fact]
    public void Every_byte_value_passes_raw()
    {
        using var pty = new Pty();
        using Tty tty = Open(pty.Path);
        byte[] all = [.. Enumerable.Range(0, 256).Select(value => (byte)value)];
        tty.Transmit(all);
        pty.Pump();
        Assert.Equal(all, pty.Received);
    }

    // cflag: B2400 0B, CS7 20, CS8 30, CSTOPB 40, CREAD 80, PARENB 100, PARODD 200, CLOCAL 800; a pty keeps 8 bits whatever is asked
    [Theory]
    [InlineData(2400, "8N1", 0x000B)]
    [InlineData(9600, "8N2", 0x004D)]
    [InlineData(115200, "8E1", 0x1002)]
    [InlineData(31250, "8N1", 0x1000)]
    public void The_kernel_has_rate_and_format(int baud, string format, uint expected)
    {
        using var pty = new Pty();
        Assert.True(SerialFormat.TryParse(format, out SerialFormat parsed));
        using var tty = new Tty(pty.Path, baud, parsed, null, NullLogger.Instance);
        tty.Open();
        Assert.Equal(expected | 0x8B0, pty.ControlFlags() & ~0x300u);
    }

    [Fact]
    public void A_port_that_is_not_there_is_named()
    {
        using Tty tty = Open("/dev/ttyNone9");
        Assert.Equal("there is no serial port /dev/ttyNone9", Assert.Throws<DriverException>(tty.Open).Message);
    }

    [Fact]
    public void A_file_is_no_serial_port()
    {
        using var directory = new TemporaryDirectory();
        File.WriteAllText(directory["port"], "");
        using Tty tty = Open(directory["port"]);
        Assert.Contains("is no serial port", Assert.Throws<DriverException>(tty.Open).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_port_that_vanished_is_opened_again_when_it_is_back_and_nothing_comes_late()
    {
        using var directory = new TemporaryDirectory();
        string link = directory["ttyUSB0"];
        var log = new RecordingLog();
        using var tty = new Tty(link, 2400, SerialFormat.EightNoneOne, null, log);
        var first = new Pty();
        File.CreateSymbolicLink(link, first.Path);
        tty.Transmit(Right);
        first.Pump();
        Assert.Equal(["FF010002200023"], first.Frames);

        using var second = new Pty();                                      // made while the first lives, so that it is another device
        first.Dispose();
        File.Delete(link);
        Assert.Throws<DriverException>(() => tty.Transmit(Right));
        Assert.Throws<DriverException>(() => tty.Transmit(Right));
        Assert.True(log.Has(LogLevel.Warning, "lost"));

        File.CreateSymbolicLink(link, second.Path);
        tty.Transmit(Convert.FromHexString("FF010000000001"));
        second.Pump();
        Assert.Equal(["FF010000000001"], second.Frames);
    }

    [Fact]
    public void A_line_that_takes_nothing_is_an_error_and_its_bytes_are_thrown_away()
    {
        using var pty = new Pty();
        using Tty tty = Open(pty.Path);
        DriverException stuck = Assert.Throws<DriverException>(() =>
        {
            for (int i = 0; i < 100_000; i++)
                tty.Transmit(Right);
        });
        Assert.Contains("takes no bytes", stuck.Message, StringComparison.Ordinal);
        int before = pty.Pump();
        tty.Transmit(Right);                                               // opens again
        Assert.Equal(before + 7, pty.Pump());
    }

    [Fact]
    public void The_transceiver_is_enabled_for_the_frame_and_disabled_after_it()
    {
        using var pty = new Pty();
        var events = new List<string>();
        var enable = new FakeOutput("DE", events);
        using var tty = new Tty(pty.Path, 115200, SerialFormat.EightNoneOne, enable, NullLogger.Instance);
        tty.Transmit(Right);
        Assert.Equal(["DE on", "DE off"], events);
        Assert.Equal(7, pty.Pump());
    }

    [Fact]
    public void The_transceiver_is_disabled_when_the_port_fails_too()
    {
        var pty = new Pty();
        var enable = new FakeOutput("DE");
        using var tty = new Tty(pty.Path, 115200, SerialFormat.EightNoneOne, enable, NullLogger.Instance);
        tty.Transmit(Right);
        pty.Dispose();
        Assert.Throws<DriverException>(() => tty.Transmit(Right));
        Assert.False(enable.IsActive);
    }

    [Theory]
    [InlineData("8N1", 8, SerialParity.None, 1, 10)]
    [InlineData("7e2", 7, SerialParity.Even, 2, 11)]
    [InlineData("5O1", 5, SerialParity.Odd, 1, 8)]
    public void A_format_is_read(string text, int bits, object parity, int stop, int perCharacter)
    {
        Assert.True(SerialFormat.TryParse(text, out SerialFormat format));
        Assert.Equal(new SerialFormat(bits, (SerialParity)parity, stop), format);
        Assert.Equal(perCharacter, format.BitsPerCharacter);
        Assert.Equal(text.ToUpperInvariant(), format.ToString());
    }

    [Theory]
    [InlineData("")]
    [InlineData("9N1")]
    [InlineData("4N1")]
    [InlineData("8X1")]
    [InlineData("8N3")]
    [InlineData("8N11")]
    public void Another_format_is_refused(string text) => Assert.False(SerialFormat.TryParse(text, out _));

    [Fact]
    public void Seven_bytes_at_2400_baud_take_29_milliseconds() =>
        Assert.Equal(29.17, SerialFormat.EightNoneOne.DurationOf(7, 2400).TotalMilliseconds, 0.01);

    private static SerialLine Line(string path) => new(Open(path), TimeSpan.FromMilliseconds(1), TimeProvider.System);

    private static Tty Open(string path) => new(path, 115200, SerialFormat.EightNoneOne, null, NullLogger.Instance);
}
