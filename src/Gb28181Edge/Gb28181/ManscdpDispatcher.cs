using Gb28181Edge.Protocol.Manscdp;
using Microsoft.Extensions.Logging;

namespace Gb28181Edge.Gb28181;

/// <summary>Takes the body of a platform's MESSAGE to the command family that serves it. GB/T 28181-2016 §9.3 … §9.7, GB/T 28181-2022 §9.3 … §9.7.</summary>
/// <remarks>A body that cannot be read is a 400, a root that is none of the four a 415; everything else gets 200, whatever comes of it.</remarks>
internal sealed class ManscdpDispatcher
{
    /// <summary>What an answer echoes must not decide its size: SN, DeviceID and CmdType have 20 characters or fewer.</summary>
    private const int MaxEchoedChars = 64;

    private readonly Dictionary<(ManscdpRoot, CmdType), IManscdpHandler> _handlers = [];
    private readonly UnknownHandler _unknown;
    private readonly ILogger _log;

    public ManscdpDispatcher(IEnumerable<IManscdpHandler> handlers, ILogger log)
    {
        _log = log;
        _unknown = new UnknownHandler(log);
        foreach (IManscdpHandler handler in handlers) _handlers.Add((handler.Root, handler.CmdType), handler);
    }

    /// <summary>The dispatcher with every family of this device.</summary>
    public static ManscdpDispatcher Create(DeviceContext context, ILogger log) => new(
        [
            new CatalogHandler(context),
            new DeviceInfoHandler(context),
            new DeviceStatusHandler(context),
            new ConfigDownloadHandler(context, log),
            new PresetQueryHandler(context),
            new HomePositionQueryHandler(context),
            new CruiseTrackListHandler(context),
            new CruiseTrackHandler(context),
            new PtzPositionHandler(context, CmdType.PtzPosition),
            new PtzPositionHandler(context, CmdType.PtzPreciseStatusQuery),
            new DeviceControlHandler(context, log),
        ], log);

    /// <summary>What is served, for the table of the documentation.</summary>
    public IReadOnlyCollection<(ManscdpRoot Root, CmdType CmdType)> Served => _handlers.Keys;

    /// <summary>Reads one body and has it served.</summary>
    /// <param name="body">The bytes of the MESSAGE's body, whatever its Content-Type says.</param>
    /// <param name="platform">Who sent it.</param>
    /// <param name="callId">Of the MESSAGE, for logs.</param>
    /// <param name="cancellationToken">Ends the work; no answer is then due.</param>
    public async ValueTask<ManscdpAnswer> HandleAsync(ReadOnlyMemory<byte> body, PlatformProfile platform, string callId, CancellationToken cancellationToken)
    {
        if (!ManscdpMessage.TryParse(body.Span, out ManscdpMessage? message, out ManscdpFault fault))
        {
            _log.BodyUnusable(platform.Name, callId, fault);
            return ManscdpAnswer.Refuse(fault == ManscdpFault.Root ? 415 : 400);
        }
        if (message!.Sn.Length > MaxEchoedChars || message.DeviceId.Length > MaxEchoedChars || message.CmdType.Name.Length > MaxEchoedChars)
        {
            _log.BodyUnusable(platform.Name, callId, ManscdpFault.TooLarge);
            return ManscdpAnswer.Refuse(400);
        }
        IManscdpHandler handler = _handlers.TryGetValue((message.Root, message.CmdType), out IManscdpHandler? known) ? known : _unknown;
        return await handler.HandleAsync(new ManscdpRequest(message, platform, callId), cancellationToken);
    }
}
