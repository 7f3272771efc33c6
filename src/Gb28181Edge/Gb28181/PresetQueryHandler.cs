using Gb28181Edge.Protocol.Manscdp;

namespace Gb28181Edge.Gb28181;

/// <summary>Query PresetQuery: the presets of a camera, of which this device keeps none. GB/T 28181-2016 A.2.6 j), GB/T 28181-2022 A.2.6.10.</summary>
internal sealed class PresetQueryHandler(DeviceContext context) : IManscdpHandler
{
    public ManscdpRoot Root => ManscdpRoot.Query;

    public CmdType CmdType => CmdType.PresetQuery;

    public ValueTask<ManscdpAnswer> HandleAsync(ManscdpRequest request, CancellationToken cancellationToken)
    {
        bool isKnown = context.IsDevice(request.DeviceId) || context.Camera(request.DeviceId) is not null;
        return ValueTask.FromResult(!isKnown ? request.Error() : ManscdpAnswer.Reply(
            Responses.PresetQuery(request.Platform.Charset, request.Message.Sn, request.EchoedId(), [])));
    }
}
