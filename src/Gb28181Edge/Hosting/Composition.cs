using Gb28181Edge.Configuration;
using Gb28181Edge.Gb28181;
using Microsoft.Extensions.Logging;

namespace Gb28181Edge.Hosting;

/// <summary>The only place that makes concrete parts and joins them, and the only one that switches on a Type or a Driver.</summary>
internal static partial class Composition
{
    /// <summary>Makes the agent of a configuration without opening anything.</summary>
    /// <param name="configuration">Checked by its reader, or made by hand.</param>
    /// <param name="options">What the command line says.</param>
    /// <param name="loggers">Where the parts log.</param>
    /// <param name="observer">Sees what happens on the platforms' links; null for nobody.</param>
    public static EdgeAgent Create(EdgeConfiguration configuration, RunOptions options, ILoggerFactory loggers, IPlatformObserver? observer = null) =>
        new(restart => Open(configuration, options, loggers, TimeProvider.System, restart, observer), TimeProvider.System);
}
