namespace Gb28181Edge.Tests.Heads;

/// <summary>All heads at once, so nothing else may run beside them; each with an agent and a platform of its own; each goes through all rows, one after the other.</summary>
public sealed class HeadsUnderTest : IAsyncLifetime
{
    private static readonly (string Driver, Func<HeadRig> Make)[] Rigs =
    [
        ("pelco-d", () => new PelcoDRig()), ("pelco-d mute", () => new PelcoDMuteRig()), ("pelco-d blind", () => new PelcoDBlindRig()), ("pelco-p", () => new PelcoPRig()),
        ("visca", () => new ViscaRig()), ("visca-ip numbered", () => new ViscaNumberedRig()), ("visca-ip udp", () => new ViscaUdpRig()), ("visca-ip tcp", () => new ViscaTcpRig()),
        ("onvif", () => new OnvifRig()), ("isapi", () => new IsapiRig()), ("dahua", () => new DahuaRig()), ("relay", () => new RelayRig()),
    ];

    private readonly Dictionary<(string Driver, string Row), TaskCompletionSource> _results = [];
    private readonly List<Task> _runs = [];
    private readonly SemaphoreSlim _starting = new(1);

    public static IEnumerable<(string Driver, string Row)> Cases => Rigs.SelectMany(rig => Enum.GetNames<HeadRow>().Select(row => (rig.Driver, row)));

    public ValueTask InitializeAsync()
    {
        foreach ((string, string) one in Cases) _results.Add(one, new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously));
        CancellationToken cancellation = TestContext.Current.CancellationToken;
        foreach ((string driver, Func<HeadRig> make) in Rigs) _runs.Add(Task.Run(() => RunAsync(driver, make, cancellation), cancellation));
        return ValueTask.CompletedTask;
    }

    public async ValueTask DisposeAsync()
    {
        await Task.WhenAll(_runs);
        _starting.Dispose();
    }

    /// <summary>What came of a row.</summary>
    public Task ResultAsync(string driver, string row) => _results[(driver, row)].Task;

    private async Task RunAsync(string driver, Func<HeadRig> make, CancellationToken cancellation)
    {
        await using HeadRig rig = make();
        try
        {
            await using HeadRun run = await HeadRun.StartAsync(rig, _starting, cancellation);
            foreach (HeadRow row in Enum.GetValues<HeadRow>())
            {
                TaskCompletionSource result = _results[(driver, row.ToString())];
                try
                {
                    await run.DoAsync(row);
                    result.SetResult();
                }
                catch (Exception e) when (e is not OutOfMemoryException)
                {
                    result.SetException(e);                                // the row's test fails with it
                }
            }
        }
        catch (Exception e) when (e is not OutOfMemoryException)
        {
            foreach (string row in Enum.GetNames<HeadRow>()) _results[(driver, row)].TrySetException(e);
        }
    }
}

/// <summary>Every command of the table through the whole agent, for every driver: from the SIP message to the position of an emulated head.</summary>
[Collection("Alone")]
[Trait("Needs", "time")]
public sealed class EveryHeadTests(HeadsUnderTest heads) : IClassFixture<HeadsUnderTest>
{
    public static TheoryData<string, string> Table => [.. HeadsUnderTest.Cases];

    [Theory, MemberData(nameof(Table))]
    public Task A_head_does_what_the_platform_orders(string driver, string row) => heads.ResultAsync(driver, row);
}
