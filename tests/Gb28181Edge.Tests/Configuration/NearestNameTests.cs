using Gb28181Edge.Configuration;

namespace Gb28181Edge.Tests.Configuration;

public class NearestNameTests
{
    [Theory]
    [InlineData("Adress", "Address")]
    [InlineData("adderss", "Address")]
    [InlineData("BUD", "Baud")]
    [InlineData("baudrate", "Baud")]
    public void Of_finds_what_was_meant(string written, string meant) => Assert.Equal(meant, NearestName.Of(written, ["Address", "Baud", "Loop"]));

    [Fact]
    public void Of_is_null_without_candidates() => Assert.Null(NearestName.Of("x", []));

    [Fact]
    public void Of_counts_a_swap_as_one_step() => Assert.Equal("ab", NearestName.Of("ba", ["bcd", "ab"]));
}
