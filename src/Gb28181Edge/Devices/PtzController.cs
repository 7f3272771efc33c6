using Gb28181Edge.Drivers;
using Gb28181Edge.Storage;
using Microsoft.Extensions.Logging;

namespace Gb28181Edge.Devices;

/// <summary>One head's loop: sends the latest wanted motion, every stop, and a stop of its own when nobody steers any more.</summary>
/// <remarks>
/// <para>Any platform may steer; the last one wins. Of the moves that come while one is being sent the latest is kept; a stop is kept apart,
/// sent before any later move, and takes what still waits for the line out of its way. The first thing sent is a stop: the head may still
/// move since a crash. After a failure nothing but a stop is tried, with a growing pause, until it went out.</para>
/// <para>All other orders wait in one queue of <see cref="OrderCapacity"/>; more are refused and logged. Of those that begin a travel (preset,
/// position, drag zoom, cruise, scan) the latest is kept, and a later move or stop withdraws it. What takes the place where the head looks
/// is done before a move that came later. A move or a stop ends cruise and scan; lens and auxiliaries do not. Nothing here waits for a
/// disk: <see cref="PtzWriter"/> does.</para>
/// <para>A cruise or scan belongs to the agent: it goes on when the platform that began it is lost, and after a restart.</para>
/// </remarks>
internal sealed partial class PtzController : IPtzController, IAsyncDisposable
{
    public const int OrderCapacity = 128;

    private static readonly TimeSpan FirstRetry = TimeSpan.FromMilliseconds(250), LongestRetry = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan LastStopDeadline = TimeSpan.FromSeconds(2);

    /// <summary>A program sets off so long after a failure.</summary>
    private static readonly TimeSpan ProgramPause = TimeSpan.FromSeconds(5);

    /// <summary>A driver is not asked to go on more often.</summary>
    private static readonly TimeSpan ShortestPause = TimeSpan.FromMilliseconds(1);

    /// <summary>The head is asked for its position no more often.</summary>
    private static readonly TimeSpan ReadPause = TimeSpan.FromMilliseconds(500);

    private readonly string _camera;
    private readonly IPtzDriver _driver;
    private readonly TimeSpan _timeout;
    private readonly PtzSettings _settings;
    private readonly TimeProvider _time;
    private readonly ILogger _log;
    private readonly long _origin;
    private readonly Wake _wake;
    private readonly PtzWriter? _writer;
    private readonly Lock _gate = new();

    // under the gate: what is wanted
    private readonly Group _move = new(), _lens = new();
    private readonly LinkedList<PtzOrder> _orders = new();
    private readonly PtzPrograms _programs;
    private PtzVelocity _wanted;
    private PtzVelocity? _stop, _latest;
    private int _placesFirst;
    private Step _sending;
    private TaskCompletionSource<PtzReading?>? _reader;
    private PtzReading? _reading;
    private bool _ending;

    /// <summary>What waits in <see cref="_stop"/> or <see cref="_latest"/> changes focus and iris alone.</summary>
    private bool _isLensAlone;

    // under the gate: what is known
    private volatile PtzRecord _record;
    private volatile HomePosition? _home;

    // under the gate, changed by the loop alone: what the head was told, and when to go on
    private PtzAbilities _abilities;
    private bool _stopOwed = true;
    private bool _stands, _retried;

    /// <summary>The last motion that it was told is a way to a preset, a position or home.</summary>
    private bool _travels;

    /// <summary>The lens ended a way, because the head cannot do both, and still moves.</summary>
    private bool _lensEndedWay;
    private TimeSpan _retryAt, _programsAt, _readAt;
    private TimeSpan? _continueAt;
    private int _failures;
    private Task _loop = Task.CompletedTask;

    /// <param name="camera">The camera's id.</param>
    /// <param name="driver">Owned.</param>
    /// <param name="moveTimeout">The head stops when no command came for so long.</param>
    /// <param name="time">The clock.</param>
    /// <param name="log">Where failures are told.</param>
    /// <param name="settings">How it behaves by itself; null is the usual.</param>
    /// <param name="store">Where presets and cruises are kept; null keeps them until the end only. Not owned, and read at once.</param>
    public PtzController(
        string camera, IPtzDriver driver, TimeSpan moveTimeout, TimeProvider time, ILogger log, PtzSettings? settings = null, IPtzStore? store = null)
    {
        (_camera, _driver, _timeout, _time, _log, _settings) = (camera, driver, moveTimeout, time, log, settings ?? new PtzSettings());
        _origin = time.GetTimestamp();
        _wake = new Wake(time);
        _programs = new PtzPrograms(_settings);
        PtzRecord? known = store is null ? PtzRecord.Empty : store.Load(camera);
        _record = known ?? PtzRecord.Empty;
        if (known is null)
            log.PtzNotKept(camera);                                        // to save now would destroy what could not be read
        if (store?.LoadHome(camera) is { } home)
            _home = new HomePosition(home.Enabled, home.ResetSeconds, home.Preset);
        if (store is not null && known is not null)
            _writer = new PtzWriter(camera, store, OnHomeSaved, time, log);
        if (_record.Running is { } running)
            _programs.Begin(running, Now);
    }

    /// <summary>Ends with the loops; faults when one met a bug.</summary>
    public Task Completion { get; private set; } = Task.CompletedTask;

    /// <summary>How long ago the loop last went round; some seconds at most while it lives. For the watchdog; any thread.</summary>
    public TimeSpan SinceLastTurn => _wake.SinceLastTurn;

    public IReadOnlyList<Preset> Presets => [.. _record.Presets.Select(preset => new Preset(preset.Key, preset.Value.Name))];

    public IReadOnlyList<Cruise> Cruises =>
    [
        .. _record.Cruises.Where(cruise => !cruise.Value.Points.IsEmpty).Select(cruise => new Cruise(
            cruise.Key, cruise.Value.Name ?? $"Cruise {cruise.Key}", cruise.Value.Points,
            (int)CruiseRun.DwellOf(cruise.Value, TimeSpan.FromSeconds(_settings.DwellSeconds)).TotalSeconds, CruiseRun.SpeedOf(cruise.Value))),
    ];

    public HomePosition? Home => _home;

    /// <summary>The cruise or scan that runs, or goes on when the head is back; null when none does.</summary>
    public ProgramRecord? Running => _record.Running;

    public double? FieldDegrees => _settings.FieldDegrees;

    private TimeSpan Now => _time.GetElapsedTime(_origin);

    /// <summary>Begins the loop. Orders that were posted before are not lost.</summary>
    public void Start()
    {
        _writer?.Start();
        _loop = Task.Run(RunAsync);
        Completion = _writer is null ? _loop : Task.WhenAny(_loop, _writer.Completion).Unwrap();
    }

    public void Post(PtzOrder order)
    {
        CancellationTokenSource? overtaken = null;
        lock (_gate)
        {
            if (_ending)
                return;
            _programs.OnActivity(Now);
            switch (order)
            {
                case PtzOrder.Move move:
                    bool moves = move is not { Pan: 0, Tilt: 0, Zoom: 0 };
                    _move.Take(move.Platform, moves, Now + _timeout);
                    EndProgram(moves ? "it is steered" : "it is stopped");
                    WithdrawTravel();
                    overtaken = Want(_wanted with { Pan = move.Pan, Tilt = move.Tilt, Zoom = move.Zoom }, stops: !moves);
                    _placesFirst = _orders.Count(IsPlace);
                    break;
                case PtzOrder.Lens lens:
                    _lens.Take(lens.Platform, moves: lens is not { Focus: 0, Iris: 0 }, Now + _timeout);
                    overtaken = Want(_wanted with { Focus = lens.Focus, Iris = lens.Iris }, stops: _lens.Mover is null, isLens: true);
                    break;
                default:
                    if (IsTravel(order))
                        WithdrawTravel();
                    if (_orders.Count >= OrderCapacity)
                        _log.OrderRefused(_camera, NameOf(order), _orders.Count);
                    else
                        _orders.AddLast(order);
                    break;
            }
        }
        overtaken?.Cancel();
        _wake.Set();
    }

    public void PlatformLost(string platform)
    {
        CancellationTokenSource? overtaken;
        lock (_gate)
        {
            if (_move.Mover != platform && _lens.Mover != platform)
                return;
            overtaken = Stop(_move.Mover == platform, _lens.Mover == platform);
        }
        _log.MoverLost(_camera, platform);
        overtaken?.Cancel();
        _wake.Set();
    }

    public async ValueTask<bool> SetHomeAsync(HomePosition home, CancellationToken cancellationToken)
    {
        lock (_gate)
        {
            bool there = home.Preset == 0 ? _abilities.HasFlag(PtzAbilities.Home) : _record.Presets.ContainsKey(home.Preset);
            if (_ending || home.ResetSeconds < 0 || home.Enabled && !there)
                return false;
        }
        return _writer is not null
            && await _writer.SaveHomeAsync(new HomeRecord(home.Enabled, home.ResetSeconds, home.Preset)).WaitAsync(cancellationToken);
    }

    public async ValueTask<PtzReading?> ReadPositionAsync(CancellationToken cancellationToken)
    {
        Task<PtzReading?> answer;
        lock (_gate)
        {
            if (_ending || _failures > 0)
                return null;
            if (Now < _readAt)
                return _reading;
            _reader ??= new TaskCompletionSource<PtzReading?>(TaskCreationOptions.RunContinuationsAsynchronously);
            answer = _reader.Task;
        }
        _wake.Set();
        return await answer.WaitAsync(cancellationToken);
    }

    /// <summary>Stops the head if it may be moving, within two seconds, disposes the driver, and writes what is not on the disk yet, within two more.</summary>
    public async ValueTask DisposeAsync()
    {
        CancellationTokenSource? overtaken;
        lock (_gate)
        {
            if (_ending)
                return;
            _ending = true;
            overtaken = _sending.Cancellation;
            AnswerReaders(null);
        }
        overtaken?.Cancel();
        _wake.Set();
        await _loop;
        if (!_stands)
            await SendLastStopAsync();
        await _driver.DisposeAsync();
        if (_writer is not null)
            await _writer.DisposeAsync();
        _wake.Dispose();
    }

    private async Task SendLastStopAsync()
    {
        using var deadline = new CancellationTokenSource(LastStopDeadline, _time);
        try
        {
            await _driver.MoveAsync(default, deadline.Token).AsTask().WaitAsync(deadline.Token);
            _log.HeadMoved(_camera, default);
        }
        catch (DriverException e)
        {
            _log.LastStopFailed(_camera, e.Message);
        }
        catch (OperationCanceledException) when (deadline.IsCancellationRequested)
        {
            _log.LastStopFailed(_camera, $"not within {LastStopDeadline.TotalSeconds} s");
        }
    }

    /// <summary>The writer's loop: it is on the disk.</summary>
    private void OnHomeSaved(HomeRecord home)
    {
        lock (_gate)
        {
            _home = new HomePosition(home.Enabled, home.ResetSeconds, home.Preset);
            _programs.OnActivity(Now);
        }
        _log.HomeSet(_camera, home.Enabled, home.ResetSeconds, home.Preset);
        _wake.Set();
    }

    /// <summary>Under the gate. Returns what is being sent and is to be overtaken.</summary>
    private CancellationTokenSource? Want(PtzVelocity velocity, bool stops, bool isLens = false)
    {
        _wanted = velocity;
        _isLensAlone = isLens && (_isLensAlone || _stop is null && _latest is null);
        if (!stops)
        {
            _latest = velocity;
            return _sending.Kind == StepKind.Read ? _sending.Cancellation : null;
        }
        (_stop, _latest) = (velocity, null);
        return _sending.Cancellation;
    }

    /// <summary>Under the gate.</summary>
    private CancellationTokenSource? Stop(bool move, bool lens)
    {
        if (move)
            _move.Clear();
        if (lens)
            _lens.Clear();
        _programs.OnActivity(Now);
        PtzVelocity next = _wanted;
        if (move)
            next = Standing(next);
        if (lens)
            next = next with { Focus = 0, Iris = 0 };
        return Want(next, stops: true, isLens: !move);
    }

    /// <summary>Under the gate.</summary>
    private void EndProgram(string reason)
    {
        if (_programs.Running is not { } running)
            return;
        _programs.End(Now);
        Keep(_record with { Running = null });
        _log.ProgramEnded(_camera, running.Kind, running.Group, reason);
    }

    /// <summary>Under the gate.</summary>
    private void WithdrawTravel() => RemoveOrders(IsTravel);

    private void RemoveOrders(Func<PtzOrder, bool> which)
    {
        for (LinkedListNode<PtzOrder>? node = _orders.First, next; node is not null; node = next)
        {
            next = node.Next;
            if (which(node.Value))
                _orders.Remove(node);
        }
    }

    /// <summary>Under the gate.</summary>
    private void Keep(PtzRecord record)
    {
        if (ReferenceEquals(record, _record))
            return;
        _record = record;
        _writer?.Post(record);
    }

    /// <summary>Under the gate.</summary>
    private void AnswerReaders(PtzReading? reading)
    {
        _reader?.TrySetResult(reading);
        _reader = null;
    }

    private static PtzVelocity Standing(PtzVelocity velocity) => velocity with { Pan = 0, Tilt = 0, Zoom = 0 };

    private static bool Moves(PtzVelocity velocity) => velocity is not { Pan: 0, Tilt: 0, Zoom: 0 };

    /// <summary>Pan, tilt and zoom, or focus and iris: who moves them and until when. GB/T 28181-2016 A.3.2, A.3.3.</summary>
    private sealed class Group
    {
        /// <summary>Null while the group stands.</summary>
        public string? Mover { get; private set; }
        public TimeSpan? Due { get; private set; }

        public void Take(string platform, bool moves, TimeSpan due)
        {
            Mover = moves ? platform : null;
            Due = moves ? due : null;
        }

        public void Clear() => (Mover, Due) = (null, null);
    }
}
