using System.Globalization;
using Gb28181Edge.Protocol.Manscdp;
using Gb28181Edge.Protocol.Ptz;
using Gb28181Edge.Sip;

namespace Gb28181Edge.Bench.Demo;

/// <summary>What the demonstration shows, one method a step: each returns its figures once it was seen to work.</summary>
/// <param name="bench">The platform.</param>
/// <param name="options">What it was made of.</param>
/// <param name="head">The far end of the serial port.</param>
/// <param name="report">Where it is told.</param>
/// <param name="time">The clock.</param>
/// <param name="pins">The simulated board's directory.</param>
/// <param name="watching">How long a live stream is looked at.</param>
internal sealed class DemoSteps(
    BenchPlatform bench, BenchOptions options, DemoHead head, DemoReport report, TimeProvider time, string pins, TimeSpan watching)
{
    /// <summary>What the standard allows to be lost: 1 in 1000. GB/T 28181-2016 §5.2.</summary>
    private const double LossAllowed = 1e-3;

    private static readonly TimeSpan StatusPeriod = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan PinPeriod = TimeSpan.FromMilliseconds(5);

    public async Task<string> RegisterAsync(long began, CancellationToken cancellationToken)
    {
        BenchEvent.Registered registered = await bench.WaitForRegistrationAsync(cancellationToken);
        TimeSpan took = time.GetElapsedTime(began);
        bool wasChallenged = bench.Events.Snapshot().Any(happened => happened is BenchEvent.Challenged);
        report.Fact("platform", $"{options.Id} on {options.Address}:{bench.Port}, UDP and TCP");
        report.Fact("device", $"{registered.DeviceId} from {registered.Source} over {Word(registered.Transport.ToString())}");
        report.Fact("exchange", $"REGISTER{(wasChallenged ? " -> 401 -> REGISTER with digest" : "")} -> 200, expires in {registered.Expires} s");
        if (!wasChallenged) throw new BenchException("the device was never asked for its password");
        return $"{DemoWords.Of(took)} after the start, with digest";
    }

    public async Task<string> CatalogueAsync(CancellationToken cancellationToken)
    {
        CatalogCollector catalog = await bench.QueryCatalogAsync(DemoDevice.Id, cancellationToken);
        foreach (BenchCatalogItem item in catalog.Items) report.Fact(item.Status, $"{item.DeviceId}  {item.Name}");
        ManscdpMessage info = await bench.QueryAsync(CmdType.DeviceInfo, DemoDevice.Id, cancellationToken);
        report.Fact("DeviceInfo", $"{info.Value("DeviceName")}, {info.Value("Manufacturer")} {info.Value("Model")}, {info.Value("Firmware")}");
        ManscdpMessage status = await bench.QueryAsync(CmdType.DeviceStatus, DemoDevice.Id, cancellationToken);
        report.Fact("DeviceStatus", $"{status.Value("Online")}, {status.Value("Status")}");
        foreach (string id in (ReadOnlySpan<string>)[DemoDevice.CameraId, DemoDevice.AlarmInputId, DemoDevice.SirenId])
        {
            if (!catalog.Items.Any(item => item.DeviceId == id)) throw new BenchException($"{id} is not in the catalogue");
        }
        return string.Create(CultureInfo.InvariantCulture, $"{catalog.Items.Count} items in {catalog.Parts} message{(catalog.Parts == 1 ? "" : "s")}");
    }

    public async Task<string> LiveAsync(BenchTransport transport, CancellationToken cancellationToken)
    {
        await using LiveView view = await bench.PlayAsync(DemoDevice.CameraId, transport, cancellationToken);
        ReceiverStatistics seen = await view.WaitAsync(
            s => s.FirstPictureAfter is not null && s.AudioUnits > 0 && s.Duration >= watching, cancellationToken);
        await view.StopAsync(cancellationToken);
        Tell(seen);
        // over UDP a busy machine may lose a packet, and what was lost shows in nothing else
        bool isSound = transport == BenchTransport.Udp
            ? seen.Lost <= LossAllowed * seen.Packets && (seen with { Lost = 0 }).IsFlawless
            : seen.IsFlawless;
        if (!isSound || seen.BeganWithKeyFrame != true) throw new BenchException($"the stream is not as it has to be: {seen}");
        return DemoWords.Of(seen);
    }

    public async Task<string> PtzAsync(CancellationToken cancellationToken)
    {
        PtzMove[] moves =
        [
            new(Pan: 1, PanSpeed: 0x80, Tilt: 0, TiltSpeed: 0, Zoom: 0, ZoomSpeed: 0),
            new(Pan: -1, PanSpeed: 0xFF, Tilt: 1, TiltSpeed: 0x40, Zoom: 0, ZoomSpeed: 0),
            new(Pan: 0, PanSpeed: 0, Tilt: 0, TiltSpeed: 0, Zoom: 1, ZoomSpeed: 0x8),
            default,
        ];
        report.Line($"{"PTZCmd",-18}{"means",-27}{"Pelco-D on the wire",-22}{"which is",-30}after");
        TimeSpan slowest = TimeSpan.Zero;
        foreach (PtzMove move in moves)
        {
            TimeSpan took = await SteerAsync(move, cancellationToken);
            if (took > slowest) slowest = took;
        }
        return $"{moves.Length} commands reached the head, the slowest after {DemoWords.Of(slowest)}";
    }

    public async Task<string> AlarmAsync(CancellationToken cancellationToken)
    {
        long from = bench.Events.Count;
        await WaitForPinAsync(DemoDevice.ContactPin, "1", cancellationToken);
        long opened = time.GetTimestamp();
        await WritePinAsync(DemoDevice.ContactPin, "0", cancellationToken);
        BenchEvent.Alarm alarm = await bench.Events.WaitAsync<BenchEvent.Alarm>(
            happened => happened.Content.DeviceId == DemoDevice.AlarmInputId, from, cancellationToken);
        TimeSpan took = time.GetElapsedTime(opened);
        report.Fact("notify", $"{alarm.Content.DeviceId}, priority {alarm.Content.Value("AlarmPriority")}, at {alarm.Content.Value("AlarmTime")}, after {DemoWords.Of(took)}");
        await WaitForPinAsync(DemoDevice.SirenPin, "1", cancellationToken);
        report.Fact("siren", "on: pin 27 of the simulated board is 1");

        await WritePinAsync(DemoDevice.ContactPin, "1", cancellationToken);
        ManscdpMessage answer = await bench.ResetAlarmAsync(DemoDevice.Id, cancellationToken);
        if (answer.Result != true) throw new BenchException("ResetAlarm was answered with ERROR");
        await WaitForPinAsync(DemoDevice.SirenPin, "0", cancellationToken);
        report.Fact("reset", "ResetAlarm answered OK, the siren is off: pin 27 is 0");
        return $"at the platform {DemoWords.Of(took)} after the pin changed (debouncing and database included)";
    }

    /// <summary>Looks at the camera until stopped, and tells every few seconds.</summary>
    public async Task GoOnAsync(CancellationToken cancellationToken)
    {
        report.Step("Live", "goes on until Ctrl-C");
        try
        {
            await using LiveView view = await bench.PlayAsync(DemoDevice.CameraId, BenchTransport.Udp, cancellationToken);
            using var beat = new PeriodicTimer(StatusPeriod, time);
            while (await beat.WaitForNextTickAsync(cancellationToken)) report.Line(DemoWords.Of(view.Statistics));
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            report.Line("stopped");
        }
    }

    private async Task<TimeSpan> SteerAsync(PtzMove move, CancellationToken cancellationToken)
    {
        PtzCommand command = PtzCommand.FromMove(move);
        PelcoDMotion wanted = new(PelcoD.ToSpeed(move.PanVelocity), PelcoD.ToSpeed(move.TiltVelocity), move.Zoom);
        long sent = time.GetTimestamp();
        SipOutcome outcome = await bench.PtzAsync(DemoDevice.CameraId, command, cancellationToken);
        if (!outcome.IsSuccess) throw new BenchException($"PTZCmd {command.ToHex()} was refused: {outcome.StatusCode}", outcome.StatusCode);
        (byte[] bytes, PelcoDMotion motion) = await head.WaitAsync(seen => seen == wanted, cancellationToken);
        TimeSpan took = time.GetElapsedTime(sent);
        report.Line($"{command.ToHex(),-18}{DemoWords.Of(move),-27}{DemoWords.Hex(bytes),-22}{DemoWords.Of(motion),-30}{DemoWords.Of(took)}");
        return took;
    }

    private void Tell(ReceiverStatistics seen)
    {
        report.Fact("content", $"PS with {DemoWords.Of(seen.VideoCodec)} and {DemoWords.Of(seen.AudioCodec)}");
        report.Fact("received", string.Create(CultureInfo.InvariantCulture,
            $"{seen.Frames} frames ({seen.KeyFrames} key frames), {seen.AudioUnits} runs of sound in {seen.Duration.TotalSeconds:F1} s"));
        report.Fact("packets", string.Create(CultureInfo.InvariantCulture,
            $"{seen.Packets}, {seen.Lost} lost, {seen.Reordered} out of order, {seen.BitRate / 1e6:F2} Mbit/s"));
        report.Fact("first packet", $"{DemoWords.Of(seen.FirstPacketAfter)} after the INVITE");
        report.Fact("first picture", $"{DemoWords.Of(seen.FirstPictureAfter)} after the INVITE, complete");
    }

    private Task WritePinAsync(int pin, string level, CancellationToken cancellationToken) =>
        File.WriteAllTextAsync(PinPath(pin), level + "\n", cancellationToken);

    private async Task WaitForPinAsync(int pin, string level, CancellationToken cancellationToken)
    {
        using var beat = new PeriodicTimer(PinPeriod, time);
        while (!File.Exists(PinPath(pin)) || (await File.ReadAllTextAsync(PinPath(pin), cancellationToken)).Trim() != level)
            await beat.WaitForNextTickAsync(cancellationToken);
    }

    private string PinPath(int pin) => Path.Combine(pins, pin.ToString(CultureInfo.InvariantCulture));

    private static string Word(string transport) => transport.ToUpperInvariant();
}
