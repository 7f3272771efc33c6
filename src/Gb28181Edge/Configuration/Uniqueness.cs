namespace Gb28181Edge.Configuration;

/// <summary>Remembers who has a value first; without regard to case.</summary>
internal sealed class Uniqueness(string what, ConfigurationFaults faults)
{
    private readonly Dictionary<string, string> _owners = new(StringComparer.OrdinalIgnoreCase);

    public void Claim(string path, int? number)
    {
        if (number >= 0) Claim(path, $"{number}");        // negative: missing or at fault already
    }

    /// <param name="path">Whose it is.</param>
    /// <param name="value">What nobody else may have; empty is nothing.</param>
    /// <param name="shown">How it is written there; null as <paramref name="value"/>.</param>
    public void Claim(string path, string value, string? shown = null)
    {
        if (value.Length == 0 || _owners.TryAdd(value, path)) return;
        faults.Add(path, $"the {what} {shown ?? value} belongs to {_owners[value]} already", $"each {what} once");
    }
}
