using Gb28181Edge.Protocol.Manscdp;

namespace Gb28181Edge.Protocol.Tests.Manscdp;

public class PtzNamesTests
{
    [Theory]
    [InlineData(null, null)]
    [InlineData("", null)]
    [InlineData(" \t ", null)]
    [InlineData("\u0001\u007f\u0085", null)]
    [InlineData("  North gate ", "North gate")]
    [InlineData("a\u0000b\nc", "abc")]
    [InlineData("北门", "北门")]
    public void Names_lose_blanks_and_control_characters(string? name, string? expected)
    {
        Assert.Equal(expected, PtzNames.Preset(name));
        Assert.Equal(expected, PtzNames.Track(name));
    }

    [Fact] // GB/T 28181-2022 A.2.6.13: 32 bytes
    public void A_track_is_cut_to_32_bytes_of_GB18030_without_splitting_a_character()
    {
        Assert.Equal(new string('a', 32), PtzNames.Track(new string('a', 40)));
        Assert.Equal(new string('门', 16), PtzNames.Track(new string('门', 40)));
        Assert.Equal("a" + new string('门', 15), PtzNames.Track("a" + new string('门', 40)));
        Assert.Equal(string.Concat(Enumerable.Repeat("😀", 8)), PtzNames.Track(string.Concat(Enumerable.Repeat("😀", 9))));
    }

    [Fact]
    public void A_preset_is_cut_to_255_characters_without_splitting_a_pair()
    {
        Assert.Equal(255, PtzNames.Preset(new string('门', 300))!.Length);
        Assert.Equal(254, PtzNames.Preset(string.Concat(Enumerable.Repeat("😀", 200)))!.Length);
    }

    [Fact]
    public void A_lone_surrogate_becomes_the_replacement_character() => Assert.Equal("a\uFFFDb", PtzNames.Preset("a\uD800b"));
}
