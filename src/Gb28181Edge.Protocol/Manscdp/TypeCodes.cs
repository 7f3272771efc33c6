namespace Gb28181Edge.Protocol.Manscdp;

/// <summary>Digits 11 … 13 of an identifier: what kind of thing it names. GB/T 28181-2016 D.1, GB/T 28181-2022 E.1.</summary>
internal static class TypeCodes
{
    public const int Dvr = 111;
    public const int VideoServer = 112;
    public const int Encoder = 113;
    public const int AlarmHost = 117;
    public const int Nvr = 118;
    public const int Camera = 131;
    public const int Ipc = 132;
    public const int AlarmInput = 134;
    /// <summary>Siren, lamp.</summary>
    public const int AlarmOutput = 135;
    public const int VoiceInput = 136;
    public const int VoiceOutput = 137;
    /// <summary>Output by relay or trigger: named in 2022, an extension in 2016.</summary>
    public const int RelayOutput = 140;
    public const int SignallingServer = 200;
    public const int BusinessGroup = 215;
    public const int VirtualOrganisation = 216;

    /// <summary>Front-end main devices, 111 … 130; an IPC (132) registers as one too.</summary>
    public static bool IsMainDevice(int code) => code is >= 111 and <= 130 or Ipc;

    public static bool IsCamera(int code) => code is Camera or Ipc;

    public static bool IsOutput(int code) => code is AlarmOutput or RelayOutput;

    /// <summary>200 … 299.</summary>
    public static bool IsPlatform(int code) => code is >= 200 and <= 299;
}
