using System.Globalization;
using Gb28181Edge.Protocol.Manscdp;

namespace Gb28181Edge.Bench;

/// <summary>One item of a catalogue. GB/T 28181-2016 A.2.1 f), GB/T 28181-2022 A.2.1.9.</summary>
/// <param name="DeviceId">20 digits.</param>
/// <param name="Name">For a person; empty when there is none.</param>
/// <param name="ParentId">Empty when there is none.</param>
/// <param name="Status">ON or OFF, as written.</param>
/// <param name="Element">Everything that the item says.</param>
internal sealed record BenchCatalogItem(string DeviceId, string Name, string ParentId, string Status, ManscdpElement Element);

/// <summary>Puts a catalogue together from the messages that it comes in. GB/T 28181-2016 §9.5, A.2.6 b).</summary>
/// <remarks>Complete when as many different items are there as SumNum says; a part that comes twice counts once.</remarks>
internal sealed class CatalogCollector
{
    private readonly List<BenchCatalogItem> _items = [];

    /// <summary>In the order of their coming.</summary>
    public IReadOnlyList<BenchCatalogItem> Items => _items;

    /// <summary>What the latest part said; null before the first.</summary>
    public int? SumNum { get; private set; }

    /// <summary>Messages taken.</summary>
    public int Parts { get; private set; }

    public bool IsComplete => SumNum is { } sum && _items.Count >= sum;

    /// <summary>Takes one part in.</summary>
    /// <returns>False when the message is no part of a catalogue.</returns>
    public bool Add(ManscdpMessage message)
    {
        if (message.Root != ManscdpRoot.Response || message.CmdType != CmdType.Catalog) return false;
        if (!int.TryParse(message.Value("SumNum"), NumberStyles.None, CultureInfo.InvariantCulture, out int sum)) return false;
        SumNum = sum;
        Parts++;
        foreach (ManscdpElement element in message.Body.Child("DeviceList")?.Children ?? [])
        {
            if (!element.IsNamed("Item") || element.Value("DeviceID") is not { } id) continue;
            BenchCatalogItem item = new(id, element.Value("Name") ?? "", element.Value("ParentID") ?? "", element.Value("Status") ?? "", element);
            int known = _items.FindIndex(other => other.DeviceId == id);
            if (known >= 0) _items[known] = item;
            else _items.Add(item);
        }
        return true;
    }
}
