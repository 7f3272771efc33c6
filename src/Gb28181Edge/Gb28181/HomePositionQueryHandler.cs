using Gb28181Edge.Devices;
using Gb28181Edge.Protocol.Manscdp;

namespace Gb28181Edge.Gb28181;

/// <summary>Query HomePositionQuery: where a camera's head returns to. GB/T 28181-2022 A.2.6.11.</summary>
internal sealed class HomePositionQueryHandler(DeviceContext context) : IManscdpHandler
{
    public ManscdpRoot Root => ManscdpRoot.Query;

    public CmdType CmdType => CmdType.HomePositionQuery;

    public ValueTask<ManscdpAnswer> HandleAsync(ManscdpRequest request, CancellationToken cancellationToken)
    {
        if (context.Head(request.DeviceId) is not { } head) return ValueTask.FromResult(request.Error());
        HomePosition? home = head.Home;
        return ValueTask.FromResult(ManscdpAnswer.Reply(PtzResponses.HomePositionQuery(
            request.Platform.Charset, request.Message.Sn, request.EchoedId(),
            home is null ? null : new HomePositionItem(home.Enabled, home.ResetSeconds, home.Preset))));
    }
}
