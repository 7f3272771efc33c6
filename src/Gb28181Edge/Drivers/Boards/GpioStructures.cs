using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace Gb28181Edge.Drivers.Boards;

/// <summary>Request numbers of the GPIO character device, version 2 of its interface. Linux &lt;linux/gpio.h&gt;, 5.10 and later.</summary>
internal static class GpioRequest
{
    public const uint GetChipInfo = 0x8044_B401, GetLineInfo = 0xC100_B405, GetLine = 0xC250_B407,
        SetConfig = 0xC110_B40D, GetValues = 0xC010_B40E, SetValues = 0xC010_B40F;
}

/// <summary>gpio_v2_line_flag.</summary>
[Flags]
internal enum GpioLineFlags : ulong
{
    None = 0,
    Used = 1 << 0,
    ActiveLow = 1 << 1,
    Input = 1 << 2,
    Output = 1 << 3,
    EdgeRising = 1 << 4,
    EdgeFalling = 1 << 5,
    BiasPullUp = 1 << 8,
    BiasPullDown = 1 << 9,
    BiasDisabled = 1 << 10,
    EventClockRealtime = 1 << 11,
}

/// <summary>gpio_v2_line_attr_id.</summary>
internal enum GpioAttributeId : uint { Flags = 1, OutputValues = 2, Debounce = 3 }

/// <summary>gpiochip_info, 68 bytes.</summary>
[StructLayout(LayoutKind.Sequential)]
internal unsafe struct GpioChipInfo
{
    public fixed byte Name[32];
    public fixed byte Label[32];
    public uint Lines;
}

/// <summary>gpio_v2_line_attribute, 16 bytes: the value is flags, output values or microseconds, as the id says.</summary>
[StructLayout(LayoutKind.Sequential)]
internal struct GpioLineAttribute
{
    public GpioAttributeId Id;
    public uint Padding;
    public ulong Value;
}

/// <summary>gpio_v2_line_config_attribute, 24 bytes.</summary>
[StructLayout(LayoutKind.Sequential)]
internal struct GpioLineConfigAttribute
{
    public GpioLineAttribute Attribute;
    public ulong Mask;
}

[InlineArray(10)]
internal struct GpioLineConfigAttributes
{
    private GpioLineConfigAttribute _first;
}

[InlineArray(10)]
internal struct GpioLineAttributes
{
    private GpioLineAttribute _first;
}

/// <summary>gpio_v2_line_config, 272 bytes.</summary>
[StructLayout(LayoutKind.Sequential)]
internal unsafe struct GpioLineConfig
{
    public GpioLineFlags Flags;
    public uint AttributeCount;
    public fixed uint Padding[5];
    public GpioLineConfigAttributes Attributes;

    /// <summary>Adds an attribute of the request's only line.</summary>
    public void Add(GpioAttributeId id, ulong value) =>
        Attributes[(int)AttributeCount++] = new GpioLineConfigAttribute { Attribute = new GpioLineAttribute { Id = id, Value = value }, Mask = 1 };
}

/// <summary>gpio_v2_line_request, 592 bytes.</summary>
[StructLayout(LayoutKind.Sequential)]
internal unsafe struct GpioLineRequest
{
    public fixed uint Offsets[64];
    public fixed byte Consumer[32];
    public GpioLineConfig Config;
    public uint LineCount;
    public uint EventBufferSize;
    public fixed uint Padding[5];
    public int Descriptor;
}

/// <summary>gpio_v2_line_info, 256 bytes.</summary>
[StructLayout(LayoutKind.Sequential)]
internal unsafe struct GpioLineInfo
{
    public fixed byte Name[32];
    public fixed byte Consumer[32];
    public uint Offset;
    public uint AttributeCount;
    public GpioLineFlags Flags;
    public GpioLineAttributes Attributes;
    public fixed uint Padding[4];
}

/// <summary>gpio_v2_line_values, 16 bytes.</summary>
[StructLayout(LayoutKind.Sequential)]
internal struct GpioLineValues
{
    public ulong Bits;
    public ulong Mask;
}

/// <summary>gpio_v2_line_event, 48 bytes. Id 1 is a rising edge, 2 a falling one.</summary>
[StructLayout(LayoutKind.Sequential)]
internal unsafe struct GpioLineEvent
{
    public const uint RisingEdge = 1;

    public ulong TimestampNanoseconds;
    public uint Id;
    public uint Offset;
    public uint SequenceNumber;
    public uint LineSequenceNumber;
    public fixed uint Padding[6];
}
