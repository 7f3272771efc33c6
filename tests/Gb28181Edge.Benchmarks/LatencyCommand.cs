using System.Diagnostics;
using System.Globalization;
using Gb28181Edge.Bench;
using Gb28181Edge.Drivers.Serial;
using Gb28181Edge.Tests.Support;
using Microsoft.Extensions.Logging.Abstractions;

namespace Gb28181Edge.Benchmarks;

/// <summary>A published binary: from a PTZCmd to the first byte on its serial port, and from the change of a contact to the alarm at the platform.</summary>
internal static class LatencyCommand
{
    private const string Camera = "34020000001310000001", FirstContact = "34020000001340000001", SecondContact = "34020000001340000002";
    private const int HeadSamples = 500, ContactSamples = 200;

    public static async Task<int> RunAsync(string binary)
    {
        if (!File.Exists(binary))
        {
            await Console.Error.WriteLineAsync($"{binary}: there is no such program; dotnet publish src/Gb28181Edge -r linux-x64 makes artifacts/linux-x64/gb28181-edge");
            return 2;
        }
        DirectoryInfo directory = Directory.CreateTempSubdirectory("gb28181-edge-");
        try
        {
            await MeasureAsync(Path.GetFullPath(binary), directory.FullName);
            return 0;
        }
        finally
        {
            directory.Delete(recursive: true);
        }
    }

    private static async Task MeasureAsync(string binary, string directory)
    {
        var ear = new SerialEar();
        using var port = new SimulatedSerialPort(piece => ear.Take(piece.Span));
        await using var platform = BenchPlatform.Start(new BenchOptions(), TimeProvider.System, NullLogger.Instance);
        string pins = Directory.CreateDirectory(Path.Combine(directory, "pins")).FullName, file = Path.Combine(directory, "edge.json");
        await File.WriteAllTextAsync(file, Configuration(platform.Port, directory, pins, port.Path));
        using Process agent = Process.Start(new ProcessStartInfo(binary, ["run", "--config", file, "--log-level", "error"])) ?? throw new IOException($"{binary} did not start");
        try
        {
            using var limit = new CancellationTokenSource(TimeSpan.FromMinutes(5));
            await platform.WaitForRegistrationAsync(limit.Token);
            await ear.TimeOfAsync(20, limit.Token);                        // the stop that the head gets at the start
            var run = new LatencyRun(platform, Camera, ear);
            Console.WriteLine($"SIP datagram to first serial byte: {await run.HeadAsync(HeadSamples, limit.Token)}");
            Latency contacts = await run.ContactAsync(FirstContact, SecondContact, (id, active) => Set(directory, pins, id, active), ContactSamples, limit.Token);
            Console.WriteLine($"edge to SIP datagram, DebounceMs 0: {contacts}");
        }
        finally
        {
            agent.Kill();
            await agent.WaitForExitAsync();
        }
    }

    private static void Set(string directory, string pins, string id, bool active)
    {
        string next = Path.Combine(directory, "level");
        File.WriteAllText(next, active ? "1\n" : "0\n");
        File.Move(next, Path.Combine(pins, id == FirstContact ? "1" : "2"), overwrite: true);
    }

    private static string Configuration(int platform, string directory, string pins, string port) => string.Create(CultureInfo.InvariantCulture, $$"""
        {
          "Device": { "Id": "34020000001110000001", "SipAddress": "127.0.0.1", "SipPort": 0, "StateDirectory": "{{directory}}" },
          "Platforms": [ { "Id": "34020000002000000001", "Host": "127.0.0.1", "Port": {{platform}}, "Password": "12345678" } ],
          "Cameras": [ { "Id": "{{Camera}}", "Source": { "Type": "test" }, "Ptz": { "Driver": "pelco-d", "Bus": "rs485", "Address": 1 } } ],
          "Buses": [ { "Name": "rs485", "Port": "{{port}}", "Baud": 9600 } ],
          "Board": { "Driver": "simulated", "Directory": "{{pins}}" },
          "AlarmInputs": [
            { "Id": "{{FirstContact}}", "Pin": 1, "ActiveLow": false, "Pull": "none", "DebounceMs": 0, "RearmSeconds": 0 },
            { "Id": "{{SecondContact}}", "Pin": 2, "ActiveLow": false, "Pull": "none", "DebounceMs": 0, "RearmSeconds": 0 }
          ]
        }
        """);
}
