namespace Gb28181Edge.Hosting;

/// <summary>What the process tells its parent when it ends.</summary>
internal static class ExitStatus
{
    /// <summary>All is well.</summary>
    public const int Done = 0;

    /// <summary>The configuration is wrong.</summary>
    public const int BadConfiguration = 1;

    /// <summary>The command line is wrong.</summary>
    public const int BadUsage = 2;

    /// <summary>It could not start: a port is taken, a device is missing. Of <c>stop</c>: something could not be stopped.</summary>
    public const int CannotStart = 3;

    /// <summary>The demonstration ran, and something was not seen to work.</summary>
    public const int NotSeenToWork = 4;

    /// <summary>A bug ended it: EX_SOFTWARE of sysexits.h.</summary>
    public const int Bug = 70;

    /// <summary>A platform asked for a restart: EX_TEMPFAIL of sysexits.h.</summary>
    public const int Restart = 75;
}
