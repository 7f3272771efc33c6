namespace Gb28181Edge.Protocol.Manscdp;

/// <summary>The edition of GB/T 28181 that a platform is spoken to in.</summary>
internal enum GbVersion
{
    /// <summary>GB/T 28181-2016, announced as X-GB-Ver 2.0.</summary>
    Gb2016,
    /// <summary>GB/T 28181-2022, announced as X-GB-Ver 3.0.</summary>
    Gb2022,
}
