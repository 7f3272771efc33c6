using Gb28181Edge.Configuration;

namespace Gb28181Edge.Commands;

/// <summary>Loading the configuration for a command, with its faults told to a person.</summary>
internal static class ConfigurationLoading
{
    /// <summary>The configuration, or null after every fault was written, one a line, and their number.</summary>
    /// <param name="path">The file.</param>
    /// <param name="faults">Where the faults are written.</param>
    /// <param name="prefix">Put before each line; empty or a level of sd-daemon(3).</param>
    /// <param name="needsSecrets">False: a password file that cannot be read is no fault.</param>
    public static EdgeConfiguration? Load(string path, TextWriter faults, string prefix = "", bool needsSecrets = true)
    {
        string? credentials = Environment.GetEnvironmentVariable("CREDENTIALS_DIRECTORY");
        ConfigurationResult result = ConfigurationFile.Load(path, string.IsNullOrEmpty(credentials) ? null : credentials, needsSecrets);
        if (result.Configuration is not null) return result.Configuration;
        foreach (ConfigurationFault fault in result.Faults) faults.WriteLine(prefix + fault.Describe(path));
        faults.WriteLine(result.Faults.Count == 1 ? $"{prefix}1 fault" : $"{prefix}{result.Faults.Count} faults");
        return null;
    }
}
