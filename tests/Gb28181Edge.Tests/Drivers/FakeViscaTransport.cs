using Gb28181Edge.Drivers;
using Gb28181Edge.Drivers.Ptz;
using Gb28181Edge.Protocol.Ptz;

namespace Gb28181Edge.Tests.Drivers;

/// <summary>Carries packets to a script: each packet is kept, and answered by what the script says.</summary>
internal sealed class FakeViscaTransport : IViscaTransport
{
    private readonly Queue<ViscaReply> _coming = new();
    private bool _fresh = true;

    /// <summary>Hex of all packets that were sent; a listening without a packet is "listen".</summary>
    public List<string> Sent { get; } = [];

    /// <summary>The packets that were urgent.</summary>
    public List<string> Urgent { get; } = [];

    /// <summary>What a packet is answered with; null is silence, and the ACK and completion of socket 1 where the script is not set.</summary>
    public Func<string, string?>? Script { get; set; }

    public bool Gone { get; set; }

    public int Suspected { get; private set; }

    /// <summary>How often the link was made ready.</summary>
    public int Connected { get; private set; }

    public string Name => "fake";

    public int Address => 1;

    public bool Answers { get; init; } = true;

    public bool HasSent { get; private set; }

    public TimeSpan ReplyTimeout => TimeSpan.FromMilliseconds(100);

    /// <summary>Comes before the reply to the next packet.</summary>
    public void Say(string hex)
    {
        var reader = new ViscaReader();
        ReadOnlySpan<byte> bytes = Convert.FromHexString(hex);
        while (reader.TryRead(ref bytes, out ReadOnlySpan<byte> packet))
        {
            Assert.True(ViscaReply.TryParse(packet, out ViscaReply reply, out _));
            _coming.Enqueue(reply);
        }
    }

    public ValueTask<bool> ConnectAsync(bool urgent, CancellationToken cancellationToken)
    {
        bool fresh = _fresh;
        if (fresh) Connected++;
        _fresh = false;
        return ValueTask.FromResult(fresh);
    }

    public void Suspect()
    {
        Suspected++;
        _fresh = true;
    }

    public ValueTask<ViscaExchange> ExchangeAsync(
        ReadOnlyMemory<byte> packet, ViscaMessage message, bool urgent, Func<ViscaReply, bool> take, TimeSpan timeout, CancellationToken cancellationToken)
    {
        HasSent = false;
        cancellationToken.ThrowIfCancellationRequested();
        if (Gone) throw new DriverException("fake is gone");
        string hex = packet.IsEmpty ? "listen" : Convert.ToHexString(packet.Span);
        HasSent = true;
        Sent.Add(hex);
        if (urgent) Urgent.Add(hex);
        if (!Answers) return ValueTask.FromResult(ViscaExchange.Answered);
        while (_coming.TryDequeue(out ViscaReply? earlier)) take(earlier);
        Say((Script is null ? Default(hex) : Script(hex) ?? Default(hex)) ?? "");
        while (_coming.TryDequeue(out ViscaReply? reply))
            if (take(reply)) return ValueTask.FromResult(ViscaExchange.Answered);
        cancellationToken.ThrowIfCancellationRequested();
        return ValueTask.FromResult(ViscaExchange.Silence);
    }

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;

    private static string? Default(string hex) => hex switch
    {
        "listen" => null,
        "81010001FF" => "9050FF",
        "81090438FF" => "905002FF",
        "81090439FF" => "905000FF",
        "81090612FF" => "9050000100000F0F0000FF",
        "81090447FF" => "905004000000FF",
        _ when hex.StartsWith("812", StringComparison.Ordinal) => $"906{hex[3]}04FF",
        _ => "9041FF9051FF",
    };
}
