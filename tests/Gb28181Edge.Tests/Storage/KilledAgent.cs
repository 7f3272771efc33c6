using System.Globalization;
using System.Runtime.CompilerServices;
using Gb28181Edge.Devices;
using Gb28181Edge.Drivers.Boards;
using Gb28181Edge.Storage;
using Microsoft.Extensions.Logging.Abstractions;

namespace Gb28181Edge.Tests.Storage;

/// <summary>The child that KillTests kills: a simulated board, an alarm input and the outbox, in this very program.</summary>
/// <remarks>
/// It says on its standard output what has happened, a line each, and lives until it is killed or its input closes. All on this
/// one thread: while a module's initializer runs, no other thread may enter the module.
/// </remarks>
internal static class KilledAgent
{
    /// <summary>Set to the state directory, it makes this program the child instead of the test runner.</summary>
    public const string Variable = "GB28181_EDGE_TESTS_KILLED_AGENT";

    public const string Input = "34020000001340000001", Platform = "city";

    public const int Pin = 17;

    [ModuleInitializer]
    internal static void Begin()
    {
        if (Environment.GetEnvironmentVariable(Variable) is not { Length: > 0 } directory)
            return;
        Run(directory);
        Environment.Exit(0);
    }

    public static EdgeDatabase OpenDatabase(string directory) =>
        EdgeDatabase.Open(Path.Combine(directory, "edge.db"), TimeProvider.System, NullLogger.Instance);

    private static void Run(string directory)
    {
        EdgeDatabase database = OpenDatabase(directory);
        var outbox = new AlarmOutbox(database, [Platform], TimeProvider.System, NullLogger.Instance);
        var store = new GuardStore(database, NullLogger.Instance);
        Board board = Board.OpenSimulated(Path.Combine(directory, "pins"), TimeProvider.System, NullLogger.Instance);
        var outputs = new OutputController([], NullLogger.Instance);
        var alarms = new AlarmController(
            [new AlarmInput(Input, "Door", board.OpenInput(Pin, activeLow: true, PinPull.Up, TimeSpan.Zero), 1, 2, null, guarded: true, rearm: TimeSpan.Zero)],
            [outputs], outbox, store, TimeProvider.System, NullLogger.Instance);
        alarms.Start();
        int told = outbox.Pending(Platform, int.MaxValue).Count;
        Say($"ready {told.ToString(CultureInfo.InvariantCulture)}");
        bool active = true;
        Task<string?> end = Task.Run(Console.In.ReadLine);                  // its asynchronous reading blocks
        while (!end.Wait(TimeSpan.FromMilliseconds(1)))
        {
            bool now = store.Load(Input) is { Active: true };
            if (active && !now)
                Say("idle");                                               // the next change of the pin will be an edge
            active = now;
            if (outbox.Pending(Platform, int.MaxValue).Count > told)
            {
                told = outbox.Pending(Platform, int.MaxValue).Count;
                Say("stored");                                             // and not sent: nobody confirms here
            }
        }
    }

    private static void Say(string line)
    {
        Console.Out.WriteLine(line);
        Console.Out.Flush();
    }
}
