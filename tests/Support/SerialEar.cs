using System.Diagnostics;

namespace Gb28181Edge.Tests.Support;

/// <summary>What came out of a serial port, and when each byte did. Given by one reader; any thread may look.</summary>
internal sealed class SerialEar
{
    private readonly Lock _gate = new();
    private readonly List<byte> _bytes = [];
    private readonly List<(int First, long Time)> _pieces = [];
    private TaskCompletionSource _more = New();

    /// <summary>Bytes so far: the place to wait from for those to come.</summary>
    public int Count
    {
        get { lock (_gate) return _bytes.Count; }
    }

    /// <summary>Takes what was just read.</summary>
    public void Take(ReadOnlySpan<byte> piece)
    {
        long now = Stopwatch.GetTimestamp();
        TaskCompletionSource more;
        lock (_gate)
        {
            _pieces.Add((_bytes.Count, now));
            _bytes.AddRange(piece);
            (more, _more) = (_more, New());
        }
        more.TrySetResult();
    }

    /// <summary>The bytes from <paramref name="from"/> on, as hexadecimal frames of seven bytes.</summary>
    public string[] Frames(int from)
    {
        lock (_gate) return [.. _bytes.Skip(from).Chunk(7).Select(Convert.ToHexString)];
    }

    /// <summary>Waits for a byte by its number.</summary>
    /// <returns>When it came, as <see cref="Stopwatch.GetTimestamp"/> counts.</returns>
    public async Task<long> TimeOfAsync(int number, CancellationToken cancellationToken)
    {
        while (true)
        {
            Task more;
            lock (_gate)
            {
                if (_bytes.Count > number) return _pieces.FindLast(piece => piece.First <= number).Time;
                more = _more.Task;
            }
            await more.WaitAsync(cancellationToken);
        }
    }

    private static TaskCompletionSource New() => new(TaskCreationOptions.RunContinuationsAsynchronously);
}
