using System.Diagnostics.CodeAnalysis;

namespace Gb28181Edge.Configuration;

/// <summary>One camera: a channel of the catalogue.</summary>
internal sealed record CameraOptions
{
    /// <summary>20 digits, type code 131 or 132.</summary>
    public required string Id { get; init; }

    /// <summary>For a person; defaults to <see cref="Id"/>.</summary>
    [AllowNull]
    public string Name { get => field ?? Id; init; }

    /// <summary>True: the source stays open without a viewer.</summary>
    public bool AlwaysOn { get; init; }

    /// <summary>Where its pictures come from.</summary>
    public required SourceOptions Source { get; init; }

    /// <summary>How it is steered; null when it has no head.</summary>
    public PtzOptions? Ptz { get; init; }
}

/// <summary>Where pictures come from: one record a <c>Type</c>.</summary>
internal abstract record SourceOptions;

/// <summary><c>test</c>: the built-in test pattern with sound.</summary>
internal sealed record TestSourceOptions : SourceOptions;

/// <summary>How RTP comes from an RTSP server.</summary>
internal enum RtspTransport { Tcp, Udp }

/// <summary><c>rtsp</c>: a network camera or an RTSP server.</summary>
internal sealed record RtspSourceOptions : SourceOptions
{
    /// <summary><c>rtsp://</c>, with user and password where the server asks for them. Never logged with its password.</summary>
    public required string Url { get; init; }

    public RtspTransport Transport { get; init; }

    /// <summary>The address without the password.</summary>
    public override string ToString() => SecretMask.Mask(Url);
}

/// <summary>What a process writes to its standard output.</summary>
internal enum ProcessFormat { H264, H265, MpegTs }

/// <summary><c>process</c>: any program that writes video to its standard output.</summary>
internal sealed record ProcessSourceOptions : SourceOptions
{
    /// <summary>The program and its arguments; no shell is involved.</summary>
    public required IReadOnlyList<string> Command { get; init; }

    public ProcessFormat Format { get; init; }
}

/// <summary><c>file</c>: a recording, by its ending <c>.h264</c>, <c>.h265</c>, <c>.ts</c> or <c>.ps</c>.</summary>
internal sealed record FileSourceOptions : SourceOptions
{
    /// <summary>An absolute path.</summary>
    public required string Path { get; init; }

    /// <summary>True: begins again at its end, with continuous timestamps.</summary>
    public bool Loop { get; init; } = true;
}
