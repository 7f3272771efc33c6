namespace Gb28181Edge.Hosting;

/// <summary>Why the agent ended by itself.</summary>
internal enum AgentEnd
{
    /// <summary>It was stopped.</summary>
    Stopped,
    /// <summary>A platform asked for a restart (TeleBoot, GB/T 28181-2016 A.2.3): the process ends in order and systemd starts it again.</summary>
    RestartRequested,
}

/// <summary>The running agent as its host sees it. Used by the host alone, in this order: start, stop, dispose.</summary>
internal interface IEdgeAgent : IAsyncDisposable
{
    /// <summary>Opens what has to be there and starts the loops; returns when the agent is ready.</summary>
    /// <exception cref="IOException">Something could not be opened: a port is taken, a device is missing. The message is for a person.</exception>
    /// <exception cref="System.Net.Sockets.SocketException">The same, from a socket.</exception>
    /// <exception cref="UnauthorizedAccessException">The same, for want of a right.</exception>
    /// <exception cref="System.Data.Common.DbException">The same, from the database.</exception>
    Task StartAsync(CancellationToken cancellationToken);

    /// <summary>Completes when the agent is over; faults when a loop met a bug. Never completes in health.</summary>
    Task<AgentEnd> Completion { get; }

    /// <summary>True when each loop has gone round within its own bound, so that the watchdog may be fed. Cheap; safe from any thread.</summary>
    bool AllLoopsTicked();

    /// <summary>Takes leave in order: BYE, REGISTER with Expires 0, heads stopped, outputs safe, everything flushed.</summary>
    /// <param name="deadline">Cancelled when there is no time left: return at once.</param>
    Task StopAsync(CancellationToken deadline);
}
