namespace Gb28181Edge.Configuration;

/// <summary>The keys of the driver <c>visca-ip</c>; those of the head itself are the serial driver's.</summary>
internal static class ViscaIpKeys
{
    public static ShapeCase<PtzOptions, ViscaIpPtzOptions> Case(ConfigurationKey<ViscaIpPtzOptions>[] common) => new("visca-ip", new(
        new ViscaIpPtzOptions { Host = "" }, [
        new TextKey<ViscaIpPtzOptions>("Host", TextFormats.Host, "The head.", o => o.Host, (o, v) => o with { Host = v! }) { IsRequired = true },
        new ChoiceKey<ViscaIpPtzOptions, ViscaWay>("Transport", [("sony-udp", ViscaWay.SonyUdp), ("tcp", ViscaWay.Tcp), ("udp", ViscaWay.Udp)], "How the packets travel: UDP with sequence numbers as Sony has it, or bare over TCP or UDP.", o => o.Transport, (o, v) => o with { Transport = v }),
        new NumberKey<ViscaIpPtzOptions>("Port", 1, 65_535, "The head's port, null for the usual one: 52381 of sony-udp, 5678 of tcp, 1259 of udp.", o => o.Port, (o, v) => o with { Port = v }) { IsNullable = true },
        .. SerialPtzKeys.ViscaHead<ViscaIpPtzOptions>(),
        .. common]));
}
