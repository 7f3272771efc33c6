using Gb28181Edge.Protocol.Manscdp;

namespace Gb28181Edge.Protocol.Tests.Manscdp;

public class IdentifierTests
{
    [Fact] // GB/T 28181-2016 D.1
    public void DeviceId_has_its_fields_at_the_standards_places()
    {
        Assert.True(DeviceId.TryParse("34020112041327654321", out DeviceId id));
        Assert.Equal(("34020112", 4, 132, 7, 654321, "3402011204"), (id.CivilCode, id.Industry, id.TypeCode, id.Network, id.Serial, id.Domain));
    }

    [Theory]
    [InlineData(null)]
    [InlineData("")]
    [InlineData("3402000000111000001")]
    [InlineData("340200000011100000011")]
    [InlineData("3402000000111000000x")]
    [InlineData(" 4020000001110000001")]
    [InlineData("٣4020000001110000001")]
    public void DeviceId_refuses_what_is_not_twenty_digits(string? text)
    {
        Assert.False(DeviceId.TryParse(text, out _));
        Assert.Null(DeviceId.TypeCodeOf(text));
    }

    [Theory]
    [InlineData("34", true)]
    [InlineData("340200000012345678", true)]            // 18 digits: rule B of 2016
    [InlineData("34020000001310000001", true)]
    [InlineData("3", false)]
    [InlineData("340200000013100000012", false)]
    [InlineData("camera", false)]
    public void Peers_identifiers_may_be_shorter(string text, bool plausible) => Assert.Equal(plausible, DeviceId.IsPlausible(text));

    [Fact]
    public void TypeCodes_know_their_kinds()
    {
        Assert.True(TypeCodes.IsMainDevice(111) && TypeCodes.IsMainDevice(130) && TypeCodes.IsMainDevice(132));
        Assert.False(TypeCodes.IsMainDevice(131) || TypeCodes.IsMainDevice(200) || TypeCodes.IsMainDevice(110));
        Assert.True(TypeCodes.IsOutput(135) && TypeCodes.IsOutput(140) && !TypeCodes.IsOutput(134));
        Assert.True(TypeCodes.IsPlatform(200) && TypeCodes.IsPlatform(299) && !TypeCodes.IsPlatform(300));
        Assert.True(TypeCodes.IsCamera(131) && TypeCodes.IsCamera(132) && !TypeCodes.IsCamera(134));
    }

    [Fact]
    public void CmdType_compares_without_case_and_keeps_what_was_received()
    {
        var received = new CmdType("pTZposition");
        Assert.Equal(CmdType.PtzPosition, received);
        Assert.Equal(CmdType.PtzPosition.GetHashCode(), received.GetHashCode());
        Assert.Equal("pTZposition", received.ToString());
        Assert.NotEqual(CmdType.Catalog, received);
    }

    [Fact]
    public void BeijingTime_is_eight_hours_ahead_and_names_no_zone()
    {
        Assert.Equal("2026-05-02T07:59:59", BeijingTime.Format(new DateTimeOffset(2026, 5, 1, 23, 59, 59, 900, TimeSpan.Zero)));
        Assert.Equal("2026-05-01T08:00:00", BeijingTime.Format(new DateTimeOffset(2026, 5, 1, 2, 0, 0, TimeSpan.FromHours(2))));
    }

    [Theory]
    [InlineData("2026-05-01T08:00:00", 0)]
    [InlineData(" 2026-05-01T08:00:00.000 ", 0)]
    [InlineData("2026-05-01 08:00:00", 0)]
    [InlineData("2026-05-01T08:00:00Z", 8)]
    [InlineData("2026-05-01T08:00:00+08:00", 0)]
    [InlineData("2026-05-01T08:00:00.5-01:00", 9)]
    public void BeijingTime_reads_what_peers_write(string text, int hoursAfterMidnightUtc)
    {
        Assert.True(BeijingTime.TryParse(text, out DateTimeOffset time));
        var midnight = new DateTimeOffset(2026, 5, 1, 0, 0, 0, TimeSpan.Zero);
        Assert.Equal(hoursAfterMidnightUtc, (int)(time - midnight).TotalHours);
    }

    [Theory]
    [InlineData(null)]
    [InlineData("")]
    [InlineData("yesterday")]
    [InlineData("2026-13-01T08:00:00")]
    [InlineData("0001-01-01T00:00:00")]
    public void BeijingTime_refuses_what_is_no_time(string? text) => Assert.False(BeijingTime.TryParse(text, out _));
}
