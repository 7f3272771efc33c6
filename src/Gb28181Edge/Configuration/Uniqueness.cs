namespace Gb28181Edge.Configuration;

/// <summary>Remembers who has a value first; without regard to case.</summary>
internal sealed class Uniqueness(string what, ConfigurationFaults faults)
{
    private readonly Dictionary<string, string> _owners = new(StringComparer.OrdinalIgnoreCase);

    public void Claim(string path, int? number)
    {
        if (number >= 0) Claim(path, $"{number}");        // negative: missing or at fault already
    }

    public void Claim(string path, string value)
    {
        if (value.Length == 0 || _owners.TryAdd(value, path)) return;
        faults.Add(path, $"the {what} {value} belongs to {_owners[value]} already", $"each {what} once");
    }
}
