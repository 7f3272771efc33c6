using System.Net;
using Microsoft.Extensions.Logging;

namespace Gb28181Edge.Sip;

internal static partial class SipLog
{
    [LoggerMessage(2001, LogLevel.Information, "SIP listens on {Address}:{Port}, UDP and TCP")]
    public static partial void Listening(this ILogger log, IPAddress address, int port);

    [LoggerMessage(2002, LogLevel.Warning, "Refused {Method} from {Source} as {Identity}: no configured platform; {Suppressed} more since the last such line")]
    public static partial void Refused(this ILogger log, string method, IPEndPoint source, string identity, long suppressed);

    [LoggerMessage(2003, LogLevel.Debug, "Unreadable SIP from {Source}: {Fault}")]
    public static partial void Unreadable(this ILogger log, IPEndPoint source, string fault);

    [LoggerMessage(2004, LogLevel.Information, "TCP connection with {Remote} is gone: {Reason}")]
    public static partial void ConnectionLost(this ILogger log, IPEndPoint remote, string reason);

    [LoggerMessage(2005, LogLevel.Warning, "{Count} SIP datagrams dropped because too many waited")]
    public static partial void DatagramsDropped(this ILogger log, long count);

    [LoggerMessage(2006, LogLevel.Debug, "Could not send to {Remote}: {Reason}")]
    public static partial void NotSent(this ILogger log, IPEndPoint remote, string reason);

    [LoggerMessage(2008, LogLevel.Warning, "Platform {Platform}: its name is not resolved now ({Reason}); {Remote} is used on")]
    public static partial void AddressKept(this ILogger log, string platform, string reason, IPEndPoint remote);

    [LoggerMessage(2007, LogLevel.Warning, "TCP connection from {Remote} while {Count} are open: the oldest stranger makes room, or it is refused; {Suppressed} more since the last such line")]
    public static partial void TooManyConnections(this ILogger log, IPEndPoint remote, int count, long suppressed);
}
