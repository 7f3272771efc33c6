using BenchmarkDotNet.Running;
using Gb28181Edge.Benchmarks;

const string Usage = """
    Gb28181Edge.Benchmarks load   [--takers 1,10,50] [--seconds 10] [--transport udp|tcp] [--runs 3] [--single]
    Gb28181Edge.Benchmarks steady [--takers 8] [--seconds 60] [--transport udp|tcp]
    Gb28181Edge.Benchmarks agent  artifacts/linux-x64/gb28181-edge
    Gb28181Edge.Benchmarks latency artifacts/linux-x64/gb28181-edge
    Gb28181Edge.Benchmarks [BenchmarkDotNet's own arguments, such as --filter '*Send*']
    """;

switch (args)
{
    case [ReceiverProcess.Verb, string transport, string takers]:
        return ReceiverProcess.Run(LoadOptions.ParseTransport(transport), int.Parse(takers, System.Globalization.CultureInfo.InvariantCulture));
    case ["load", ..]:
    case ["steady", ..]:
        if (!LoadOptions.TryParse(args, out LoadOptions? options))
        {
            await Console.Error.WriteLineAsync(Usage);
            return 2;
        }
        return await LoadRun.RunAsync(options);
    case ["agent", string binary]:
        return await AgentRun.RunAsync(binary);
    case ["latency", string binary]:
        return await LatencyCommand.RunAsync(binary);
    case ["--help" or "-h"]:
        Console.WriteLine(Usage);
        return 0;
    default:
        BenchmarkSwitcher.FromAssembly(typeof(LoadRun).Assembly).Run(args);
        return 0;
}
