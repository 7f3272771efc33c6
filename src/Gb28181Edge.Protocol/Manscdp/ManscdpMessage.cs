namespace Gb28181Edge.Protocol.Manscdp;

/// <summary>The root of a body: Control, Query and Notify ask or tell, Response answers. GB/T 28181-2016 A.2.1, GB/T 28181-2022 A.2.1.</summary>
internal enum ManscdpRoot { Control, Query, Notify, Response }

/// <summary>Why a body cannot be used.</summary>
internal enum ManscdpFault
{
    None,
    /// <summary>No body, or blanks only.</summary>
    Empty,
    /// <summary>More bytes, elements or levels than <see cref="ManscdpLimits"/> allows.</summary>
    TooLarge,
    /// <summary>Not well-formed, or it has a document type.</summary>
    Malformed,
    /// <summary>The root is none of the four.</summary>
    Root,
    /// <summary>There is no CmdType.</summary>
    CmdType,
}

/// <summary>How much of a body is taken.</summary>
/// <param name="MaxBytes">Encoded size.</param>
/// <param name="MaxElements">Elements in all.</param>
/// <param name="MaxDepth">Levels, the root is 1.</param>
internal sealed record ManscdpLimits(int MaxBytes = 1 << 20, int MaxElements = 50_000, int MaxDepth = 16)
{
    public static readonly ManscdpLimits Default = new();
}

/// <summary>A MANSCDP body that was read. GB/T 28181-2016 A.2, GB/T 28181-2022 A.2.</summary>
internal sealed class ManscdpMessage
{
    private ManscdpMessage(ManscdpRoot root, CmdType cmdType, ManscdpElement body)
    {
        (Root, CmdType, Body) = (root, cmdType, body);
        Sn = body.Value("SN") ?? "";
        DeviceId = body.Value("DeviceID") ?? "";
    }

    public ManscdpRoot Root { get; }

    public CmdType CmdType { get; }

    /// <summary>The sequence number as text, to be echoed; empty when there was none.</summary>
    public string Sn { get; }

    /// <summary>Who is asked or who tells, as text; empty when there was none (Broadcast has none).</summary>
    public string DeviceId { get; }

    /// <summary>The root element.</summary>
    public ManscdpElement Body { get; }

    /// <summary>The trimmed text of a child of the root; null when it is absent or empty.</summary>
    public string? Value(string name) => Body.Value(name);

    /// <summary><c>Result</c> of a Response: true OK, false ERROR, null when there is none of these.</summary>
    public bool? Result => Value("Result") is not { } text ? null
        : text.Equals("OK", StringComparison.OrdinalIgnoreCase) ? true
        : text.Equals("ERROR", StringComparison.OrdinalIgnoreCase) ? false : null;

    /// <summary>Reads a body of any charset. Never throws on input.</summary>
    /// <returns>False with <paramref name="fault"/> set when the body is unusable.</returns>
    public static bool TryParse(ReadOnlySpan<byte> bytes, out ManscdpMessage? message, out ManscdpFault fault) =>
        TryParse(bytes, ManscdpLimits.Default, out message, out fault);

    /// <inheritdoc cref="TryParse(ReadOnlySpan{byte}, out ManscdpMessage?, out ManscdpFault)"/>
    public static bool TryParse(ReadOnlySpan<byte> bytes, ManscdpLimits limits, out ManscdpMessage? message, out ManscdpFault fault)
    {
        message = null;
        if (!ManscdpReader.TryRead(bytes, limits, out ManscdpElement? root, out fault)) return false;
        if (!TryRoot(root!.Name, out ManscdpRoot kind)) { fault = ManscdpFault.Root; return false; }
        if (root.Value("CmdType") is not { } cmdType) { fault = ManscdpFault.CmdType; return false; }
        message = new ManscdpMessage(kind, new CmdType(cmdType), root);
        return true;
    }

    private static bool TryRoot(string name, out ManscdpRoot root)
    {
        foreach (ManscdpRoot known in (ReadOnlySpan<ManscdpRoot>)[ManscdpRoot.Control, ManscdpRoot.Query, ManscdpRoot.Notify, ManscdpRoot.Response])
        {
            root = known;
            if (name.Equals(known.ToString(), StringComparison.OrdinalIgnoreCase)) return true;
        }
        root = default;
        return false;
    }
}
