using Gb28181Edge.Protocol.Manscdp;

namespace Gb28181Edge.Protocol.Tests.Manscdp;

public class ListPartsTests
{
    private const string Camera = "34020000001310000001";

    [Fact] // GB/T 28181-2022 annex M
    public void Presets_keep_to_the_size_of_a_body_and_come_in_order()
    {
        PresetItem[] presets = [.. Enumerable.Range(1, 255).Select(number => new PresetItem(number, $"预置位 {number}"))];
        List<byte[]> bodies = PtzResponses.PresetQuery(ManscdpCharset.Gb2312, "80", Camera, presets, 750);
        Assert.All(bodies, body => Assert.InRange(body.Length, 1, 750));
        List<ManscdpMessage> parts = [.. bodies.Select(Read)];
        Assert.All(parts, part => Assert.Equal((255, "80", Camera), (PtzAnswers.Sum(part, "PresetList"), part.Sn, part.DeviceId)));
        Assert.All(parts, part => Assert.Equal(part.Body.Child("PresetList")!.Attribute("Num"), $"{part.Body.Child("PresetList")!.Children.Count}"));
        Assert.Equal(presets, parts.SelectMany(part => PtzAnswers.PresetQuery(part)!));
        Assert.InRange(parts.Count, 20, 60);
    }

    [Fact]
    public void An_item_that_is_larger_than_a_body_goes_alone()
    {
        PresetItem[] presets = [new(1, "a"), new(2, new string('b', 255)), new(3, "c")];
        List<byte[]> bodies = PtzResponses.PresetQuery(ManscdpCharset.Gb2312, "80", Camera, presets, 300);
        Assert.Equal([1, 2, 3], bodies.Select(body => Assert.Single(PtzAnswers.PresetQuery(Read(body))!).Number));
    }

    [Fact]
    public void Every_part_of_a_track_names_it()
    {
        CruisePointItem[] points = [.. Enumerable.Range(1, 100).Select(preset => new CruisePointItem(preset, 10, 8))];
        List<byte[]> bodies = PtzResponses.CruiseTrackQuery(ManscdpCharset.Gb2312, "3", Camera, new CruiseTrackItem(7, "Night"), points, 750);
        Assert.True(bodies.Count > 1);
        var parts = bodies.ConvertAll(body => PtzAnswers.CruiseTrackQuery(Read(body))!.Value);
        Assert.All(parts, part => Assert.Equal(new CruiseTrackItem(7, "Night"), part.Track));
        Assert.Equal(points, parts.SelectMany(part => part.Points));
    }

    private static ManscdpMessage Read(byte[] body)
    {
        Assert.True(ManscdpMessage.TryParse(body, out ManscdpMessage? message, out _));
        return message!;
    }
}
