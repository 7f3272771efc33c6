using System.ComponentModel;
using System.Diagnostics;
using Gb28181Edge.Protocol.Media;
using Gb28181Edge.Protocol.Media.TransportStream;
using Microsoft.Extensions.Logging;

namespace Gb28181Edge.Cameras;

/// <summary>What a process writes to its standard output.</summary>
internal enum ProcessOutput
{
    /// <summary>H.264, Annex B.</summary>
    H264,
    /// <summary>H.265, Annex B.</summary>
    H265,
    /// <summary>MPEG transport stream.</summary>
    MpegTs,
}

/// <summary>A program that writes video to its standard output. No shell is involved; it and what it started end with the run.</summary>
/// <param name="command">The program and its arguments.</param>
/// <param name="output">What it writes.</param>
/// <param name="time">For the times of a bare byte stream, which are those of its arrival.</param>
/// <param name="log">Takes what it writes to its standard error.</param>
internal sealed class ProcessCamera(IReadOnlyList<string> command, ProcessOutput output, TimeProvider time, ILogger log) : ICameraSource
{
    private const int PieceSize = 64 * 1024;

    /// <summary>How long it may take to end by itself.</summary>
    private static readonly TimeSpan Grace = TimeSpan.FromSeconds(1);

    /// <summary>After its output has ended, how long until it is ended.</summary>
    private static readonly TimeSpan ExitTime = TimeSpan.FromSeconds(2);

    /// <summary>The program without its arguments, which may hold secrets.</summary>
    public string Description => Path.GetFileName(command[0]);

    public async Task RunAsync(IAccessUnitSink sink, CancellationToken stop)
    {
        stop.ThrowIfCancellationRequested();
        using Process process = Start();
        process.StandardInput.Close();
        using var end = new CancellationTokenSource();
        var errors = new ProcessErrorLines(Description, log, time);
        Task readErrors = errors.ReadAsync(process.StandardError.BaseStream, end.Token);
        try
        {
            await ReadOutputAsync(process.StandardOutput.BaseStream, sink, stop);
            using var patience = new CancellationTokenSource(ExitTime, time);
            using var either = CancellationTokenSource.CreateLinkedTokenSource(patience.Token, stop);
            try
            {
                await process.WaitForExitAsync(either.Token);
                // what it said last is on its way: its end of the pipe is closed
                await readErrors.WaitAsync(either.Token);
            }
            catch (OperationCanceledException) when (!stop.IsCancellationRequested)
            {
                // a program that closed its output and runs on, or left its standard error to another
            }
            string how = process.HasExited ? $"ended with exit code {process.ExitCode}" : "closed its output";
            string last = errors.Last;
            throw new CameraException($"{Description} {how}{(last.Length > 0 ? ": " + last : "")}");
        }
        finally
        {
            await ProcessTree.EndAsync(process, Grace, time);
            await end.CancelAsync();
            await readErrors;
        }
    }

    private Process Start()
    {
        var start = new ProcessStartInfo(command[0])
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            UseShellExecute = false,
        };
        foreach (string argument in command.Skip(1)) start.ArgumentList.Add(argument);
        try
        {
            return Process.Start(start) ?? throw new CameraException($"{Description} cannot be started");
        }
        catch (Win32Exception e)
        {
            const int NoSuchFile = 2, NoPermission = 13;
            throw new CameraException(e.NativeErrorCode switch
            {
                NoSuchFile => $"{command[0]} cannot be started: there is no such program",
                NoPermission => $"{command[0]} cannot be started: this program may not execute it",
                _ => $"{command[0]} cannot be started: {e.Message}",
            }, e);
        }
    }

    private async Task ReadOutputAsync(Stream stream, IAccessUnitSink sink, CancellationToken stop)
    {
        TsDemuxer? ts = output == ProcessOutput.MpegTs ? new TsDemuxer(sink) : null;
        AccessUnitAssembler? bare = ts is not null ? null
            : new AccessUnitAssembler(output == ProcessOutput.H264 ? Codec.H264 : Codec.H265, sink, AccessUnitTiming.Arrival);
        long began = time.GetTimestamp();
        byte[] piece = new byte[PieceSize];
        for (int read; (read = await stream.ReadAsync(piece, stop)) > 0;)
        {
            ts?.Push(piece.AsSpan(0, read));
            bare?.Push(piece.AsSpan(0, read), MediaTime.FromTimeSpan(time.GetElapsedTime(began)));
        }
        ts?.Flush();
        bare?.Flush();
    }
}
