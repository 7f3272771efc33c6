namespace Gb28181Edge.Tests.Storage;

/// <summary>The power fails at a write, thousands of times: every activation is an alarm, and none is two.</summary>
/// <remarks>
/// The real controller, outbox, guard store and database. At the write that was chosen, the database's files are copied as they are on the
/// disk, the write-ahead log cut off at a chance byte of what this write had added: that is what a disk may hold when the plug is pulled
/// between two writes or within one, for SQLite waits for the disk after each. The next life begins with the copy. A contact that the
/// failing write was about stays as it is meanwhile, others may change.
/// </remarks>
[Trait("Needs", "time")]
public class PowerCutTests
{
    [Fact]
    public async Task In_ten_thousand_power_cuts_each_activation_becomes_one_row() => await Task.WhenAll(RunAsync(1, 5000), RunAsync(2, 5000));

    private static async Task RunAsync(int seed, int lives)
    {
        using var run = new PowerCutRun(seed);
        for (int life = 0; life < lives; life++)
            await run.LiveAsync();
        // a run that cuts nothing, or where nothing is ever in doubt, proves nothing
        Assert.Equal(lives, run.Cuts);
        Assert.InRange(run.Alarms, lives / 2, int.MaxValue);
        Assert.InRange(run.TornWrites, lives / 20, lives);
        Assert.InRange(run.RaisedAnew, lives / 50, lives);
        Assert.InRange(run.FoundAgain, lives / 50, lives);
    }
}
