using Gb28181Edge.Protocol.Manscdp;
using Microsoft.Extensions.Logging;

namespace Gb28181Edge.Gb28181;

/// <summary>Whatever no family serves: 200, and a Result ERROR where the platform waits for an answer. GB/T 28181-2016 §9.3.1.</summary>
internal sealed class UnknownHandler(ILogger log) : IManscdpHandler
{
    public ManscdpRoot Root => ManscdpRoot.Query;

    public CmdType CmdType => default;

    public ValueTask<ManscdpAnswer> HandleAsync(ManscdpRequest request, CancellationToken cancellationToken)
    {
        ManscdpMessage message = request.Message;
        if (message.Root == ManscdpRoot.Response)
        {
            // the platform's receipt of an alarm or a catalogue: nothing waits for it
            log.ResponseIgnored(request.Platform.Name, request.CallId, message.CmdType.Name);
            return ValueTask.FromResult(ManscdpAnswer.Accepted);
        }
        log.NotServed(request.Platform.Name, request.CallId, message.Root, message.CmdType.Name, request.DeviceId);
        bool isAnswered = message.Root is ManscdpRoot.Query or ManscdpRoot.Control || message.CmdType == CmdType.Broadcast;
        return ValueTask.FromResult(isAnswered ? request.Error() : ManscdpAnswer.Accepted);
    }
}
