namespace Gb28181Edge.Protocol.Manscdp;

/// <summary>A catalogue's answer, split into bodies that fit. GB/T 28181-2016 A.2.6 and annex N, GB/T 28181-2022 A.2.6.4 and annex M.</summary>
internal static class CatalogWriter
{
    /// <summary>Writes all parts, to be sent in order, each after the 200 to the one before.</summary>
    /// <param name="sn">Echoed, the same in every part.</param>
    /// <param name="deviceId">Echoed.</param>
    /// <param name="items">All items; with none, one body says SumNum 0 and has no list.</param>
    /// <param name="maxBodyBytes">Encoded size of a body; an item that is larger goes alone.</param>
    public static List<byte[]> Write(
        ManscdpCharset charset, GbVersion version, string sn, string deviceId, IReadOnlyList<CatalogItem> items, int maxBodyBytes)
    {
        ManscdpWriter Head() => new ManscdpWriter(ManscdpRoot.Response, charset, CmdType.Catalog, sn, deviceId).Element("SumNum", items.Count);
        if (items.Count == 0) return [Head().ToBytes()];
        return ListParts.Write(Head, charset, "DeviceList", items.Select(item => Item(charset, version, item)), maxBodyBytes);
    }

    /// <summary>One item as text, on a line of its own. The order is the schema's.</summary>
    private static string Item(ManscdpCharset charset, GbVersion version, CatalogItem item)
    {
        bool is2016 = version == GbVersion.Gb2016;
        ManscdpWriter writer = ManscdpWriter.Fragment(charset).Open("Item")
            .Element("DeviceID", item.DeviceId)
            .Element("Name", item.Name)
            .Element("Manufacturer", item.Manufacturer)
            .Element("Model", item.Model);
        if (is2016) writer.Element("Owner", item.Owner);
        writer.Element("CivilCode", item.CivilCode)
            .Optional("Block", item.Block)
            .Element("Address", item.Address)
            .Element("Parental", item.Parental ? 1 : 0)
            .Element("ParentID", item.ParentId);
        if (is2016) writer.Element("SafetyWay", item.SafetyWay);
        writer.Element("RegisterWay", item.RegisterWay)
            .Element("Secrecy", item.Secrecy ? 1 : 0)
            .Optional("IPAddress", item.IpAddress)
            .Optional("Port", item.Port)
            .Element("Status", item.IsOn ? "ON" : "OFF")
            .Optional("Longitude", item.Longitude)
            .Optional("Latitude", item.Latitude);
        if (item.Info is { } info) Info(writer, info, is2016);
        return writer.Close("Item").TakeText();
    }

    private static void Info(ManscdpWriter writer, CatalogItemInfo info, bool is2016)
    {
        writer.Open("Info")
            .Optional("PTZType", info.PtzType)
            .Optional("RoomType", info.RoomType)
            .Optional("SupplyLightType", info.SupplyLightType)
            .Optional("DirectionType", info.DirectionType)
            .Optional("Resolution", info.Resolution);
        if (!is2016) writer.Optional("StreamNumberList", info.StreamNumberList);
        writer.Optional("DownloadSpeed", info.DownloadSpeed);
        if (!is2016) writer.Element("GrassrootsCode", info.GrassrootsCode).Element("PointType", info.PointType);
        writer.Close("Info");
    }
}
