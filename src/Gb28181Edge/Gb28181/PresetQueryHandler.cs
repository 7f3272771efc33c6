using Gb28181Edge.Devices;
using Gb28181Edge.Protocol.Manscdp;

namespace Gb28181Edge.Gb28181;

/// <summary>Query PresetQuery: the presets of a camera's head. GB/T 28181-2016 A.2.6 j), GB/T 28181-2022 A.2.6.10.</summary>
/// <remarks>A camera without a head has an empty list: platforms ask every camera.</remarks>
internal sealed class PresetQueryHandler(DeviceContext context) : IManscdpHandler
{
    public ManscdpRoot Root => ManscdpRoot.Query;

    public CmdType CmdType => CmdType.PresetQuery;

    public ValueTask<ManscdpAnswer> HandleAsync(ManscdpRequest request, CancellationToken cancellationToken)
    {
        if (!context.IsDevice(request.DeviceId) && context.Camera(request.DeviceId) is null) return ValueTask.FromResult(request.Error());
        IReadOnlyList<Preset> presets = context.Head(request.DeviceId)?.Presets ?? [];
        return ValueTask.FromResult(ManscdpAnswer.Reply(PtzResponses.PresetQuery(
            request.Platform.Charset, request.Message.Sn, request.EchoedId(),
            [.. presets.Select(preset => new PresetItem(preset.Number, PtzNames.Preset(preset.Name) ?? $"{preset.Number}"))], request.Platform.MaxBodyBytes)));
    }
}
