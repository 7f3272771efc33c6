using CsCheck;
using Gb28181Edge.Devices;
using Gb28181Edge.Drivers;

namespace Gb28181Edge.Tests.Devices;

public class FieldOfViewTests
{
    /// <summary>By hand: the half picture is tan(field / 2) / zoom wide and 9/16 of it high.</summary>
    [Theory]
    [InlineData(90, 1, 0, 0, 0.5, 0.5, 100, 0, 2)]                         // the middle: zoom alone
    [InlineData(90, 1, 1, 0, 0.5, 0.5, 145, 0, 2)]                         // the right edge of 90°
    [InlineData(90, 1, -1, 0, 0.5, 0.5, 55, 0, 2)]
    [InlineData(90, 1, 0, -1, 0.5, 0.5, 100, 29.358, 2)]                   // the upper edge: atan(9/16)
    [InlineData(90, 1, 0, 1, 0.5, 0.5, 100, -29.358, 2)]
    [InlineData(90, 2, 1, 0, 0.5, 0.5, 126.565, 0, 4)]                     // atan(1/2)
    [InlineData(60, 1, 0, 0, 0.1, 0.25, 100, 0, 4)]                        // the whole box stays in the picture
    public void Zooming_in(double field, double zoom, double x, double y, double width, double height, double pan, double tilt, double then) =>
        AssertNear(new PtzPosition(pan, tilt, then), FieldOfView.Target(new PtzOrder.DragZoom("city", true, x, y, width, height), field, new PtzPosition(100, 0, zoom)));

    [Fact]
    public void Zooming_out_of_the_middle_changes_the_zoom_alone_and_never_below_1()
    {
        AssertNear(new PtzPosition(100, 5, 2), FieldOfView.Target(new PtzOrder.DragZoom("city", false, 0, 0, 0.5, 0.6), 60, new PtzPosition(100, 5, 4)));
        AssertNear(new PtzPosition(100, 5, 1), FieldOfView.Target(new PtzOrder.DragZoom("city", false, 0, 0, 0.1, 0.1), 60, new PtzPosition(100, 5, 4)));
    }

    [Fact]
    public void Near_the_zenith_a_box_at_the_side_turns_the_head_further()
    {
        PtzPosition level = FieldOfView.Target(new PtzOrder.DragZoom("city", true, 0.5, 0, 1, 1), 60, new PtzPosition(0, 0, 1));
        PtzPosition steep = FieldOfView.Target(new PtzOrder.DragZoom("city", true, 0.5, 0, 1, 1), 60, new PtzPosition(0, 70, 1));
        Assert.InRange(level.Pan!.Value, 16, 17);
        Assert.InRange(steep.Pan!.Value, 40, 41);
    }

    [Fact]
    public void An_axis_that_is_not_known_stays_as_it_is() =>
        Assert.Equal(new PtzPosition(null, null, null), FieldOfView.Target(new PtzOrder.DragZoom("city", true, 1, 1, 0.5, 0.5), 60, default));

    [Fact]
    public void Zooming_out_undoes_zooming_in() =>
        Gen.Select(Gen.Double[-1, 1], Gen.Double[0.1, 1], Gen.Double[10, 120], Gen.Double[1, 10], Gen.Double[0, 359]).Sample((x, size, field, zoom, pan) =>
        {
            var from = new PtzPosition(pan, 0, zoom);
            PtzPosition inside = FieldOfView.Target(new PtzOrder.DragZoom("city", true, x, 0, size, size), field, from);
            AssertNear(from, FieldOfView.Target(new PtzOrder.DragZoom("city", false, x, 0, size, size), field, inside));
        });

    private static void AssertNear(PtzPosition expected, PtzPosition actual)
    {
        double turn = Math.Abs(expected.Pan!.Value - actual.Pan!.Value);
        Assert.True(Math.Min(turn, 360 - turn) < 0.001, $"{actual.Pan} is not {expected.Pan}");
        Assert.Equal(expected.Tilt!.Value, actual.Tilt!.Value, 0.001);
        Assert.Equal(expected.Zoom!.Value, actual.Zoom!.Value, 0.001);
    }
}
