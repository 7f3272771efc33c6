using Microsoft.Win32.SafeHandles;

namespace Gb28181Edge.Drivers.Boards;

/// <summary>One thread that sleeps in poll over the descriptors of one board and calls whoever became readable.</summary>
internal sealed unsafe class PollThread : IDisposable
{
    private readonly object _gate = new();                                 // a monitor: Forget waits for the thread to pass
    private readonly Dictionary<SafeFileHandle, (Action Readable, Action<string> Lost)> _watched = [];
    private readonly SafeFileHandle _wake = Libc.CreateEvent();
    private readonly Thread _thread;
    private long _asked, _passed;
    private bool _stopping;

    public PollThread(string name)
    {
        _thread = new Thread(Run, 256 * 1024) { IsBackground = true, Name = name };
        _thread.Start();
    }

    /// <summary>Calls <paramref name="readable"/> on the thread whenever the descriptor has something to read.</summary>
    /// <param name="file">Non-blocking; stays the caller's.</param>
    /// <param name="readable">Reads all there is.</param>
    /// <param name="lost">The device behind the descriptor has gone; it is watched no longer.</param>
    public void Watch(SafeFileHandle file, Action readable, Action<string> lost)
    {
        lock (_gate)
            _watched.Add(file, (readable, lost));
        Signal();
    }

    /// <summary>Ends the watching; when it returns the thread does not use the descriptor any more, so that it may be closed.</summary>
    public void Forget(SafeFileHandle file)
    {
        lock (_gate)
        {
            if (!_watched.Remove(file))
                return;
            long target = ++_asked;
            Signal();
            while (_passed < target && Thread.CurrentThread != _thread && _thread.IsAlive)
                Monitor.Wait(_gate);
        }
    }

    public void Dispose()
    {
        lock (_gate)
        {
            if (_stopping)
                return;
            _stopping = true;
        }
        Signal();
        if (Thread.CurrentThread != _thread)
            _thread.Join();
        _wake.Dispose();
    }

    private void Signal()
    {
        ReadOnlySpan<byte> one = [1, 0, 0, 0, 0, 0, 0, 0];
        _ = Libc.Write(_wake, one);                                        // fails only when it is signalled 2^64 times over
    }

    private void Run()
    {
        Span<byte> counter = stackalloc byte[8];
        while (true)
        {
            SafeFileHandle[] files;
            lock (_gate)
            {
                _passed = _asked;
                Monitor.PulseAll(_gate);
                if (_stopping)
                    return;
                files = [_wake, .. _watched.Keys];
            }
            Libc.PollEntry[] entries = Poll(files);
            if (entries[0].Returned != 0)
                _ = Libc.Read(_wake, counter);
            for (int i = 1; i < files.Length; i++)
                Call(files[i], entries[i].Returned);
        }
    }

    private static Libc.PollEntry[] Poll(SafeFileHandle[] files)
    {
        var entries = new Libc.PollEntry[files.Length];
        for (int i = 0; i < files.Length; i++)
            entries[i] = new Libc.PollEntry { Descriptor = (int)files[i].DangerousGetHandle(), Events = Libc.PollIn };
        fixed (Libc.PollEntry* start = entries)
        {
            // a signal to the process ends the sleep early, with nothing marked
            if (Libc.Poll(start, (nuint)entries.Length, -1) < 0 && Libc.LastError != Libc.Interrupted)
                throw new DriverException($"poll: {Libc.Describe(Libc.LastError)}");
        }
        return entries;
    }

    private void Call(SafeFileHandle file, short returned)
    {
        if (returned == 0)
            return;
        (Action Readable, Action<string> Lost) handlers;
        lock (_gate)
        {
            if (!_watched.TryGetValue(file, out handlers))
                return;
            if ((returned & Libc.PollIn) == 0)
                _watched.Remove(file);
        }
        if ((returned & Libc.PollIn) != 0)
            handlers.Readable();
        else
            handlers.Lost("the device has gone");
    }
}
