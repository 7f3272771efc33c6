using Gb28181Edge.Web;

namespace Gb28181Edge.Drivers.Ptz;

/// <summary>A head behind a camera's web interface: what all of them have in common.</summary>
/// <remarks>
/// A stop that overtakes a move leaves that move without an answer, on a connection of its own: the camera may still carry it out
/// after the stop. So such a stop is sent once more half a second later.
/// </remarks>
/// <param name="time">The clock.</param>
internal abstract class WebDriver(TimeProvider time) : IPtzDriver
{
    /// <summary>When a stop is sent once more that overtook a move.</summary>
    public static readonly TimeSpan SecondStopAfter = TimeSpan.FromMilliseconds(500);

    private readonly long _origin = time.GetTimestamp();
    private bool _unanswered;
    private TimeSpan? _secondStopAt;

    public abstract PtzAbilities Abilities { get; }

    /// <summary>Since the driver was made.</summary>
    protected TimeSpan Now => time.GetElapsedTime(_origin);

    public async ValueTask MoveAsync(PtzVelocity velocity, CancellationToken cancellationToken)
    {
        _secondStopAt = null;
        bool overtakes = _unanswered;
        await Started(async () =>
        {
            await SteerAsync(velocity, cancellationToken);
            return true;
        });
        if (velocity.IsStop && overtakes) _secondStopAt = Now + SecondStopAfter;
    }

    public async ValueTask<TimeSpan?> ContinueAsync(CancellationToken cancellationToken)
    {
        if (_secondStopAt is { } due && due <= Now)
        {
            _secondStopAt = null;
            await Guarded(async () =>
            {
                await SteerAsync(default, cancellationToken, again: true);
                return true;
            });
        }
        TimeSpan? later = await Started(() => RefreshAsync(cancellationToken));
        TimeSpan? second = _secondStopAt - Now;
        return later is null || second < later ? second : later;
    }

    public async ValueTask<bool> MoveLensAsync(float focus, float iris, CancellationToken cancellationToken)
    {
        bool overtakes = _unanswered;
        await Started(async () =>
        {
            await SteerLensAsync(focus, iris, cancellationToken);
            return true;
        });
        if (overtakes) _unanswered = true;                                 // of the head itself nothing was heard
        return true;
    }

    public ValueTask<bool> SetAuxiliaryAsync(int number, bool on, CancellationToken cancellationToken) => Guarded(() => SwitchAsync(number, on, cancellationToken));
    public ValueTask<bool> SetPresetAsync(int number, CancellationToken cancellationToken) => Guarded(() => StoreAsync(number, cancellationToken));
    public ValueTask<bool> CallPresetAsync(int number, CancellationToken cancellationToken) => Started(() => RecallAsync(number, cancellationToken));
    public ValueTask<bool> DeletePresetAsync(int number, CancellationToken cancellationToken) => Guarded(() => RemoveAsync(number, cancellationToken));
    public ValueTask<bool> GoToAsync(PtzPosition target, float speed, CancellationToken cancellationToken) => Started(() => ApproachAsync(target, speed, cancellationToken));

    public async ValueTask<PtzReading?> ReadPositionAsync(CancellationToken cancellationToken) => await Guarded(async () =>
    {
        try
        {
            return await LookAsync(cancellationToken);
        }
        catch (CameraHttpException e) when (!e.IsRefusal)
        {
            return null;                                                   // a question without an answer ends no motion
        }
    });

    public ValueTask<bool> GoHomeAsync(CancellationToken cancellationToken) => Started(() => ReturnAsync(cancellationToken));

    public abstract ValueTask DisposeAsync();

    /// <summary>Makes the head move so; <paramref name="again"/> sends what was sent already.</summary>
    protected abstract Task SteerAsync(PtzVelocity velocity, CancellationToken cancellationToken, bool again = false);

    /// <summary>Makes focus and iris move so, and nothing else.</summary>
    protected abstract Task SteerLensAsync(float focus, float iris, CancellationToken cancellationToken);

    /// <summary>What has to be sent by the clock; returns when the next is due.</summary>
    protected virtual Task<TimeSpan?> RefreshAsync(CancellationToken cancellationToken) => Task.FromResult<TimeSpan?>(null);

    protected abstract Task<bool> SwitchAsync(int number, bool on, CancellationToken cancellationToken);
    protected abstract Task<bool> StoreAsync(int number, CancellationToken cancellationToken);
    protected abstract Task<bool> RecallAsync(int number, CancellationToken cancellationToken);
    protected abstract Task<bool> RemoveAsync(int number, CancellationToken cancellationToken);
    protected abstract Task<bool> ApproachAsync(PtzPosition target, float speed, CancellationToken cancellationToken);
    protected abstract Task<PtzReading?> LookAsync(CancellationToken cancellationToken);
    protected abstract Task<bool> ReturnAsync(CancellationToken cancellationToken);

    /// <summary>As <see cref="Guarded"/>, for what may move the head: until there is an answer it may still begin to.</summary>
    private async ValueTask<T> Started<T>(Func<Task<T>> action)
    {
        _unanswered = true;
        T result = await Guarded(action);
        _unanswered = false;
        return result;
    }

    private static async ValueTask<T> Guarded<T>(Func<Task<T>> action)
    {
        try
        {
            return await action();
        }
        catch (Exception e) when (e is CameraHttpException or OnvifFaultException)
        {
            throw new DriverException(e.Message, e);
        }
    }
}
