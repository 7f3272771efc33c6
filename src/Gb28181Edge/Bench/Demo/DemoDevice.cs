using System.Net;
using System.Net.Sockets;
using Gb28181Edge.Configuration;

namespace Gb28181Edge.Bench.Demo;

/// <summary>What the demonstration's agent is made of: a test camera with a head, a contact and a siren.</summary>
internal static class DemoDevice
{
    public const string Id = "34020000001110000001";
    public const string CameraId = "34020000001310000001";
    public const string AlarmInputId = "34020000001340000001";
    public const string SirenId = "34020000001350000001";
    public const string Password = "demo-12345678";
    public const int ContactPin = 17;
    public const int SirenPin = 27;
    public const byte HeadAddress = 1;

    /// <summary>Ports for this many streams at once.</summary>
    private const int MediaPortCount = 40;

    /// <param name="bench">Whom it registers with.</param>
    /// <param name="benchPort">Where that one listens.</param>
    /// <param name="serialPort">The device file of the simulated serial port.</param>
    /// <param name="directory">Exists; everything that is written goes there.</param>
    public static EdgeConfiguration Configure(BenchOptions bench, int benchPort, string serialPort, string directory) => new()
    {
        Device = new DeviceOptions
        {
            Id = Id,
            Name = "Demonstration",
            SipAddress = bench.Address,
            SipPort = 0,
            MediaAddress = bench.Address,
            MediaPorts = FreePorts(bench.Address),
            StateDirectory = Path.Combine(directory, "state"),
        },
        Platforms =
        [
            new PlatformOptions
            {
                Name = "bench",
                Id = bench.Id,
                Domain = bench.Domain,
                Host = bench.Address.ToString(),
                Port = benchPort,
                Password = bench.Password,
                KeepaliveSeconds = 2,
            },
        ],
        Cameras =
        [
            new CameraOptions
            {
                Id = CameraId,
                Name = "Test pattern",
                Source = new TestSourceOptions(),
                Ptz = new PelcoDPtzOptions { Bus = "head", Address = HeadAddress },
            },
        ],
        Board = new SimulatedBoardOptions { Directory = PinsOf(directory) },
        Buses = [new BusOptions { Name = "head", Port = serialPort, Baud = 2400 }],
        AlarmInputs =
        [
            new AlarmInputOptions { Id = AlarmInputId, Name = "Door contact", Pin = ContactPin, ActiveLow = true, Camera = CameraId },
        ],
        Outputs = [new OutputOptions { Id = SirenId, Name = "Siren", Pin = SirenPin, Auxiliary = 2, OnAlarm = true }],
    };

    /// <summary>Where the simulated board has its pins.</summary>
    public static string PinsOf(string directory) => Path.Combine(directory, "pins");

    // the kernel names a port that is free now; those above it are tried one by one by whoever takes them
    private static PortRange FreePorts(IPAddress address)
    {
        using var probe = new Socket(address.AddressFamily, SocketType.Dgram, ProtocolType.Udp);
        probe.Bind(new IPEndPoint(address, 0));
        int first = Math.Min(((IPEndPoint)probe.LocalEndPoint!).Port, 65_535 - MediaPortCount) & ~1;
        return new PortRange(first, first + MediaPortCount - 1);
    }
}
