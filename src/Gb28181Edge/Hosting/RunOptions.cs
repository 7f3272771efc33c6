using Microsoft.Extensions.Logging;

namespace Gb28181Edge.Hosting;

/// <summary>What the command line says about a run.</summary>
/// <param name="LogLevel">The least level that is logged.</param>
/// <param name="SipTracePath">The file that every SIP message is written to; null for none.</param>
internal sealed record RunOptions(LogLevel LogLevel = LogLevel.Information, string? SipTracePath = null);
