namespace Gb28181Edge.Protocol.Manscdp;

/// <summary>A list's answer, split into bodies that fit. GB/T 28181-2016 annex N, GB/T 28181-2022 annex M.</summary>
/// <remarks>Every part has the same head, whose SumNum counts the items of all parts; Num of the list counts those of the part.</remarks>
internal static class ListParts
{
    /// <summary>Records in one message at most. GB/T 28181-2016 annex N, GB/T 28181-2022 annex M.</summary>
    public const int MaxItems = 10_000;

    /// <summary>Writes all parts, to be sent in order, each after the 200 to the one before.</summary>
    /// <param name="head">Makes a writer that has everything before the list.</param>
    /// <param name="charset">That of the writer.</param>
    /// <param name="list">The list element's name.</param>
    /// <param name="items">Fragments; at least one.</param>
    /// <param name="maxBodyBytes">Encoded size of a body; an item that is larger goes alone.</param>
    public static List<byte[]> Write(Func<ManscdpWriter> head, ManscdpCharset charset, string list, IEnumerable<string> items, int maxBodyBytes)
    {
        int around = head().OpenList(list, MaxItems).EndList(list).ToBytes().Length;
        var parts = new List<byte[]>();
        var pending = new List<string>();
        int size = around;
        foreach (string item in items)
        {
            int bytes = ManscdpText.Encode(item, charset).Length;
            if (pending.Count > 0 && (size + bytes > maxBodyBytes || pending.Count == MaxItems)) Flush();
            pending.Add(item);
            size += bytes;
        }
        Flush();
        return parts;

        void Flush()
        {
            ManscdpWriter writer = head().OpenList(list, pending.Count);
            foreach (string item in pending) writer.Raw(item);
            parts.Add(writer.EndList(list).ToBytes());
            pending.Clear();
            size = around;
        }
    }
}
