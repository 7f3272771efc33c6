using Gb28181Edge.Protocol.Manscdp;

namespace Gb28181Edge.Gb28181;

/// <summary>Query PTZPosition: where a camera's head looks. GB/T 28181-2022 A.2.4.13, A.2.6.15.</summary>
/// <remarks>The answer has the name that was asked for; a head that cannot tell gets a Result ERROR.</remarks>
/// <param name="cmdType">PTZPosition, or the name that some platforms use for it.</param>
internal sealed class PtzPositionHandler(DeviceContext context, CmdType cmdType) : IManscdpHandler
{
    public ManscdpRoot Root => ManscdpRoot.Query;

    public CmdType CmdType => cmdType;

    public async ValueTask<ManscdpAnswer> HandleAsync(ManscdpRequest request, CancellationToken cancellationToken)
    {
        if (context.Head(request.DeviceId) is not { } head || await head.ReadAsync(cancellationToken) is not { } position) return request.Error();
        return ManscdpAnswer.Reply(PtzResponses.PtzPosition(
            request.Platform.Charset, request.Message.CmdType, request.Message.Sn, request.EchoedId(), position));
    }
}
