using System.Globalization;
using System.Text.Json.Nodes;

namespace Gb28181Edge.Tests.Interop;

/// <summary>The configuration of an agent under test: one platform and one camera on loopback, and what a test wants otherwise.</summary>
internal sealed record AgentFile
{
    public const string Device = "34020000001110000001";
    public const string Platform = "34020000002000000001";
    public const string Camera = "34020000001310000001";

    private const int MediaPortsEach = 100, FirstMediaPort = 20_000, LastMediaPort = 32_000;

    private static int _agents;

    public required int PlatformPort { get; init; }

    public string DeviceId { get; init; } = Device;

    /// <summary>udp or tcp.</summary>
    public string Transport { get; init; } = "udp";

    public string Password { get; init; } = "12345678";

    public int ExpiresSeconds { get; init; } = 3600;

    public int KeepaliveSeconds { get; init; } = 60;

    public int KeepaliveMisses { get; init; } = 3;

    public int RetrySeconds { get; init; } = 2;

    /// <summary>The camera's source.</summary>
    public JsonObject Source { get; init; } = new() { ["Type"] = "test" };

    /// <summary>The camera's head; null for none.</summary>
    public JsonObject? Ptz { get; init; }

    /// <summary>Cameras beside the first.</summary>
    public IReadOnlyList<JsonNode> MoreCameras { get; init; } = [];

    /// <summary>Board, Buses, AlarmInputs, Outputs.</summary>
    public JsonObject? More { get; init; }

    /// <summary>Writes it into <paramref name="directory"/>, which also gets the agent's state.</summary>
    /// <returns>The file's path.</returns>
    public string Write(string directory)
    {
        int ports = FirstMediaPort + ((Interlocked.Increment(ref _agents) - 1) * MediaPortsEach % (LastMediaPort - FirstMediaPort));
        var camera = new JsonObject { ["Id"] = Camera, ["Name"] = "Gate", [nameof(Source)] = Source.DeepClone() };
        if (Ptz is not null) camera[nameof(Ptz)] = Ptz.DeepClone();
        var file = new JsonObject
        {
            ["Device"] = new JsonObject
            {
                ["Id"] = DeviceId,
                ["SipAddress"] = "127.0.0.1",
                ["SipPort"] = 0,
                ["MediaPorts"] = string.Create(CultureInfo.InvariantCulture, $"{ports}-{ports + MediaPortsEach - 1}"),
                ["StateDirectory"] = Path.Combine(directory, "state"),
            },
            ["Platforms"] = new JsonArray(new JsonObject
            {
                ["Name"] = "city",
                ["Id"] = Platform,
                ["Host"] = "127.0.0.1",
                ["Port"] = PlatformPort,
                [nameof(Transport)] = Transport,
                [nameof(Password)] = Password,
                [nameof(ExpiresSeconds)] = ExpiresSeconds,
                [nameof(KeepaliveSeconds)] = KeepaliveSeconds,
                [nameof(KeepaliveMisses)] = KeepaliveMisses,
                [nameof(RetrySeconds)] = RetrySeconds,
            }),
            ["Cameras"] = new JsonArray([camera, .. MoreCameras.Select(more => more.DeepClone())]),
        };
        foreach (KeyValuePair<string, JsonNode?> key in More ?? []) file[key.Key] = key.Value?.DeepClone();
        Directory.CreateDirectory(Path.Combine(directory, "state"));
        string path = Path.Combine(directory, "edge.json");
        File.WriteAllText(path, file.ToJsonString());
        return path;
    }
}
