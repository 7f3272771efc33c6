using System.Diagnostics;
using System.Globalization;
using Gb28181Edge.Bench;
using Gb28181Edge.Protocol.Manscdp;
using Gb28181Edge.Sip;

namespace Gb28181Edge.Tests.Support;

/// <summary>How long something took, many times.</summary>
internal sealed class Latency
{
    private readonly List<double> _milliseconds = [];

    public void Add(long from, long to) => _milliseconds.Add(Stopwatch.GetElapsedTime(from, to).TotalMilliseconds);

    public int Count => _milliseconds.Count;

    public double Median => Quantile(0.5);

    public double Percentile99 => Quantile(0.99);

    public override string ToString() => string.Create(CultureInfo.InvariantCulture,
        $"median {Median:0.0} ms, 99th percentile {Percentile99:0.0} ms, at most {Quantile(1):0.0} ms in {Count}");

    private double Quantile(double part)
    {
        List<double> sorted = [.. _milliseconds.Order()];
        return sorted[Math.Min((int)(part * sorted.Count), sorted.Count - 1)];
    }
}

/// <summary>A running agent with one Pelco-D head and two contacts without debouncing, seen from its platform and from the far ends of its wires.</summary>
/// <remarks>
/// A head's time runs from just before its platform sends a PTZCmd to the arrival of the first byte at the far end of the line; a
/// contact's from just before its level changes to the arrival of the alarm at the platform. Both count the way through the platform too.
/// </remarks>
internal sealed class LatencyRun(BenchPlatform platform, string cameraId, SerialEar ear)
{
    private const int FrameBytes = 7, StopFrames = 3;

    /// <summary>The line and the agent are at rest before each try: a frame's own time at 9600 baud and the silence after it are over.</summary>
    private static readonly TimeSpan Rest = TimeSpan.FromMilliseconds(60);

    /// <summary>Moves the head and stops it again, <paramref name="samples"/> commands in all.</summary>
    public async Task<Latency> HeadAsync(int samples, CancellationToken cancellationToken)
    {
        var latency = new Latency();
        for (int i = 0; i < samples; i++)
        {
            bool moves = i % 2 == 0;
            PtzCommand command = moves ? PtzCommand.FromMove(new PtzMove(1, 255, 0, 0, 0, 0)) : PtzCommand.Stop;
            int first = ear.Count;
            long sent = Stopwatch.GetTimestamp();
            SipOutcome outcome = await platform.PtzAsync(cameraId, command, cancellationToken);
            if (!outcome.IsSuccess) throw new BenchException($"the head was refused: {outcome.Kind}", outcome.StatusCode);
            latency.Add(sent, await ear.TimeOfAsync(first, cancellationToken));
            await ear.TimeOfAsync(first + ((moves ? 1 : StopFrames) * FrameBytes) - 1, cancellationToken);
            await RestAsync(cancellationToken);
        }
        return latency;
    }

    /// <summary>Closes the contacts in turn; each opens again while the other is being waited for, so that none changes twice unseen.</summary>
    /// <param name="first">The id of one.</param>
    /// <param name="second">The id of the other.</param>
    /// <param name="set">Makes one active or inactive.</param>
    /// <param name="samples">Alarms in all.</param>
    /// <param name="cancellationToken">Ends the run.</param>
    public async Task<Latency> ContactAsync(string first, string second, Action<string, bool> set, int samples, CancellationToken cancellationToken)
    {
        var latency = new Latency();
        var arrival = new TaskCompletionSource<(long, string)>(TaskCreationOptions.RunContinuationsAsynchronously);
        platform.Intercept = incoming =>
        {
            long now = Stopwatch.GetTimestamp();
            if (ManscdpMessage.TryParse(incoming.Request.Body.Span, out ManscdpMessage? message, out _) && message is { Root: ManscdpRoot.Notify } && message.CmdType == CmdType.Alarm)
                Volatile.Read(ref arrival).TrySetResult((now, message.DeviceId));
            return false;
        };
        for (int i = 0; i < samples; i++)
        {
            (string contact, string other) = i % 2 == 0 ? (first, second) : (second, first);
            set(other, false);
            await RestAsync(cancellationToken);
            Volatile.Write(ref arrival, new TaskCompletionSource<(long, string)>(TaskCreationOptions.RunContinuationsAsynchronously));
            long changed = Stopwatch.GetTimestamp();
            set(contact, true);
            (long arrived, string id) = await arrival.Task.WaitAsync(cancellationToken);
            if (id != contact) throw new BenchException($"the alarm is of {id}, not of {contact}");
            latency.Add(changed, arrived);
        }
        platform.Intercept = null;
        set(first, false);
        set(second, false);
        return latency;
    }

    private static async Task RestAsync(CancellationToken cancellationToken)
    {
        using var rest = new PeriodicTimer(Rest);
        await rest.WaitForNextTickAsync(cancellationToken);
    }
}
