using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using Gb28181Edge.Drivers.Boards;

namespace Gb28181Edge.Tests.Drivers;

/// <summary>The kernel's layouts, as a C compiler gives them for &lt;linux/gpio.h&gt;.</summary>
public class GpioStructuresTests
{
    [Fact]
    public void Sizes_are_the_kernels()
    {
        Assert.Equal(68, Unsafe.SizeOf<GpioChipInfo>());
        Assert.Equal(16, Unsafe.SizeOf<GpioLineAttribute>());
        Assert.Equal(24, Unsafe.SizeOf<GpioLineConfigAttribute>());
        Assert.Equal(272, Unsafe.SizeOf<GpioLineConfig>());
        Assert.Equal(592, Unsafe.SizeOf<GpioLineRequest>());
        Assert.Equal(256, Unsafe.SizeOf<GpioLineInfo>());
        Assert.Equal(16, Unsafe.SizeOf<GpioLineValues>());
        Assert.Equal(48, Unsafe.SizeOf<GpioLineEvent>());
    }

    [Theory]
    [InlineData(typeof(GpioChipInfo), "Label", 32)]
    [InlineData(typeof(GpioChipInfo), "Lines", 64)]
    [InlineData(typeof(GpioLineAttribute), "Value", 8)]
    [InlineData(typeof(GpioLineConfigAttribute), "Mask", 16)]
    [InlineData(typeof(GpioLineConfig), "AttributeCount", 8)]
    [InlineData(typeof(GpioLineConfig), "Attributes", 32)]
    [InlineData(typeof(GpioLineRequest), "Consumer", 256)]
    [InlineData(typeof(GpioLineRequest), "Config", 288)]
    [InlineData(typeof(GpioLineRequest), "LineCount", 560)]
    [InlineData(typeof(GpioLineRequest), "EventBufferSize", 564)]
    [InlineData(typeof(GpioLineRequest), "Descriptor", 588)]
    [InlineData(typeof(GpioLineInfo), "Consumer", 32)]
    [InlineData(typeof(GpioLineInfo), "Offset", 64)]
    [InlineData(typeof(GpioLineInfo), "Flags", 72)]
    [InlineData(typeof(GpioLineInfo), "Attributes", 80)]
    [InlineData(typeof(GpioLineEvent), "Id", 8)]
    [InlineData(typeof(GpioLineEvent), "Offset", 12)]
    [InlineData(typeof(GpioLineEvent), "SequenceNumber", 16)]
    [InlineData(typeof(GpioLineEvent), "LineSequenceNumber", 20)]
    public void Fields_are_where_the_kernel_has_them(Type structure, string field, int offset) =>
        Assert.Equal(offset, (int)Marshal.OffsetOf(structure, field));

    // _IOC: direction 30 | size 16 | type B4 8 | number 0; 2 reads, 3 reads and writes
    [Theory]
    [InlineData(GpioRequest.GetChipInfo, 2, 68, 0x01)]
    [InlineData(GpioRequest.GetLineInfo, 3, 256, 0x05)]
    [InlineData(GpioRequest.GetLine, 3, 592, 0x07)]
    [InlineData(GpioRequest.SetConfig, 3, 272, 0x0D)]
    [InlineData(GpioRequest.GetValues, 3, 16, 0x0E)]
    [InlineData(GpioRequest.SetValues, 3, 16, 0x0F)]
    public void Request_numbers_are_built_as_the_kernel_builds_them(uint request, uint direction, uint size, uint number) =>
        Assert.Equal(direction << 30 | size << 16 | 0xB4u << 8 | number, request);

    [Fact]
    public void An_attribute_is_added_for_the_only_line()
    {
        GpioLineConfig config = default;
        config.Add(GpioAttributeId.OutputValues, 1);
        config.Add(GpioAttributeId.Debounce, 5000);
        Assert.Equal(2u, config.AttributeCount);
        Assert.Equal((GpioAttributeId.Debounce, 5000ul, 1ul), (config.Attributes[1].Attribute.Id, config.Attributes[1].Attribute.Value, config.Attributes[1].Mask));
    }
}
