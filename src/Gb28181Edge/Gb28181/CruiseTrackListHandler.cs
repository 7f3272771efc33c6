using Gb28181Edge.Devices;
using Gb28181Edge.Protocol.Manscdp;

namespace Gb28181Edge.Gb28181;

/// <summary>Query CruiseTrackListQuery: the cruise groups of a camera's head that have points; a track's number is its group. GB/T 28181-2022 A.2.6.12.</summary>
internal sealed class CruiseTrackListHandler(DeviceContext context) : IManscdpHandler
{
    public ManscdpRoot Root => ManscdpRoot.Query;

    public CmdType CmdType => CmdType.CruiseTrackListQuery;

    public ValueTask<ManscdpAnswer> HandleAsync(ManscdpRequest request, CancellationToken cancellationToken)
    {
        if (context.Head(request.DeviceId) is not { } head) return ValueTask.FromResult(request.Error());
        return ValueTask.FromResult(ManscdpAnswer.Reply(PtzResponses.CruiseTrackListQuery(
            request.Platform.Charset, request.Message.Sn, request.EchoedId(), [.. head.Cruises.Select(Track)], request.Platform.MaxBodyBytes)));
    }

    internal static CruiseTrackItem Track(Cruise cruise) => new(cruise.Group, PtzNames.Track(cruise.Name) ?? $"{cruise.Group}");
}
