using System.Text;
using Gb28181Edge.Protocol.Manscdp;

namespace Gb28181Edge.Protocol.Tests.Manscdp;

public class ManscdpTextTests
{
    private const string Gate = "北门";                           // GB2312 and GB18030: B1B1 C3C5

    [Theory]
    [InlineData("<?xml version=\"1.0\" encoding=\"GB2312\"?>")]
    [InlineData("<?xml version='1.0' encoding='gbk'?>")]
    [InlineData("<?xml version=\"1.0\" encoding=\"GB18030\" standalone=\"yes\"?>")]
    [InlineData("<?xml version=\"1.0\"?>")]
    [InlineData("")]
    public void Gb_bytes_are_decoded_whatever_of_the_labels_they_have(string declaration)
    {
        byte[] bytes = [.. Encoding.ASCII.GetBytes(declaration + "<a>"), 0xB1, 0xB1, 0xC3, 0xC5, .. "</a>"u8];
        Assert.Equal($"{declaration}<a>{Gate}</a>", ManscdpText.Decode(bytes));
    }

    [Theory]
    [InlineData("<?xml version=\"1.0\" encoding=\"UTF-8\"?>")]
    [InlineData("<?xml version=\"1.0\" encoding=\"utf8\"?>")]
    [InlineData("<?xml version=\"1.0\"?>")]
    [InlineData("")]
    public void Utf8_is_decoded_where_it_is_declared_or_nothing_is(string declaration)
    {
        string text = $"{declaration}<a>{Gate}</a>";
        Assert.Equal(text, ManscdpText.Decode(Encoding.UTF8.GetBytes(text)));
        Assert.Equal(text, ManscdpText.Decode([0xEF, 0xBB, 0xBF, .. Encoding.UTF8.GetBytes(text)]));
    }

    [Fact]
    public void A_body_that_says_UTF8_and_is_not_is_taken_as_GB18030()
    {
        byte[] bytes = [.. "<?xml version=\"1.0\" encoding=\"UTF-8\"?><a>"u8, 0xB1, 0xB1, 0xC3, 0xC5, .. "</a>"u8];
        Assert.Contains(Gate, ManscdpText.Decode(bytes), StringComparison.Ordinal);
    }

    [Fact]
    public void Gb2312_is_written_as_its_bytes()
    {
        Assert.Equal("B1B1C3C5", Convert.ToHexString(ManscdpText.Encode(Gate, ManscdpCharset.Gb2312)));
        Assert.Equal("B1B1C3C5", Convert.ToHexString(ManscdpText.Encode(Gate, ManscdpCharset.Gb18030)));
        Assert.Equal("E58C97E997A8", Convert.ToHexString(ManscdpText.Encode(Gate, ManscdpCharset.Utf8)));
    }

    [Theory]
    [InlineData("€", "A2E3")]                                   // in GB18030 only
    [InlineData("镕", "E946")]                                   // GBK, not GB 2312-1980
    [InlineData("😀", "9439FC36")]                               // four bytes
    [InlineData("ⅰ", "A2A1")]                                   // in a gap of row 2
    public void Characters_outside_Gb2312_are_replaced_under_its_label_only(string text, string gb18030)
    {
        Assert.Equal(gb18030, Convert.ToHexString(ManscdpText.Encode(text, ManscdpCharset.Gb18030)));
        Assert.Equal("a?b", Encoding.ASCII.GetString(ManscdpText.Encode($"a{text}b", ManscdpCharset.Gb2312)));
    }

    [Fact]
    public void Every_character_of_Gb2312_survives_its_label()
    {
        int characters = 0;
        for (int lead = 0xA1; lead <= 0xF7; lead++)
        {
            for (int trail = 0xA1; trail <= 0xFE; trail++)
            {
                byte[] bytes = [(byte)lead, (byte)trail];
                string text = ManscdpText.Gb18030.GetString(bytes);
                if (ManscdpText.Encode(text, ManscdpCharset.Gb2312).AsSpan().SequenceEqual(bytes)) characters++;
            }
        }
        Assert.Equal(7445, characters);                          // GB 2312-1980: 682 signs and 6763 hanzi
    }

    [Theory]
    [InlineData("GB2312", true, ManscdpCharset.Gb2312)]
    [InlineData("gbk", true, ManscdpCharset.Gb18030)]
    [InlineData("gb18030", true, ManscdpCharset.Gb18030)]
    [InlineData(" utf-8 ", true, ManscdpCharset.Utf8)]
    [InlineData("UTF8", true, ManscdpCharset.Utf8)]
    [InlineData("Big5", false, ManscdpCharset.Gb18030)]
    [InlineData(null, false, ManscdpCharset.Gb18030)]
    public void Labels_are_read_in_any_case(string? label, bool known, object charset)
    {
        Assert.Equal(known, ManscdpText.TryParseLabel(label, out ManscdpCharset read));
        Assert.Equal(charset, read);
    }
}
