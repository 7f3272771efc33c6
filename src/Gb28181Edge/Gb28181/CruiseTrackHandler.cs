using System.Globalization;
using Gb28181Edge.Devices;
using Gb28181Edge.Protocol.Manscdp;

namespace Gb28181Edge.Gb28181;

/// <summary>Query CruiseTrackQuery: the points of one cruise group, by its Number. GB/T 28181-2022 A.2.4.11, A.2.6.13.</summary>
internal sealed class CruiseTrackHandler(DeviceContext context) : IManscdpHandler
{
    private const int SlowestSpeed = 1, TopSpeed = 15;

    public ManscdpRoot Root => ManscdpRoot.Query;

    public CmdType CmdType => CmdType.CruiseTrackQuery;

    public ValueTask<ManscdpAnswer> HandleAsync(ManscdpRequest request, CancellationToken cancellationToken)
    {
        bool isNumber = int.TryParse(request.Message.Value("Number"), NumberStyles.None, CultureInfo.InvariantCulture, out int number);
        Cruise? cruise = isNumber ? context.Head(request.DeviceId)?.Cruises.FirstOrDefault(candidate => candidate.Group == number) : null;
        if (cruise is null) return ValueTask.FromResult(request.Error());
        int speed = Math.Clamp(cruise.Speed, SlowestSpeed, TopSpeed);
        return ValueTask.FromResult(ManscdpAnswer.Reply(PtzResponses.CruiseTrackQuery(
            request.Platform.Charset, request.Message.Sn, request.EchoedId(), CruiseTrackListHandler.Track(cruise),
            [.. cruise.Presets.Select(preset => new CruisePointItem(preset, cruise.DwellSeconds, speed))], request.Platform.MaxBodyBytes)));
    }
}
