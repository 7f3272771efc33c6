using System.Net;
using Gb28181Edge.Configuration;
using Gb28181Edge.Hosting;
using Gb28181Edge.Storage;
using Gb28181Edge.Tests.Support;
using Microsoft.Extensions.Logging.Abstractions;

namespace Gb28181Edge.Tests.Hosting;

/// <summary>Alarm inputs that are no contact and outputs with modes, from the configuration to the pins and the outbox.</summary>
public sealed class AlarmAgentTests
{
    private const string Disk = "34020000001340000001", Door = "34020000001340000002", Beacon = "34020000001350000001", Lamp = "34020000001350000002";

    [Fact]
    public async Task A_storage_fault_is_a_row_and_switches_the_output_that_is_bound_to_it_alone()
    {
        using var directory = new TemporaryDirectory();
        string Pin(int number) => File.ReadAllText(directory[$"pins/{number}"]).Trim();
        await using (EdgeAgent agent = Composition.Create(Configuration(directory), new RunOptions(), NullLoggerFactory.Instance))
        {
            await agent.StartAsync(TestContext.Current.CancellationToken);
            await Eventually.TrueAsync(() => Pin(27) == "1", "the beacon is on");
            AlarmRecord alarm = Assert.Single(agent.Parts.Outbox.Pending("city", 10)).Alarm;
            Assert.Equal((Disk, 2, 6, 1), (alarm.DeviceId, alarm.Priority, alarm.Method, alarm.Type));
            Assert.StartsWith("Card: ", alarm.Description, StringComparison.Ordinal);
            Assert.Equal("0", Pin(28));                                     // in hand, and bound to the door only
            await File.WriteAllTextAsync(directory["pins/17"], "1\n", TestContext.Current.CancellationToken);   // closed at rest: it opens
            await Eventually.TrueAsync(() => Pin(28) == "1", "the lamp is on");
            Assert.True(await agent.Parts.Alarms.ResetAsync(Door, null, null, TestContext.Current.CancellationToken));
            await Eventually.TrueAsync(() => Pin(28) == "0", "the lamp is off");
            Assert.True(agent.AllLoopsTicked());
        }
        Assert.Equal(("0", "1"), (Pin(27), Pin(28)));                       // their safe values
    }

    private static EdgeConfiguration Configuration(TemporaryDirectory directory) => new()
    {
        Device = new DeviceOptions { Id = "34020000001110000001", SipAddress = IPAddress.Loopback, SipPort = 0, StateDirectory = directory["."] },
        // nobody listens there
        Platforms = [new PlatformOptions { Name = "city", Id = "34020000002000000001", Host = "127.0.0.1", Port = 1, Transport = PlatformTransport.Tcp }],
        Cameras = [new CameraOptions { Id = "34020000001310000001", Source = new TestSourceOptions() }],
        Board = new SimulatedBoardOptions { Directory = directory["pins"] },
        AlarmInputs =
        [
            new AlarmInputOptions { Id = Disk, Name = "Card", Priority = 2, Storage = new StorageOptions { Watch = StorageWatch.Fault, Path = "/proc/self" } },
            new AlarmInputOptions { Id = Door, Pin = 17, NormallyClosed = true, DebounceMs = 0 },
        ],
        Outputs =
        [
            new OutputOptions { Id = Beacon, Pin = 27, Inputs = [Disk], Mode = OutputAction.Latch },
            new OutputOptions { Id = Lamp, Pin = 28, Inputs = [Door], SafeOn = true },
        ],
    };
}
