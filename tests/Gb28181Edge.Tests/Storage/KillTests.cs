using System.Diagnostics;
using System.Globalization;
using Gb28181Edge.Storage;
using Gb28181Edge.Tests.Support;
using Microsoft.Extensions.Logging.Abstractions;

namespace Gb28181Edge.Tests.Storage;

/// <summary>SIGKILL between an edge and its sending loses no alarm.</summary>
public sealed class KillTests : IDisposable
{
    private readonly TemporaryDirectory _directory = new();

    public void Dispose() => _directory.Dispose();

    [Fact]
    public async Task Of_alarms_killed_between_edge_and_sending_none_is_lost_in_six_rounds() => await KillAsync(6);

    [Fact, Trait("Needs", "packages")]                                     // needs no package but a minute: with the slow ones
    public async Task Of_alarms_killed_between_edge_and_sending_none_is_lost_in_a_hundred_rounds() => await KillAsync(100);

    /// <summary>Each round makes one edge and kills: at once, at a chosen moment, or as soon as the row is there. The next child tells whether it is.</summary>
    private async Task KillAsync(int rounds)
    {
        var random = new Random(28181);
        int before = 0;
        for (int round = 0; round < rounds; round++)
        {
            using Child child = new(_directory.Path);
            int stored = await child.ReadyAsync();
            Assert.True(stored >= before + (round == 0 ? 0 : 1), $"round {round}: {stored} rows after {before}: the alarm of the last round is lost");
            before = stored;
            WritePin("1\n");
            await child.SaysAsync("idle");
            WritePin("0\n");                                               // the door opens
            if (round % 3 == 1)
                await child.SaysAsync("stored");
            else if (round % 3 == 2)
                Thread.SpinWait(random.Next(2_000_000));
            child.Kill();
        }
        using (Child last = new(_directory.Path))
        {
            Assert.True(await last.ReadyAsync() > before, "the alarm of the last round is lost");
            last.Kill();
        }
        using EdgeDatabase database = KilledAgent.OpenDatabase(_directory.Path);
        var outbox = new AlarmOutbox(database, [KilledAgent.Platform], TimeProvider.System, NullLogger.Instance);
        Assert.True(outbox.Pending(KilledAgent.Platform, int.MaxValue).Count >= rounds);
        Assert.Equal(0, outbox.Dropped);
        Assert.Empty(Directory.GetFiles(_directory.Path, "*damaged*"));
    }

    private void WritePin(string content)
    {
        File.WriteAllText(_directory["next"], content);
        File.Move(_directory["next"], Path.Combine(_directory["pins"], KilledAgent.Pin.ToString(CultureInfo.InvariantCulture)), overwrite: true);
    }

    private sealed class Child : IDisposable
    {
        private readonly Process _process;

        public Child(string directory)
        {
            var start = new ProcessStartInfo(Environment.ProcessPath!) { RedirectStandardOutput = true, RedirectStandardInput = true };
            if (Path.GetFileNameWithoutExtension(Environment.ProcessPath) == "dotnet")
                start.ArgumentList.Add(typeof(KillTests).Assembly.Location);
            start.Environment[KilledAgent.Variable] = directory;
            _process = Process.Start(start)!;
        }

        public async Task<int> ReadyAsync()
        {
            string line = await NextAsync("ready");
            Assert.StartsWith("ready ", line, StringComparison.Ordinal);
            return int.Parse(line.AsSpan(6), CultureInfo.InvariantCulture);
        }

        public async Task SaysAsync(string expected)
        {
            while (await NextAsync(expected) != expected)
                continue;
        }

        /// <summary>SIGKILL: no handler runs, nothing is flushed.</summary>
        public void Kill()
        {
            _process.Kill();
            _process.WaitForExit();
        }

        public void Dispose()
        {
            if (!_process.HasExited)
                Kill();
            _process.Dispose();
        }

        private async Task<string> NextAsync(string what)
        {
            string? line = await Eventually.ResultAsync(_process.StandardOutput.ReadLineAsync(), $"the child says {what}");
            Assert.NotNull(line);
            return line;
        }
    }
}
