namespace Gb28181Edge.Configuration;

/// <summary>A head that hangs on one of <see cref="EdgeConfiguration.Buses"/>.</summary>
internal interface IBusHead
{
    /// <summary>The <c>Name</c> of one of <see cref="EdgeConfiguration.Buses"/>.</summary>
    string Bus { get; }

    /// <summary>The head's address.</summary>
    int Address { get; }

    /// <summary>What may share a line: heads of one family.</summary>
    string Family { get; }
}

/// <summary>What is special about a Pelco-D head.</summary>
internal enum PelcoProfile { Generic, Pelco, PtzOptics, Hikvision }

/// <summary>Which way a head's own count of pan grows.</summary>
internal enum PanCount { Right, Left }

/// <summary>Which way a head's own count of tilt grows.</summary>
internal enum TiltCount { Down, Up }

/// <summary><c>pelco-d</c>: a head on a serial bus.</summary>
internal sealed record PelcoDPtzOptions : PtzOptions, IBusHead
{
    public string Bus { get; init; } = "rs485";

    /// <summary>1 … 255.</summary>
    public int Address { get; init; } = 1;

    public string Family => "Pelco";

    public PelcoProfile Profile { get; init; }

    /// <summary>How many presets the head keeps, 0 … 255, at most as many as its profile has; 0 leaves them to the agent.</summary>
    public int Presets { get; init; } = 93;

    /// <summary>After so long without focusing the focus is automatic again, in profiles that switch it; null leaves it manual.</summary>
    public int? AutoAfterSeconds { get; init; } = 60;

    /// <summary>The head takes and tells positions.</summary>
    public bool Feedback { get; init; }

    /// <summary>How long the head may take to begin its reply, 5 … 500 ms.</summary>
    public int ReplyMs { get; init; } = 50;

    /// <summary>The head's own reading at pan 0, 0 … 359.99°.</summary>
    public double PanZeroDegrees { get; init; }

    public PanCount PanCounts { get; init; }

    /// <summary>The head's own reading when it looks level, 0 … 359.99°.</summary>
    public double TiltZeroDegrees { get; init; }

    public TiltCount TiltCounts { get; init; }

    /// <summary>The magnification at the tele end; null when the head's zoom position is not used.</summary>
    public double? MaxZoom { get; init; }

    /// <summary>The head's own reading there.</summary>
    public int ZoomTelePosition { get; init; } = 65_535;
}

/// <summary>Where the bits of focus and iris lie in Pelco-P.</summary>
internal enum PelcoPBits { Classic, LikeD }

/// <summary><c>pelco-p</c>: a head on a serial bus.</summary>
internal sealed record PelcoPPtzOptions : PtzOptions, IBusHead
{
    public string Bus { get; init; } = "rs485";

    /// <summary>1 … 255, as set on the head.</summary>
    public int Address { get; init; } = 1;

    public string Family => "Pelco";

    public PelcoPBits Layout { get; init; }

    /// <summary>The address on the line of a head set to 1: 0 in the original, 1 with some makers.</summary>
    public int AddressBase { get; init; }

    /// <summary>Sends the speed of zoom and focus before they move.</summary>
    public bool LensSpeeds { get; init; }

    /// <summary>How many presets the head keeps, 0 … 93; 0 leaves them to the agent.</summary>
    public int Presets { get; init; } = 93;
}

/// <summary>The exposure mode in which a VISCA head lets its iris be moved.</summary>
internal enum ViscaIris { Manual, Priority }

/// <summary>What is common to heads that speak VISCA, over a serial port or a network.</summary>
internal abstract record ViscaPtzBaseOptions : PtzOptions
{
    /// <summary>The head's memory of preset 1: 1, or 0.</summary>
    public int FirstPreset { get; init; } = 1;

    /// <summary>How many presets the head keeps, 0 … 127; 0 leaves them to the agent.</summary>
    public int Presets { get; init; } = 126;

    /// <summary>After so long without focus or iris command the head gets back its automatic modes; null leaves them manual.</summary>
    public int? AutoAfterSeconds { get; init; } = 60;

    public ViscaIris IrisMode { get; init; }

    /// <summary>The head's steps of one degree of pan.</summary>
    public double PanStepsPerDegree { get; init; } = 14.4;

    public double TiltStepsPerDegree { get; init; } = 14.4;

    /// <summary>How far the head turns to the left of its middle.</summary>
    public int PanLeftDegrees { get; init; } = 170;

    public int PanRightDegrees { get; init; } = 170;

    /// <summary>How far it tilts below level.</summary>
    public int TiltDownDegrees { get; init; } = 30;

    public int TiltUpDegrees { get; init; } = 90;

    /// <summary>Pan in five nibbles, as the SRG-X400 has it.</summary>
    public bool WidePosition { get; init; }

    /// <summary>The fastest tilt: 20, or 23.</summary>
    public int TopTiltSpeed { get; init; } = 20;

    /// <summary>The magnification at the tele end.</summary>
    public double MaxZoom { get; init; } = 20;

    /// <summary>The head's zoom position there, 16384 on most.</summary>
    public int ZoomTelePosition { get; init; } = 16_384;
}

/// <summary><c>visca</c>: a head on RS-232 or RS-422.</summary>
internal sealed record ViscaPtzOptions : ViscaPtzBaseOptions, IBusHead
{
    public string Bus { get; init; } = "visca";

    /// <summary>1 … 7: the place in the chain, or what is set on the head.</summary>
    public int Address { get; init; } = 1;

    public string Family => "VISCA";

    /// <summary>True: the heads are a chain and get their addresses from here. Equal for all heads of a bus.</summary>
    public bool AssignAddresses { get; init; } = true;

    /// <summary>False: only the sending wire is connected. Equal for all heads of a bus.</summary>
    public bool Feedback { get; init; } = true;
}
