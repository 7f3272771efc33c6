using Gb28181Edge.Configuration;
using Gb28181Edge.Drivers;
using Gb28181Edge.Hosting;
using Gb28181Edge.Storage;
using Gb28181Edge.Tests.Support;
using Microsoft.Extensions.Logging.Abstractions;

namespace Gb28181Edge.Tests.Commands;

/// <summary>The installer's bench with what the agent keeps for a head that keeps nothing itself.</summary>
public sealed class HeadBenchTests : IDisposable
{
    private const string Camera = "34020000001310000001";

    private readonly TemporaryDirectory _directory = new();
    private readonly StringWriter _output = new();

    public void Dispose()
    {
        _output.Dispose();
        _directory.Dispose();
    }

    [Fact]
    public async Task A_blind_head_goes_to_a_preset_that_the_agent_keeps_and_is_stopped()
    {
        EdgeConfiguration configuration = Configuration();
        using (EdgeDatabase database = EdgeDatabase.Open(_directory["edge.db"], TimeProvider.System, NullLogger.Instance))
        {
            var store = new PtzStore(database, NullLogger.Instance);
            Assert.True(store.Save(Camera, PtzRecord.Empty.WithPreset(5, new PresetRecord("Gate", false, 20, null, null))));
        }
        var bench = new HeadBench(configuration, configuration.Cameras[0], _output, NullLoggerFactory.Instance, TimeProvider.System);
        await bench.CallPresetAsync(5, TimeSpan.FromSeconds(4), TestContext.Current.CancellationToken);
        Assert.Matches(@"^pan (19|20|21)\.\d+° \(reckoned", _output.ToString());
        Assert.EndsWith("was told to stop\n", _output.ToString(), StringComparison.Ordinal);
        Assert.Equal(("0\n", "0\n"), (File.ReadAllText(_directory["pins/5"]), File.ReadAllText(_directory["pins/6"])));
        DriverException missing = await Assert.ThrowsAsync<DriverException>(() => bench.CallPresetAsync(6, TimeSpan.Zero, TestContext.Current.CancellationToken));
        Assert.Equal("the head of Gate keeps no preset 6 itself, nor does the agent", missing.Message);
    }

    private EdgeConfiguration Configuration() => new()
    {
        Device = new DeviceOptions { Id = "34020000001110000001", StateDirectory = _directory["."] },
        Board = new SimulatedBoardOptions { Directory = _directory["pins"] },
        Cameras =
        [
            new CameraOptions
            {
                Id = Camera,
                Name = "Gate",
                Source = new TestSourceOptions(),
                Ptz = new RelayPtzOptions
                {
                    Left = 5,
                    Right = 6,
                    ActiveLow = false,
                    DeadTimeMs = 0,
                    Travel = new PtzTravelOptions { PanDegrees = 90, PanSeconds = 0.9, LagMs = 0, BacklashDegrees = 0 },
                },
            },
        ],
    };
}
