using Gb28181Edge.Configuration;
using Gb28181Edge.Tests.Support.Heads;
using Way = Gb28181Edge.Configuration.ViscaWay;
using Wire = Gb28181Edge.Tests.Support.Heads.ViscaWay;

namespace Gb28181Edge.Tests.Heads;

/// <summary>A head on a socket.</summary>
internal abstract class NetworkRig(EmulatedMotion motion, IAsyncDisposable head) : HeadRig
{
    public override HeadState State => motion.Position is var at ? new HeadState(at.Pan, at.Tilt, (at.Zoom - 1) / 19) : default;
    public override HeadState Velocity => motion.Velocity is var now ? new HeadState(now.Pan, now.Tilt, now.Zoom) : default;
    public override bool IsMoving => motion.IsMoving;
    public override double TopPan => EmulatedMotion.PanSpeed;
    public override ValueTask DisposeAsync() => head.DisposeAsync();
}

internal abstract class ViscaIpRig(ViscaIpHead head, ViscaIpPtzOptions ptz) : NetworkRig(head.Motion, head)
{
    public override PtzOptions Ptz { get; } = ptz with { Host = "127.0.0.1", Port = head.Port, FieldDegrees = 60 };
    public override int Focus => head.Focus;
    public override int IrisSteps => head.Iris;
    public override int? Stops => head.Stops;
    public override bool? Keeps(int preset) => head.Presets.ContainsKey(preset);
    public override IReadOnlySet<HeadRow> Cannot { get; } = new HashSet<HeadRow> { HeadRow.Auxiliary };
}

internal sealed class ViscaNumberedRig() : ViscaIpRig(new ViscaIpHead(Wire.Numbered, TimeProvider.System), new ViscaIpPtzOptions { Host = "", Transport = Way.SonyUdp });

internal sealed class ViscaUdpRig() : ViscaIpRig(new ViscaIpHead(Wire.Udp, TimeProvider.System), new ViscaIpPtzOptions { Host = "", Transport = Way.Udp });

internal sealed class ViscaTcpRig() : ViscaIpRig(new ViscaIpHead(Wire.Tcp, TimeProvider.System), new ViscaIpPtzOptions { Host = "", Transport = Way.Tcp });

internal sealed class OnvifRig : NetworkRig
{
    private readonly OnvifHead _head;

    public OnvifRig() : this(new OnvifHead(OnvifLogin.WsSecurity, TimeProvider.System))
    {
    }

    private OnvifRig(OnvifHead head) : base(head.Motion, head)
    {
        _head = head;
        Ptz = new OnvifPtzOptions { Url = head.DeviceService.ToString(), Username = OnvifHead.Username, Password = OnvifHead.Password, MaxZoom = 20, FieldDegrees = 60 };
    }

    public override PtzOptions Ptz { get; }
    public override int Focus => Math.Sign(_head.FocusSpeed);
    public override int? Iris => 0;
    public override int? Stops => _head.Stops;
    public override IReadOnlyList<string> Switched => [.. _head.Auxiliaries];
    public override (string On, string Off) Wiper => ("tt:Wiper|On", "tt:Wiper|Off");
    public override IReadOnlySet<HeadRow> Cannot { get; } = new HashSet<HeadRow> { HeadRow.Iris };
}

internal sealed class IsapiRig : NetworkRig
{
    private readonly IsapiHead _head;

    public IsapiRig() : this(new IsapiHead(TimeProvider.System))
    {
    }

    private IsapiRig(IsapiHead head) : base(head.Motion, head)
    {
        _head = head;
        Ptz = new IsapiPtzOptions { Url = head.Server.Url.ToString(), Username = IsapiHead.Username, Password = IsapiHead.Password, FieldDegrees = 60 };
    }

    public override PtzOptions Ptz { get; }
    public override int Focus => Math.Sign(_head.FocusSpeed);
    public override int? Iris => Math.Sign(_head.IrisSpeed);
    public override int? Stops => _head.Stops;
    public override bool? Keeps(int preset) => _head.Presets.ContainsKey(preset);
    public override IReadOnlyList<string> Switched => [.. _head.Auxiliaries];
    public override (string On, string Off) Wiper => ("WIPER on", "WIPER off");
}

internal sealed class DahuaRig : NetworkRig
{
    private readonly DahuaHead _head;

    public DahuaRig() : this(new DahuaHead(TimeProvider.System))
    {
    }

    private DahuaRig(DahuaHead head) : base(head.Motion, head)
    {
        _head = head;
        Ptz = new DahuaPtzOptions { Url = head.Server.Url.ToString(), Username = DahuaHead.Username, Password = DahuaHead.Password, FieldDegrees = 60 };
    }

    public override PtzOptions Ptz { get; }
    public override int Focus => Sign("FocusFar", "FocusNear");
    public override int? Iris => Sign("IrisLarge", "IrisSmall");
    public override bool? Keeps(int preset) => _head.Presets.ContainsKey(preset);
    public override IReadOnlyList<string> Switched => [.. _head.Auxiliaries];
    public override (string On, string Off) Wiper => ("moveContinuously", "stopMove");

    private int Sign(string plus, string minus) => _head.Running is var running ? (running.Contains(plus) ? 1 : 0) - (running.Contains(minus) ? 1 : 0) : 0;
}
