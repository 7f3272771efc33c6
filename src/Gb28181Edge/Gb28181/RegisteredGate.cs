namespace Gb28181Edge.Gb28181;

/// <summary>Open while the platform has us registered: what the other loops of a link wait at. Any thread.</summary>
internal sealed class RegisteredGate
{
    private readonly Lock _lock = new();
    private TaskCompletionSource _opened = New(), _closed = New();

    public RegisteredGate() => _closed.SetResult();

    /// <summary>Completes when the gate is open; of the present state.</summary>
    public Task Opened
    {
        get { lock (_lock) return _opened.Task; }
    }

    /// <summary>Completes when the gate is shut; of the present state.</summary>
    public Task Closed
    {
        get { lock (_lock) return _closed.Task; }
    }

    public void Open()
    {
        lock (_lock)
        {
            if (_opened.Task.IsCompleted) return;
            _closed = New();
            _opened.SetResult();
        }
    }

    public void Close()
    {
        lock (_lock)
        {
            if (_closed.Task.IsCompleted) return;
            _opened = New();
            _closed.SetResult();
        }
    }

    private static TaskCompletionSource New() => new(TaskCreationOptions.RunContinuationsAsynchronously);
}
