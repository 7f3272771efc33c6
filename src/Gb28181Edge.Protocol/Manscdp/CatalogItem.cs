namespace Gb28181Edge.Protocol.Manscdp;

/// <summary>One entry of a catalogue. GB/T 28181-2016 A.2.1 itemType, GB/T 28181-2022 A.2.1 itemType.</summary>
internal sealed record CatalogItem
{
    /// <summary>20 digits.</summary>
    public required string DeviceId { get; init; }
    public required string Name { get; init; }
    public string Manufacturer { get; init; } = "";
    public string Model { get; init; } = "";
    /// <summary>2016 only.</summary>
    public string Owner { get; init; } = "";
    /// <summary>2, 4, 6 or 8 digits.</summary>
    public required string CivilCode { get; init; }
    public string? Block { get; init; }
    public string Address { get; init; } = "";
    /// <summary>It has children.</summary>
    public bool Parental { get; init; }
    /// <summary>The device that it belongs to, else the system.</summary>
    public required string ParentId { get; init; }
    /// <summary>0 none, 2 S/MIME signed, 3 signed and encrypted, 4 digest; 2016 only.</summary>
    public int SafetyWay { get; init; }
    /// <summary>1 is digest as in RFC 3261.</summary>
    public int RegisterWay { get; init; } = 1;
    public bool Secrecy { get; init; }
    public string? IpAddress { get; init; }
    public int? Port { get; init; }
    /// <summary>ON or OFF.</summary>
    public bool IsOn { get; init; } = true;
    /// <summary>WGS-84 degrees.</summary>
    public double? Longitude { get; init; }
    /// <summary>WGS-84 degrees.</summary>
    public double? Latitude { get; init; }
    /// <summary>What only a camera has; null leaves the block out.</summary>
    public CatalogItemInfo? Info { get; init; }
}

/// <summary>The <c>Info</c> block of a camera in the catalogue.</summary>
internal sealed record CatalogItemInfo
{
    /// <summary>1 dome, 2 hemisphere, 3 fixed bullet, 4 remote bullet.</summary>
    public int? PtzType { get; init; }
    /// <summary>1 outdoor, 2 indoor.</summary>
    public int? RoomType { get; init; }
    /// <summary>1 none, 2 infrared, 3 white.</summary>
    public int? SupplyLightType { get; init; }
    /// <summary>1 E, 2 W, 3 S, 4 N, 5 SE, 6 NE, 7 SW, 8 NW.</summary>
    public int? DirectionType { get; init; }
    /// <summary>Codes of SDP f=, separated by a slash.</summary>
    public string? Resolution { get; init; }
    /// <summary><c>0/1</c>; 2022 only.</summary>
    public string? StreamNumberList { get; init; }
    /// <summary><c>1/2/4</c>.</summary>
    public string? DownloadSpeed { get; init; }
    /// <summary>6 digits, 000000 where there is none; required in 2022, absent in 2016.</summary>
    public string GrassrootsCode { get; init; } = "000000";
    /// <summary>1 … 3 class of the point, 9 other; 2022 only.</summary>
    public int PointType { get; init; } = 9;
}
