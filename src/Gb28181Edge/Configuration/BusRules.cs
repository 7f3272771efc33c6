namespace Gb28181Edge.Configuration;

/// <summary>What heads that share a serial line have to agree about.</summary>
internal static class BusRules
{
    public static void Check(EdgeConfiguration configuration, ConfigurationFaults faults)
    {
        var first = new Dictionary<string, (string Path, IBusHead Head)>(StringComparer.OrdinalIgnoreCase);
        var addresses = new Dictionary<string, string>(StringComparer.OrdinalIgnoreCase);
        for (int i = 0; i < configuration.Cameras.Count; i++)
        {
            if (configuration.Cameras[i].Ptz is not IBusHead head) continue;
            string path = $"Cameras[{i}].Ptz";
            if (!first.TryAdd(head.Bus, (path, head))) CheckTogether(path, head, first[head.Bus].Path, first[head.Bus].Head, faults);
            // Pelco-D and Pelco-P hear each other's frames as noise, so only the same protocol has to tell its heads apart
            string address = $"{head.Bus} {head.GetType().Name} {head.Address}";
            if (!addresses.TryAdd(address, path))
                faults.Add($"{path}.Address", $"{head.Address} is the address of {addresses[address]} on bus \"{head.Bus}\" already", "each address once on a bus");
        }
        for (int i = 0; i < configuration.Buses.Count; i++)
        {
            BusOptions bus = configuration.Buses[i];
            if (bus is { DirectionPin: not null, Rs485: BusRs485.Kernel })
                faults.Add($"Buses[{i}].DirectionPin", "is given beside Rs485 \"kernel\": both would switch the transceiver", "one of the two");
        }
    }

    private static void CheckTogether(string path, IBusHead head, string firstPath, IBusHead first, ConfigurationFaults faults)
    {
        if (head.Family != first.Family)
        {
            faults.Add(
                $"{path}.Bus", $"\"{head.Bus}\" has a {first.Family} head already ({firstPath}): a {head.Family} head takes its frames for its own",
                "a bus for each");
            return;
        }
        if (head is not ViscaPtzOptions visca || first is not ViscaPtzOptions other) return;
        if (visca.AssignAddresses != other.AssignAddresses)
            faults.Add($"{path}.AssignAddresses", $"differs from {firstPath} on the same bus", "the same for all heads of a bus");
        if (visca.Feedback != other.Feedback)
            faults.Add($"{path}.Feedback", $"differs from {firstPath} on the same bus", "the same for all heads of a bus");
    }
}
