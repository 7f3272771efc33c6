using System.Globalization;
using System.Text;
using Gb28181Edge.Bench;
using Gb28181Edge.Protocol.Manscdp;

namespace Gb28181Edge.Tests.Bench;

public sealed class CatalogCollectorTests
{
    [Fact]
    public void Parts_are_collected_until_all_items_are_there()
    {
        CatalogCollector catalog = new();
        Assert.True(catalog.Add(Part(3, 1)));
        Assert.False(catalog.IsComplete);
        Assert.True(catalog.Add(Part(3, 2, 3)));
        Assert.True(catalog.IsComplete);
        Assert.Equal(["1", "2", "3"], catalog.Items.Select(item => item.DeviceId));
        Assert.Equal(("name 2", "parent", "ON", 2), (catalog.Items[1].Name, catalog.Items[1].ParentId, catalog.Items[1].Status, catalog.Parts));
    }

    [Fact]
    public void Part_that_comes_twice_counts_once()
    {
        CatalogCollector catalog = new();
        catalog.Add(Part(2, 1));
        catalog.Add(Part(2, 1));
        Assert.False(catalog.IsComplete);
        Assert.Single(catalog.Items);
    }

    [Fact]
    public void Empty_catalogue_is_complete_at_once()
    {
        CatalogCollector catalog = new();
        Assert.False(catalog.IsComplete);
        catalog.Add(Part(0));
        Assert.True(catalog.IsComplete);
    }

    [Theory]
    [InlineData("<Response><CmdType>DeviceInfo</CmdType><SN>1</SN><SumNum>0</SumNum></Response>")]
    [InlineData("<Query><CmdType>Catalog</CmdType><SN>1</SN><SumNum>0</SumNum></Query>")]
    [InlineData("<Response><CmdType>Catalog</CmdType><SN>1</SN></Response>")]
    [InlineData("<Response><CmdType>Catalog</CmdType><SN>1</SN><SumNum>many</SumNum></Response>")]
    public void What_is_no_catalogue_is_refused(string xml)
    {
        CatalogCollector catalog = new();
        Assert.False(catalog.Add(Message(xml)));
        Assert.False(catalog.IsComplete);
    }

    private static ManscdpMessage Part(int sum, params int[] ids) => Message(string.Create(CultureInfo.InvariantCulture,
        $"<Response><CmdType>Catalog</CmdType><SN>1</SN><DeviceID>9</DeviceID><SumNum>{sum}</SumNum><DeviceList Num=\"{ids.Length}\">{string.Concat(ids.Select(Item))}</DeviceList></Response>"));

    private static string Item(int id) => string.Create(CultureInfo.InvariantCulture,
        $"<Item><DeviceID>{id}</DeviceID><Name>name {id}</Name><ParentID>parent</ParentID><Status>ON</Status></Item>");

    private static ManscdpMessage Message(string xml)
    {
        Assert.True(ManscdpMessage.TryParse(Encoding.UTF8.GetBytes(xml), out ManscdpMessage? message, out _));
        return message!;
    }
}
