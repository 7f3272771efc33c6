using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Text.Json.Nodes;
using Gb28181Edge.Bench;
using Gb28181Edge.Protocol.Manscdp;
using Gb28181Edge.Protocol.Sip;
using Gb28181Edge.Sip;
using Gb28181Edge.Tests.Support;
using Microsoft.Extensions.Logging.Abstractions;

namespace Gb28181Edge.Tests.Interop;

/// <summary>The real agent, killed a hundred times between an edge at a pin and the platform's 200: each edge is one alarm, in order, and one that comes twice says so.</summary>
[Trait("Needs", "packages")]
public sealed class AlarmKillTests
{
    private const int Lanes = 2, Kills = 100;

    [Fact]
    public async Task Of_alarms_killed_between_edge_and_sending_none_is_lost_or_made_two_in_a_hundred_kills()
    {
        // two agents side by side, so that it takes half the time
        await Task.WhenAll(Enumerable.Range(0, Lanes).Select(seed => Task.Run(async () =>
        {
            await using var lane = new Lane(28181 + seed);
            await lane.RunAsync(Kills / Lanes);
        }, TestContext.Current.CancellationToken)));
    }

    /// <summary>How the platform is while the agent lives.</summary>
    private enum Mood
    {
        /// <summary>Its port swallows everything: the agent is not registered.</summary>
        Away,
        /// <summary>It answers everything but alarms.</summary>
        Deaf,
        There,
    }

    /// <summary>One agent with its directory and its platform.</summary>
    private sealed class Lane : IAsyncDisposable
    {
        private const int MostEdges = 3;

        private readonly Random _random;
        private readonly TemporaryDirectory _directory = new();
        private readonly BenchPlatform _platform = BenchPlatform.Start(new BenchOptions(), TimeProvider.System, NullLogger.Instance);
        private readonly Socket _void = new(AddressFamily.InterNetwork, SocketType.Dgram, ProtocolType.Udp);
        private readonly Lock _gate = new();
        private readonly List<string> _told = [], _unmarked = [], _twofold = [];
        private readonly Dictionary<string, string> _numbers = [];
        private Mood _mood;
        private int _unanswered;
        private int _edges;

        public Lane(int seed)
        {
            _random = new Random(seed);
            _void.Bind(new IPEndPoint(IPAddress.Loopback, 0));
            _platform.Intercept = TakeAlarm;
        }

        public async Task RunAsync(int kills)
        {
            for (int kill = 0; kill < kills; kill++)
            {
                _mood = (Mood)_random.Next(3);
                Volatile.Write(ref _unanswered, 0);
                if (_random.Next(4) == 0) Open(_edges++, kills);           // while the agent is away
                await using AgentProcess agent = await StartAsync(kills);
                if (_mood != Mood.Away && _random.Next(2) == 0) await agent.RegistersAsync();
                for (int left = _random.Next(1, MostEdges); left > 0; left--)
                {
                    Open(_edges++, kills);
                    if (left > 1) await agent.LogsAsync($"Alarm: {InputId(_edges - 1)} ");
                }
                await WaitForMomentAsync(agent);
                agent.Kill();
            }
            _mood = Mood.There;
            await using AgentProcess last = await StartAsync(kills);
            string[] expected = [.. Enumerable.Range(0, _edges).Select(InputId)];
            await Eventually.TrueAsync(() => Told().Distinct().Count() == _edges, $"all of {_edges} alarms");
            Assert.Equal(expected, Told().Distinct());
            lock (_gate)
            {
                Assert.Empty(_unmarked);                                   // what came twice says so
                Assert.Empty(_twofold);                                    // and has the number that it had
            }
            await last.StopAsync();
            Assert.Equal(0, last.Log.CountOf("dropped"));
            Assert.Empty(Directory.GetFiles(_directory["state"], "*damaged*"));
        }

        public async ValueTask DisposeAsync()
        {
            await _platform.DisposeAsync();
            _void.Dispose();
            _directory.Dispose();
        }

        private static string InputId(int edge) => string.Create(CultureInfo.InvariantCulture, $"34020000001340{edge + 1:D6}");

        /// <summary>From the moment of the edge to that of the platform's answer, by chance.</summary>
        private async Task WaitForMomentAsync(AgentProcess agent)
        {
            string last = InputId(_edges - 1);
            switch (_random.Next(4))
            {
                case 0:
                    return;
                case 1:
                    Thread.SpinWait(_random.Next(1_000_000));
                    return;
                case 2 when _mood == Mood.Deaf:
                    await Eventually.TrueAsync(() => Volatile.Read(ref _unanswered) > 0, "an alarm reaches the platform that does not answer");
                    return;
                case 2 when _mood == Mood.There:
                    await Eventually.TrueAsync(() => Told().Contains(last), "the alarm reaches the platform");
                    return;
                default:
                    await agent.LogsAsync($"Alarm: {last} ");
                    return;
            }
        }

        private async Task<AgentProcess> StartAsync(int kills) => await AgentProcess.StartAsync(new AgentFile
        {
            PlatformPort = _mood == Mood.Away ? ((IPEndPoint)_void.LocalEndPoint!).Port : _platform.Port,
            More = new JsonObject
            {
                ["Board"] = new JsonObject { ["Driver"] = "simulated", ["Directory"] = _directory["pins"] },
                ["AlarmInputs"] = new JsonArray([.. Enumerable.Range(0, kills * MostEdges).Select(Input)]),
            },
        }, _directory.Path);

        // each edge has an input of its own, which tells it from all others
        private static JsonNode Input(int edge) => new JsonObject { ["Id"] = InputId(edge), ["Name"] = $"Door {edge}", ["Pin"] = edge, ["DebounceMs"] = 0, ["RearmSeconds"] = 0 };

        /// <summary>A door opens and stays open.</summary>
        private void Open(int edge, int kills)
        {
            Assert.InRange(edge, 0, (kills * MostEdges) - 1);
            Directory.CreateDirectory(_directory["pins"]);
            File.WriteAllText(_directory["level"], "0\n");
            File.Move(_directory["level"], Path.Combine(_directory["pins"], edge.ToString(CultureInfo.InvariantCulture)), overwrite: true);
        }

        private string[] Told()
        {
            lock (_gate) return [.. _told];
        }

        private bool TakeAlarm(SipIncoming incoming)
        {
            if (incoming.Request.Method != SipMethod.Message || !ManscdpMessage.TryParse(incoming.Request.Body.Span, out ManscdpMessage? message, out _)
                || message!.CmdType != CmdType.Alarm) return false;
            if (_mood == Mood.Deaf)
            {
                Interlocked.Increment(ref _unanswered);
                return true;
            }
            lock (_gate)
            {
                // the SN is the alarm's own, and each input has one edge
                bool isMarked = message.Value("AlarmDescription")?.EndsWith("(possibly repeated)", StringComparison.Ordinal) == true;
                if (!_numbers.TryAdd(message.DeviceId, message.Sn))
                {
                    if (!isMarked) _unmarked.Add(message.DeviceId);
                    if (_numbers[message.DeviceId] != message.Sn) _twofold.Add(message.DeviceId);
                }
                _told.Add(message.DeviceId);
            }
            return false;
        }
    }
}
