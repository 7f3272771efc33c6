using Gb28181Edge.Protocol.Manscdp;

namespace Gb28181Edge.Protocol.Tests.Manscdp;

public class CatalogTests
{
    private const string Device = "34020000001110000001";

    internal static readonly CatalogItem[] Items =
    [
        new()
        {
            DeviceId = "34020000001310000001", Name = "Gate cam", Manufacturer = "Acme", Model = "EB-1", Owner = "Owner", CivilCode = "340200",
            Block = "Block 4", Address = "Gate", ParentId = Device, IpAddress = "192.0.2.20", Port = 5060, Longitude = 118.3, Latitude = 31.3,
            Info = new CatalogItemInfo
            {
                PtzType = 1, RoomType = 1, SupplyLightType = 2, DirectionType = 8, Resolution = "5/6", StreamNumberList = "0/1", DownloadSpeed = "1/2/4",
            },
        },
        new()
        {
            DeviceId = "34020000001340000001", Name = "Door", Manufacturer = "Acme", Model = "EB-1", Owner = "Owner", CivilCode = "340200",
            Address = "Gate", ParentId = Device, Parental = true, Secrecy = true, IsOn = false,
        },
    ];

    [Fact]
    public void A_written_catalogue_reads_back_but_for_what_its_edition_has_not()
    {
        Assert.Equal(
            Items.Select(item => item.Info is { } info ? item with { Info = info with { StreamNumberList = null } } : item), Read(GbVersion.Gb2016));
        Assert.Equal(Items.Select(item => item with { Owner = "" }), Read(GbVersion.Gb2022));

        static IReadOnlyList<CatalogItem> Read(GbVersion version)
        {
            CatalogPart part = Part(Assert.Single(CatalogWriter.Write(ManscdpCharset.Gb18030, version, "1", Device, Items, 60_000)));
            Assert.Equal(2, part.SumNum);
            return part.Items;
        }
    }

    [Theory]
    [InlineData(1, 750)]
    [InlineData(7, 750)]
    [InlineData(100, 750)]
    [InlineData(100, 1300)]
    [InlineData(500, 48 * 1024)]
    public void Parts_hold_every_item_once_in_order_and_keep_to_the_size(int count, int maxBytes)
    {
        CatalogItem[] items = Many(count);
        List<byte[]> parts = CatalogWriter.Write(ManscdpCharset.Gb2312, GbVersion.Gb2016, "40", Device, items, maxBytes);
        var ids = new List<string>();
        foreach (byte[] body in parts)
        {
            Assert.InRange(body.Length, 1, maxBytes);
            CatalogPart part = Part(body);
            Assert.Equal(count, part.SumNum);
            Assert.Equal(part.Items.Count.ToString(System.Globalization.CultureInfo.InvariantCulture), Message(body).Body.Child("DeviceList")!.Attribute("Num"));
            Assert.Equal("40", Message(body).Sn);
            ids.AddRange(part.Items.Select(item => item.DeviceId));
        }
        Assert.Equal(items.Select(item => item.DeviceId), ids);
    }

    [Fact]
    public void Parts_are_filled_before_a_new_one_begins()
    {
        CatalogItem[] items = Many(60);
        List<byte[]> parts = CatalogWriter.Write(ManscdpCharset.Gb2312, GbVersion.Gb2016, "40", Device, items, 4000);
        for (int i = 0; i + 1 < parts.Count; i++)
        {
            int next = CatalogWriter.Write(ManscdpCharset.Gb2312, GbVersion.Gb2016, "40", Device, [Part(parts[i + 1]).Items[0]], 4000)[0].Length
                - CatalogWriter.Write(ManscdpCharset.Gb2312, GbVersion.Gb2016, "40", Device, [], 4000)[0].Length;
            Assert.True(parts[i].Length + next > 4000, $"part {i} has room for another item");
        }
    }

    [Fact]
    public void An_item_larger_than_a_part_goes_alone()
    {
        CatalogItem[] items = Many(3);
        items[1] = items[1] with { Name = new string('N', 2000) };
        List<byte[]> parts = CatalogWriter.Write(ManscdpCharset.Gb2312, GbVersion.Gb2016, "40", Device, items, 750);
        Assert.Equal([1, 1, 1], parts.Select(body => Part(body).Items.Count));
    }

    [Fact] // GB/T 28181-2016 annex N
    public void No_part_has_more_than_ten_thousand_records()
    {
        List<byte[]> parts = CatalogWriter.Write(ManscdpCharset.Utf8, GbVersion.Gb2022, "40", Device, Many(10_001), 100_000_000);
        Assert.Equal(2, parts.Count);
        Assert.Contains("<DeviceList Num=\"10000\">", ManscdpText.Decode(parts[0]), StringComparison.Ordinal);
        Assert.Single(Part(parts[1]).Items);
    }

    [Fact]
    public void Size_is_counted_in_encoded_bytes()
    {
        CatalogItem[] items = [.. Many(2).Select(item => item with { Name = "北门", Address = new string('门', 90) })];
        int utf8 = CatalogWriter.Write(ManscdpCharset.Utf8, GbVersion.Gb2016, "40", Device, items, 1500).Count;
        int gb = CatalogWriter.Write(ManscdpCharset.Gb2312, GbVersion.Gb2016, "40", Device, items, 1500).Count;
        Assert.Equal((2, 1), (utf8, gb));
    }

    private static CatalogItem[] Many(int count) =>
        [.. Enumerable.Range(1, count).Select(i => Items[0] with { DeviceId = $"3402000000131{i:D7}", Info = null, Block = null, IpAddress = null, Port = null })];

    private static ManscdpMessage Message(byte[] body)
    {
        Assert.True(ManscdpMessage.TryParse(body, out ManscdpMessage? message, out ManscdpFault fault), fault.ToString());
        return message!;
    }

    private static CatalogPart Part(byte[] body) => Answers.Catalog(Message(body))!;
}
