namespace Gb28181Edge.Configuration;

/// <summary>How VISCA packets travel to a head on the network.</summary>
internal enum ViscaWay
{
    /// <summary>UDP with a header and sequence numbers, port 52381.</summary>
    SonyUdp,

    /// <summary>Bare packets on a TCP connection, port 5678.</summary>
    Tcp,

    /// <summary>Bare packets in UDP datagrams, port 1259.</summary>
    Udp,
}

/// <summary><c>visca-ip</c>: a VISCA head on the network.</summary>
internal sealed record ViscaIpPtzOptions : ViscaPtzBaseOptions
{
    /// <summary>Address or name.</summary>
    public required string Host { get; init; }

    public ViscaWay Transport { get; init; }

    /// <summary>1 … 65535; null: the usual one of <see cref="Transport"/>.</summary>
    public int? Port { get; init; }

    /// <summary>The port in force.</summary>
    public int EffectivePort => Port ?? Transport switch
    {
        ViscaWay.Tcp => 5678,
        ViscaWay.Udp => 1259,
        _ => 52_381,
    };
}
