using System.Text;

namespace Gb28181Edge.Configuration;

/// <summary>What came of reading a configuration.</summary>
/// <param name="Configuration">Usable only when there are no faults; null with at least one.</param>
/// <param name="Faults">Everything that is wrong, in the file's order.</param>
internal sealed record ConfigurationResult(EdgeConfiguration? Configuration, IReadOnlyList<ConfigurationFault> Faults);

/// <summary>Reads the configuration: strictly, whole, and with every fault at once.</summary>
internal static class ConfigurationFile
{
    /// <summary>Where the agent looks when it is told nothing.</summary>
    public const string DefaultPath = "/etc/gb28181-edge/edge.json";

    /// <summary>Bytes; no sensible file comes near.</summary>
    public const int MostBytes = 1 << 20;

    private const int MostPasswordBytes = 4096;

    /// <summary>Reads the bytes of a file, without looking at the password files it names. Never throws on any bytes.</summary>
    public static ConfigurationResult Read(ReadOnlySpan<byte> bytes) => Read(bytes, resolve: null);

    /// <summary>Reads a file and the password files it names.</summary>
    /// <param name="path">The configuration file.</param>
    /// <param name="credentialsDirectory">Where relative password files are, <c>$CREDENTIALS_DIRECTORY</c>; null: beside the configuration file.</param>
    /// <param name="needsSecrets">False: a password file that cannot be read is no fault, and its password stays null.</param>
    public static ConfigurationResult Load(string path, string? credentialsDirectory, bool needsSecrets = true)
    {
        byte[] bytes;
        try
        {
            bytes = ReadAtMost(path, MostBytes);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return new ConfigurationResult(null, [new ConfigurationFault(default, "", $"cannot be read: {e.Message}", null)]);
        }
        string directory = credentialsDirectory ?? Path.GetDirectoryName(Path.GetFullPath(path)) ?? "/";
        return Read(bytes, (configuration, faults) => WithPasswords(configuration, directory, needsSecrets ? faults : new ConfigurationFaults()));
    }

    private static ConfigurationResult Read(ReadOnlySpan<byte> bytes, Func<EdgeConfiguration, ConfigurationFaults, EdgeConfiguration>? resolve)
    {
        var faults = new ConfigurationFaults();
        EdgeConfiguration? configuration = null;
        if (bytes.Length > MostBytes)
        {
            faults.Add("", $"has more than {MostBytes} bytes", "1 MiB at most");
        }
        else if (JsonTree.TryParse(bytes, faults) is { } root)
        {
            faults.Mark("", root.Position);
            configuration = ConfigurationKeys.File.Read(root, "", faults)!;
            if (root.Kind == JsonKind.Object)
            {
                ConfigurationValidator.Check(configuration, faults);
                if (resolve is not null) configuration = resolve(configuration, faults);
            }
        }
        return new ConfigurationResult(faults.Count == 0 ? configuration : null, faults.InOrder);
    }

    private static EdgeConfiguration WithPasswords(EdgeConfiguration configuration, string directory, ConfigurationFaults faults)
    {
        var platforms = new List<PlatformOptions>(configuration.Platforms.Count);
        for (int i = 0; i < configuration.Platforms.Count; i++)
        {
            PlatformOptions platform = configuration.Platforms[i];
            string key = $"Platforms[{i}].PasswordFile";
            if (platform is { PasswordFile: { } file, Password: null } && !faults.Has(key))
                platform = platform with { Password = ReadPassword(Path.Combine(directory, file), key, faults) };
            platforms.Add(platform);
        }
        var cameras = new List<CameraOptions>(configuration.Cameras.Count);
        for (int i = 0; i < configuration.Cameras.Count; i++)
        {
            CameraOptions camera = configuration.Cameras[i];
            if (camera.Ptz is WebPtzOptions head) camera = camera with { Ptz = head with { Password = WebPassword(head, directory, $"Cameras[{i}].Ptz.PasswordFile", faults) } };
            if (camera.Source is OnvifSourceOptions source)
                camera = camera with { Source = source with { Password = WebPassword(source, directory, $"Cameras[{i}].Source.PasswordFile", faults) } };
            cameras.Add(camera);
        }
        return configuration with { Platforms = platforms, Cameras = cameras };
    }

    private static string? WebPassword(IWebAccess access, string directory, string key, ConfigurationFaults faults) =>
        access is { PasswordFile: { } file, Password: null } && !faults.Has(key) ? ReadPassword(Path.Combine(directory, file), key, faults) : access.Password;

    private static string? ReadPassword(string file, string key, ConfigurationFaults faults)
    {
        try
        {
            string password = new UTF8Encoding(false, throwOnInvalidBytes: true).GetString(ReadAtMost(file, MostPasswordBytes)).TrimEnd('\r', '\n');
            if (TextFormats.Password.IsValid(password)) return password;
            faults.Add(key, $"{file} holds no password", $"{TextFormats.Password.Allowed}, one line");
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            faults.Add(key, $"cannot be read: {e.Message}", "a file that the agent may read");
        }
        catch (DecoderFallbackException)
        {
            faults.Add(key, $"{file} is not UTF-8 text", "a password in UTF-8, one line");
        }
        return null;
    }

    /// <summary>The file's bytes; one byte more than <paramref name="most"/> at the most, so that its caller sees that it is too long.</summary>
    private static byte[] ReadAtMost(string path, int most)
    {
        using var file = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite);
        using var content = new MemoryStream();
        byte[] piece = new byte[16 * 1024];
        int read;
        while (content.Length <= most && (read = file.Read(piece)) > 0) content.Write(piece, 0, (int)Math.Min(read, most + 1 - content.Length));
        return content.ToArray();
    }
}
