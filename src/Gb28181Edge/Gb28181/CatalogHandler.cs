using Gb28181Edge.Devices;
using Gb28181Edge.Protocol.Manscdp;

namespace Gb28181Edge.Gb28181;

/// <summary>Query Catalog: cameras, alarm inputs, outputs. GB/T 28181-2016 §9.5.3.1, A.2.4, A.2.6; GB/T 28181-2022 §9.5.3.1, A.2.4.4, A.2.6.4.</summary>
/// <remarks>It never answers SumNum 0 for the device: platforms delete what they know of it. The device has one camera at least.</remarks>
internal sealed class CatalogHandler(DeviceContext context) : IManscdpHandler
{
    private const int PtzTypeDome = 1, PtzTypeFixed = 3;
    private const int LongestCivilCode = 8;

    public ManscdpRoot Root => ManscdpRoot.Query;

    public CmdType CmdType => CmdType.Catalog;

    public ValueTask<ManscdpAnswer> HandleAsync(ManscdpRequest request, CancellationToken cancellationToken)
    {
        List<CatalogItem> items = Items(request);
        if (items.Count == 0) return ValueTask.FromResult(request.Error());
        PlatformProfile platform = request.Platform;
        return ValueTask.FromResult(ManscdpAnswer.Reply(CatalogWriter.Write(
            platform.Charset, platform.Version, request.Message.Sn, request.EchoedId(), items, platform.MaxBodyBytes)));
    }

    /// <summary>All for the device or a region that it lies in; one for the id of a child; none for anything else.</summary>
    private List<CatalogItem> Items(ManscdpRequest request)
    {
        DeviceModel device = context.Device;
        string id = request.DeviceId;
        bool isRegion = id.Length is > 0 and <= LongestCivilCode && device.Id.StartsWith(id, StringComparison.Ordinal);
        bool isAll = isRegion || context.IsDevice(id);
        var items = new List<CatalogItem>();
        if (isAll && request.Platform.CatalogHasDevice) items.Add(Device(request.Platform));
        items.AddRange(device.Cameras.Where(camera => isAll || camera.Id == id).Select(Camera));
        items.AddRange(device.AlarmInputs.Where(input => isAll || input.Id == id).Select(input => Child(input.Id, input.Name)));
        items.AddRange(device.Outputs.Where(output => isAll || output.Id == id).Select(output => Child(output.Id, output.Name)));
        return items;
    }

    private CatalogItem Camera(CameraChannel camera) => Child(camera.Id, camera.Name) with
    {
        IsOn = !context.IsFaulty(camera.Id),
        Info = new CatalogItemInfo { PtzType = camera.HasPtz ? PtzTypeDome : PtzTypeFixed },
    };

    private CatalogItem Device(PlatformProfile platform) => Child(context.Device.Id, context.Device.Name) with { Parental = true, ParentId = platform.Id };

    private CatalogItem Child(string id, string name) => new()
    {
        DeviceId = id,
        Name = name,
        Manufacturer = context.Device.Manufacturer,
        Model = context.Device.Model,
        Owner = context.Device.Name,
        CivilCode = context.Device.CivilCode,
        Address = context.Device.Name,
        ParentId = context.Device.Id,
    };
}
