using Gb28181Edge.Configuration;
using Microsoft.Extensions.Logging;

namespace Gb28181Edge.Hosting;

/// <summary>The only place that makes concrete parts and joins them.</summary>
internal static class Composition
{
    /// <summary>Makes the agent of a configuration without opening anything.</summary>
    public static IEdgeAgent Create(EdgeConfiguration configuration, RunOptions options, ILoggerFactory loggers) =>
        throw new NotSupportedException($"no parts are joined yet for {configuration.Device.Id} ({options}, {loggers})");
}
