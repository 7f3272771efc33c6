using Gb28181Edge.Devices;
using Gb28181Edge.Drivers;
using Gb28181Edge.Gb28181;
using Gb28181Edge.Protocol.Manscdp;
using Gb28181Edge.Streaming;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Time.Testing;

namespace Gb28181Edge.Tests.Gb28181;

/// <summary>A device with two cameras (one with a head), two inputs and a siren, whose parts write down what is asked of them.</summary>
internal sealed class FakeDevice : ILogger
{
    public const string Id = "34020000001110000001";
    public const string Gate = "34020000001310000001", Yard = "34020000001310000002";
    public const string Door = "34020000001340000001", Fence = "34020000001340000002";
    public const string Siren = "34020000001350000001";
    public const string Stranger = "34020000001310000099";
    public const int SirenAuxiliary = 2;

    public FakeDevice()
    {
        Context = new DeviceContext
        {
            Device = new DeviceModel
            {
                Id = Id,
                Name = "North gate",
                Manufacturer = "Acme",
                Model = "EB-1",
                Firmware = "1.2.0",
                CivilCode = "340200",
                Cameras = [new(Gate, "Gate", HasPtz: true), new(Yard, "Yard", HasPtz: false)],
                AlarmInputs = [new(Door, "Door contact", Gate), new(Fence, "Fence", null)],
                Outputs = [new(Siren, "Siren", SirenAuxiliary)],
            },
            Heads = new Dictionary<string, IPtzController> { [Gate] = Head },
            Streams = new Dictionary<string, ICameraStream> { [Gate] = GateStream, [Yard] = YardStream },
            Alarms = Alarms,
            Outputs = Outputs,
            Time = new FakeTimeProvider(new DateTimeOffset(2026, 5, 1, 0, 0, 0, TimeSpan.Zero)),
        };
        Dispatcher = ManscdpDispatcher.Create(Context, this);
    }

    public DeviceContext Context { get; }

    public ManscdpDispatcher Dispatcher { get; }

    public FakeHead Head { get; } = new();

    public FakeStream GateStream { get; } = new();

    public FakeStream YardStream { get; } = new();

    public FakeAlarms Alarms { get; } = new();

    public FakeOutputs Outputs { get; } = new();

    public PlatformProfile Platform { get; set; } = new()
    {
        Name = "city",
        Id = "34020000002000000001",
        ExpiresSeconds = 7200,
        KeepaliveSeconds = 30,
        KeepaliveMisses = 5,
    };

    /// <summary>Event ids and texts, in order.</summary>
    public List<(int Event, string Text)> Logged { get; } = [];

    /// <summary>Has a body served and its answers read.</summary>
    public async Task<(ManscdpAnswer Answer, List<ManscdpMessage> Bodies)> AskAsync(byte[] body)
    {
        ManscdpAnswer answer = await Dispatcher.HandleAsync(body, Platform, "call-1", TestContext.Current.CancellationToken);
        var bodies = new List<ManscdpMessage>();
        foreach (byte[] bytes in answer.Bodies)
        {
            Assert.True(ManscdpMessage.TryParse(bytes, out ManscdpMessage? message, out ManscdpFault fault), fault.ToString());
            Assert.Equal(ManscdpRoot.Response, message!.Root);
            bodies.Add(message);
        }
        return (answer, bodies);
    }

    public Task<(ManscdpAnswer Answer, List<ManscdpMessage> Bodies)> AskAsync(string xml) => AskAsync(System.Text.Encoding.UTF8.GetBytes(xml));

    public Task<(ManscdpAnswer Answer, List<ManscdpMessage> Bodies)> QueryAsync(CmdType cmdType, string id) =>
        AskAsync(Requests.Query(Platform.Charset, cmdType, "40", id));

    /// <summary>A Control with one command in it.</summary>
    public Task<(ManscdpAnswer Answer, List<ManscdpMessage> Bodies)> ControlAsync(string id, string inner) =>
        AskAsync($"<Control><CmdType>DeviceControl</CmdType><SN>17</SN><DeviceID>{id}</DeviceID>{inner}</Control>");

    void ILogger.Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter) =>
        Logged.Add((eventId.Id, formatter(state, exception)));

    bool ILogger.IsEnabled(LogLevel logLevel) => true;

    IDisposable? ILogger.BeginScope<TState>(TState state) => null;

    internal sealed class FakeHead : IPtzController
    {
        public List<PtzOrder> Orders { get; } = [];

        public IReadOnlyList<Preset> Presets { get; set; } = [];

        public IReadOnlyList<Cruise> Cruises { get; set; } = [];

        public HomePosition? Home { get; set; }

        public double? FieldDegrees { get; set; }

        public PtzReading? Reading { get; set; }

        /// <summary>What the next SetHome throws; null lets it pass.</summary>
        public Exception? Failure { get; set; }

        /// <summary>There is no preset of this number.</summary>
        public int NoPreset { get; set; } = -1;

        public void Post(PtzOrder order) => Orders.Add(order);

        public ValueTask<bool> SetHomeAsync(HomePosition home, CancellationToken cancellationToken)
        {
            if (Failure is { } failure) throw failure;
            if (home.Preset == NoPreset) return ValueTask.FromResult(false);
            Home = home;
            return ValueTask.FromResult(true);
        }

        public ValueTask<PtzReading?> ReadPositionAsync(CancellationToken cancellationToken) => ValueTask.FromResult(Reading);

        public void PlatformLost(string platform) => throw new NotSupportedException("command families do not know of it");
    }

    internal sealed class FakeStream : ICameraStream
    {
        public int KeyFrames { get; private set; }

        public CameraStreamStatus Status { get; set; }

        public IMediaSession Prepare(MediaSessionOptions options) => throw new NotSupportedException("command families open no session");

        public void RequestKeyFrame() => KeyFrames++;
    }

    internal sealed class FakeAlarms : IAlarmController
    {
        public List<string> Calls { get; } = [];

        /// <summary>What the next call throws; null lets it pass.</summary>
        public Exception? Failure { get; set; }

        /// <summary>An input that refuses.</summary>
        public string? Refusing { get; set; }

        public IReadOnlyList<(string InputId, DutyStatus Status)> Status { get; set; } = [(Door, DutyStatus.Alarm), (Fence, DutyStatus.OffDuty)];

        public ValueTask<bool> SetGuardAsync(string? inputId, bool guarded, CancellationToken cancellationToken) =>
            Call($"guard {inputId ?? "all"} {guarded}", inputId);

        public ValueTask<bool> ResetAsync(string? inputId, IReadOnlyCollection<int>? methods, int? type, CancellationToken cancellationToken) =>
            Call($"reset {inputId ?? "all"} [{string.Join(',', methods ?? [])}] {type}", inputId);

        private ValueTask<bool> Call(string call, string? inputId)
        {
            if (Failure is { } failure) throw failure;
            Calls.Add(call);
            return ValueTask.FromResult(inputId is null || inputId != Refusing);
        }
    }

    internal sealed class FakeOutputs : IOutputController
    {
        public List<string> Calls { get; } = [];

        public Exception? Failure { get; set; }

        public ValueTask<bool> SetAuxiliaryAsync(int number, bool on, CancellationToken cancellationToken)
        {
            if (Failure is { } failure) throw failure;
            Calls.Add($"auxiliary {number} {on}");
            return ValueTask.FromResult(number == SirenAuxiliary);
        }

        public ValueTask<bool> SetAsync(string outputId, bool on, CancellationToken cancellationToken)
        {
            Calls.Add($"output {outputId} {on}");
            return ValueTask.FromResult(outputId == Siren);
        }
    }
}
