using Gb28181Edge.Commands;
using Gb28181Edge.Hosting;

try
{
    return await CommandLine.RunAsync(args);
}
catch (Exception bug) // the one place that catches everything: it is reported, and systemd starts the agent again
{
    await Console.Error.WriteLineAsync($"{(EdgeLogging.IsJournal() ? "<2>" : "")}A bug ended the agent: {bug.ToString().ReplaceLineEndings(" | ")}");
    return ExitStatus.Bug;
}
