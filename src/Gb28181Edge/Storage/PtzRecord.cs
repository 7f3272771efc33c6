using System.Collections.Immutable;

namespace Gb28181Edge.Storage;

/// <summary>A preset as it is kept.</summary>
/// <param name="Name">For a person; never empty.</param>
/// <param name="InHead">The head keeps it under the same number.</param>
/// <param name="Pan">Degrees, 0 up to 360; null when not known.</param>
/// <param name="Tilt">Degrees, + is up; null when not known.</param>
/// <param name="Zoom">Magnification; null when not known.</param>
internal sealed record PresetRecord(string Name, bool InHead, double? Pan, double? Tilt, double? Zoom);

/// <summary>A cruise group as it is kept.</summary>
/// <param name="Name">Null while nobody named it.</param>
/// <param name="Speed">0 … 4095 as it came; null while nobody set it.</param>
/// <param name="DwellSeconds">0 … 4095; null while nobody set it.</param>
/// <param name="Points">Preset numbers in their order.</param>
internal sealed record CruiseRecord(string? Name, int? Speed, int? DwellSeconds, ImmutableArray<int> Points)
{
    public static CruiseRecord Empty { get; } = new(null, null, null, []);

    public bool Equals(CruiseRecord? other) =>
        other is not null && (Name, Speed, DwellSeconds) == (other.Name, other.Speed, other.DwellSeconds) && Points.AsSpan().SequenceEqual(other.Points.AsSpan());

    public override int GetHashCode() => HashCode.Combine(Name, Speed, DwellSeconds, Points.Length);
}

/// <summary>A scan group as it is kept.</summary>
/// <param name="Left">The pan of its left limit, degrees; null while nobody set it.</param>
/// <param name="Right">The pan of its right limit.</param>
/// <param name="Speed">0 … 4095 as it came; null while nobody set it.</param>
internal sealed record ScanRecord(double? Left, double? Right, int? Speed);

/// <summary>What moves a head by itself.</summary>
internal enum ProgramKind { Cruise = 1, Scan = 2 }

/// <summary>A program that runs, and its group.</summary>
internal sealed record ProgramRecord(ProgramKind Kind, int Group);

/// <summary>Where a head returns to.</summary>
/// <param name="Enabled">False: nowhere.</param>
/// <param name="ResetSeconds">After how long.</param>
/// <param name="Preset">1 … 255; 0 is the head's own home.</param>
internal sealed record HomeRecord(bool Enabled, int ResetSeconds, int Preset);

/// <summary>All that is kept of one head but its home. Never changes: each edit gives another.</summary>
internal sealed record PtzRecord
{
    /// <summary>More points of one cruise group are not taken.</summary>
    public const int MostPoints = 256;

    public static PtzRecord Empty { get; } = new();

    /// <summary>By number, 1 … 255.</summary>
    public ImmutableSortedDictionary<int, PresetRecord> Presets { get; init; } = ImmutableSortedDictionary<int, PresetRecord>.Empty;

    /// <summary>By group, 0 … 255.</summary>
    public ImmutableSortedDictionary<int, CruiseRecord> Cruises { get; init; } = ImmutableSortedDictionary<int, CruiseRecord>.Empty;

    /// <summary>By group, 0 … 255.</summary>
    public ImmutableSortedDictionary<int, ScanRecord> Scans { get; init; } = ImmutableSortedDictionary<int, ScanRecord>.Empty;

    /// <summary>What goes on after a restart.</summary>
    public ProgramRecord? Running { get; init; }

    public PtzRecord WithPreset(int number, PresetRecord preset) => this with { Presets = Presets.SetItem(number, preset) };

    /// <summary>Without the preset, and without its points in all cruises.</summary>
    public PtzRecord WithoutPreset(int number)
    {
        ImmutableSortedDictionary<int, CruiseRecord> cruises = Cruises;
        foreach ((int group, CruiseRecord cruise) in Cruises)
        {
            if (cruise.Points.Contains(number))
                cruises = cruises.SetItem(group, cruise with { Points = cruise.Points.RemoveAll(point => point == number) });
        }
        return this with { Presets = Presets.Remove(number), Cruises = cruises };
    }

    public CruiseRecord Cruise(int group) => Cruises.GetValueOrDefault(group, CruiseRecord.Empty);

    public PtzRecord WithCruise(int group, CruiseRecord cruise) => this with { Cruises = Cruises.SetItem(group, cruise) };

    /// <summary>With one point more, at the end; unchanged when there are <see cref="MostPoints"/>.</summary>
    public PtzRecord WithPoint(int group, int preset, string? name)
    {
        CruiseRecord cruise = Cruise(group);
        return cruise.Points.Length >= MostPoints ? this : WithCruise(group, cruise with { Name = name ?? cruise.Name, Points = cruise.Points.Add(preset) });
    }

    /// <summary>Without every point of the preset; without the whole group when it is 0.</summary>
    public PtzRecord WithoutPoint(int group, int preset)
    {
        if (preset == 0)
            return this with { Cruises = Cruises.Remove(group) };
        CruiseRecord cruise = Cruise(group);
        return cruise.Points.Contains(preset) ? WithCruise(group, cruise with { Points = cruise.Points.RemoveAll(point => point == preset) }) : this;
    }

    public ScanRecord Scan(int group) => Scans.GetValueOrDefault(group, new ScanRecord(null, null, null));

    public PtzRecord WithScan(int group, ScanRecord scan) => this with { Scans = Scans.SetItem(group, scan) };

    public bool Equals(PtzRecord? other) =>
        other is not null && Running == other.Running
        && Presets.SequenceEqual(other.Presets) && Cruises.SequenceEqual(other.Cruises) && Scans.SequenceEqual(other.Scans);

    public override int GetHashCode() => HashCode.Combine(Presets.Count, Cruises.Count, Scans.Count, Running);
}
