using System.Diagnostics;
using System.Globalization;
using System.Runtime.InteropServices;
using Gb28181Edge.Tests.Support;

namespace Gb28181Edge.Tests.Interop;

/// <summary>A program that runs beside a test: its lines are kept and waited for, shown with the test, and it is killed in the end with all its children.</summary>
internal sealed partial class ChildProgram : IAsyncDisposable
{
    private readonly string _name;
    private readonly Process _process;
    private readonly Lock _gate = new();
    private readonly List<string> _lines = [];
    private readonly Task _output, _error;
    private bool _isDisposed;

    private ChildProgram(string name, Process process)
    {
        (_name, _process) = (name, process);
        _output = ReadAsync(process.StandardOutput);
        _error = ReadAsync(process.StandardError);
    }

    /// <summary>What it wrote so far to its standard output and standard error.</summary>
    public IReadOnlyList<string> Lines
    {
        get { lock (_gate) return [.. _lines]; }
    }

    /// <summary>Lines so far: the place to wait from for those to come.</summary>
    public int Count
    {
        get { lock (_gate) return _lines.Count; }
    }

    public bool HasExited => _process.HasExited;

    /// <summary>Starts it without a terminal, and without what a service manager may have put into the environment.</summary>
    public static ChildProgram Start(string program, IEnumerable<string> arguments, string workingDirectory)
    {
        var start = new ProcessStartInfo(program, arguments)
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            WorkingDirectory = workingDirectory,
        };
        foreach (string variable in (string[])["CREDENTIALS_DIRECTORY", "NOTIFY_SOCKET", "JOURNAL_STREAM", "WATCHDOG_USEC"]) start.Environment.Remove(variable);
        Process process = Process.Start(start)!;
        process.StandardInput.Close();
        return new ChildProgram(Path.GetFileName(program), process);
    }

    /// <summary>How many lines hold <paramref name="part"/>.</summary>
    public int CountOf(string part, int from = 0) => Lines.Skip(from).Count(line => line.Contains(part, StringComparison.Ordinal));

    /// <summary>The first line from <paramref name="from"/> on that holds <paramref name="part"/>, whether it is there already or still to come.</summary>
    public async Task<string> LineAsync(string part, int from = 0, TimeSpan? limit = null)
    {
        string? found = null;
        await Eventually.TrueAsync(() => (found = Find(part, from)) is not null || HasEnded, $"{_name} says '{part}'", limit);
        found ??= Find(part, from);
        if (found is null) Assert.Fail($"{_name} ended with {_process.ExitCode} and did not say '{part}'");
        return found;
    }

    /// <summary>Waits for its end.</summary>
    /// <returns>The exit status; 128 and the signal's number after a signal.</returns>
    public async Task<int> ExitAsync(TimeSpan limit)
    {
        await Eventually.TrueAsync(() => HasEnded, $"{_name} ends", limit);
        return _process.ExitCode;
    }

    /// <summary>Asks it to end.</summary>
    public void Terminate() => Assert.Equal(0, Signal(_process.Id, SigTerm));

    /// <summary>SIGKILL to it and its children: no handler runs, nothing is flushed.</summary>
    public void Kill()
    {
        if (!_process.HasExited) _process.Kill(entireProcessTree: true);
        _process.WaitForExit();
    }

    public async ValueTask DisposeAsync()
    {
        if (_isDisposed) return;
        _isDisposed = true;
        Kill();
        await Task.WhenAny(Task.WhenAll(_output, _error), Task.Delay(TimeSpan.FromSeconds(2), CancellationToken.None));
        if (TestContext.Current.TestOutputHelper is { } show)
        {
            show.WriteLine(string.Create(CultureInfo.InvariantCulture, $"---- {_name}, process {_process.Id}, ended with {_process.ExitCode}"));
            foreach (string line in Lines.TakeLast(400)) show.WriteLine(line);
        }
        _process.Dispose();
    }

    private bool HasEnded => _process.HasExited && _output.IsCompleted && _error.IsCompleted;

    private const int SigTerm = 15;

    private string? Find(string part, int from)
    {
        lock (_gate)
        {
            for (int i = from; i < _lines.Count; i++)
            {
                if (_lines[i].Contains(part, StringComparison.Ordinal)) return _lines[i];
            }
        }
        return null;
    }

    private async Task ReadAsync(StreamReader from)
    {
        while (await from.ReadLineAsync(CancellationToken.None) is { } line)
        {
            lock (_gate) _lines.Add(line);
        }
    }

    [LibraryImport("libc", EntryPoint = "kill")]
    private static partial int Signal(int process, int signal);
}
