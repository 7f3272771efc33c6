using System.Diagnostics;
using System.Globalization;
using Gb28181Edge.Bench;
using Microsoft.Extensions.Logging.Abstractions;

namespace Gb28181Edge.Benchmarks;

/// <summary>A published binary, run as users run it: from its start to its first REGISTER, and its resident memory idle and with ten takers of 4 Mbit/s.</summary>
internal sealed class AgentRun(string binary, DirectoryInfo directory)
{
    private const string CameraId = "34020000001310000001";
    private const int Starts = 15, Takers = 10, GroupsInFile = 5;

    private static readonly TimeSpan Idle = TimeSpan.FromSeconds(10), Watching = TimeSpan.FromSeconds(30);

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
            var run = new AgentRun(Path.GetFullPath(binary), directory);
            await run.FirstRegisterAsync();
            await run.MemoryAsync();
            return 0;
        }
        finally
        {
            directory.Delete(recursive: true);
        }
    }

    private async Task FirstRegisterAsync()
    {
        List<double> milliseconds = [];
        for (int i = 0; i < Starts; i++)
        {
            await using var platform = BenchPlatform.Start(new BenchOptions(), TimeProvider.System, NullLogger.Instance);
            string file = Configuration(platform.Port, """{ "Type": "test" }""");
            long start = Stopwatch.GetTimestamp();
            using Process agent = Start(file);
            await platform.Events.WaitAsync<BenchEvent.Challenged>(null, 0, Limit());
            milliseconds.Add(Stopwatch.GetElapsedTime(start).TotalMilliseconds);
            agent.Kill();
            await agent.WaitForExitAsync();
        }
        milliseconds.Sort();
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture,
            $"start to first REGISTER at the platform: median {milliseconds[Starts / 2]:0} ms, {milliseconds[0]:0} … {milliseconds[^1]:0} ms in {Starts} starts"));
    }

    private async Task MemoryAsync()
    {
        await using var platform = BenchPlatform.Start(new BenchOptions(), TimeProvider.System, NullLogger.Instance);
        using Process agent = Start(Configuration(platform.Port, $$"""{ "Type": "file", "Path": "{{WriteRecording()}}" }"""));
        await platform.WaitForRegistrationAsync(Limit());
        await Task.Delay(Idle);
        Console.WriteLine($"resident, registered and idle: {Resident(agent, "VmRSS")}");
        List<LiveView> views = [];
        for (int i = 0; i < Takers; i++) views.Add(await platform.PlayAsync(CameraId, BenchTransport.Udp, Limit()));
        await Task.Delay(Watching);
        long lost = views.Sum(view => view.Statistics.Lost);
        Console.WriteLine($"resident, {Takers} takers of 4 Mbit/s for {Watching.TotalSeconds:0} s: {Resident(agent, "VmRSS")}, at most {Resident(agent, "VmHWM")}; packets lost: {lost}");
        foreach (LiveView view in views) await view.DisposeAsync();
        agent.Kill();
        await agent.WaitForExitAsync();
    }

    private Process Start(string file)
    {
        var start = new ProcessStartInfo(binary, ["run", "--config", file, "--log-level", "error"]) { RedirectStandardError = false };
        return Process.Start(start) ?? throw new IOException($"{binary} did not start");
    }

    private string Configuration(int port, string source)
    {
        string file = Path.Combine(directory.FullName, "edge.json");
        File.WriteAllText(file, $$"""
            {
              "Device": { "Id": "34020000001110000001", "SipAddress": "127.0.0.1", "SipPort": 0, "StateDirectory": "{{directory.FullName}}" },
              "Platforms": [ { "Id": "34020000002000000001", "Host": "127.0.0.1", "Port": {{port}}, "Password": "12345678" } ],
              "Cameras": [ { "Id": "{{CameraId}}", "Source": {{source}} } ]
            }
            """);
        return file;
    }

    /// <summary>Ten seconds of the synthetic camera as a byte stream.</summary>
    private string WriteRecording()
    {
        string path = Path.Combine(directory.FullName, "camera.h264");
        using FileStream file = File.Create(path);
        for (int i = 0; i < GroupsInFile * SyntheticCamera.GroupSize; i++) file.Write(SyntheticCamera.Picture(i));
        return path;
    }

    private static string Resident(Process agent, string field) =>
        File.ReadLines($"/proc/{agent.Id}/status").First(line => line.StartsWith(field, StringComparison.Ordinal))[(field.Length + 1)..].Trim();

    private static CancellationToken Limit() => new CancellationTokenSource(TimeSpan.FromSeconds(30)).Token;
}
