using Gb28181Edge.Protocol.Manscdp;
using Microsoft.Extensions.Logging;

namespace Gb28181Edge.Gb28181;

/// <summary>Query ConfigDownload: the BasicParam section. GB/T 28181-2016 A.2.4 h), A.2.6 i); GB/T 28181-2022 A.2.4.8, A.2.6.9.</summary>
/// <remarks>One section a body, BasicParam first; then one Result ERROR stands for all sections that this device does not have.</remarks>
internal sealed class ConfigDownloadHandler(DeviceContext context, ILogger log) : IManscdpHandler
{
    public ManscdpRoot Root => ManscdpRoot.Query;

    public CmdType CmdType => CmdType.ConfigDownload;

    public ValueTask<ManscdpAnswer> HandleAsync(ManscdpRequest request, CancellationToken cancellationToken)
    {
        string? name = context.IsDevice(request.DeviceId) ? context.Device.Name : context.Camera(request.DeviceId)?.Name;
        string[] sections = (request.Message.Value("ConfigType") ?? "").Split('/', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries);
        if (name is null || sections.Length == 0) return ValueTask.FromResult(request.Error());
        PlatformProfile platform = request.Platform;
        var bodies = new List<byte[]>();
        string[] others = [.. sections.Where(section => !section.Equals("BasicParam", StringComparison.OrdinalIgnoreCase))];
        if (others.Length < sections.Length)
        {
            bodies.Add(Responses.ConfigDownload(platform.Charset, request.Message.Sn, request.EchoedId(), new BasicParam(
                name, platform.ExpiresSeconds, platform.KeepaliveSeconds, platform.KeepaliveMisses)));
        }
        if (others.Length > 0)
        {
            log.CommandNotSupported(platform.Name, request.CallId, "ConfigDownload " + others[0], request.DeviceId);
            bodies.Add(request.Result(ok: false));
        }
        return ValueTask.FromResult(ManscdpAnswer.Reply(bodies));
    }
}
