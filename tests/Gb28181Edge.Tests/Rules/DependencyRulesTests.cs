using System.Text.RegularExpressions;
using Gb28181Edge.Tests.Support;

namespace Gb28181Edge.Tests.Rules;

/// <summary>The doors of src/README.md, held against the <c>using</c> lines under src/.</summary>
public partial class DependencyRulesTests
{
    /// <summary>What a folder may use of this program. Sub-folders belong to their folder, and everybody may use their own.</summary>
    private static readonly Dictionary<string, string[]> Doors = new()
    {
        ["Protocol.Wire"] = [],
        ["Protocol.Sip"] = ["Protocol.Wire"],
        ["Protocol.Sdp"] = ["Protocol.Wire"],
        ["Protocol.Manscdp"] = ["Protocol.Wire"],
        ["Protocol.Mansrtsp"] = ["Protocol.Wire"],
        ["Protocol.Media"] = ["Protocol.Wire"],
        ["Protocol.Ptz"] = ["Protocol.Wire"],
        // the digest's own types stand in Sip/Auth, the quoted strings they are written with in Sip
        ["Protocol.Rtsp"] = ["Protocol.Wire", "Protocol.Sdp", "Protocol.Media", "Protocol.Sip"],
        ["Protocol.Web"] = ["Protocol.Wire", "Protocol.Sip"],
        ["Net"] = ["Protocol.Sip", "Protocol.Wire"],
        ["Sip"] = ["Net", "Protocol.Sip", "Protocol.Wire"],
        ["Gb28181"] = ["Sip", "Devices", "Streaming", "Storage", "Protocol"],
        // an alarm is in the outbox before anybody is told: its contract belongs to Storage
        ["Devices"] = ["=Drivers", "Storage"],
        ["Web"] = ["Protocol.Web"],
        ["Drivers"] = ["Protocol.Ptz", "Protocol.Web", "Web"],
        ["Cameras"] = ["Protocol.Rtsp", "Protocol.Media", "Protocol.Wire", "Web"],
        ["Streaming"] = ["=Cameras", "Protocol.Media", "Protocol.Wire"],
        ["Storage"] = [],
        ["Configuration"] = [],
        ["Bench"] = ["Net", "Web", "Sip", "Gb28181", "Devices", "Cameras", "Streaming", "Storage", "Drivers", "Configuration", "Hosting", "Protocol"],
        ["Hosting"] = ["Net", "Web", "Sip", "Gb28181", "Devices", "Cameras", "Streaming", "Storage", "Drivers", "Configuration", "Protocol"],
        ["Commands"] = ["Configuration", "Hosting", "Bench"],
        [""] = ["Commands", "Hosting"],
    };

    /// <summary>What of the world a folder may touch: everything that is not named here is open to all.</summary>
    private static readonly Dictionary<string, string[]> Worlds = new()
    {
        ["System.Net.Http"] = ["Web"],
        ["System.Net.Sockets"] = ["Net", "Sip", "Drivers", "Cameras", "Streaming", "Bench", "Hosting"],
        ["System.Device"] = ["Drivers"],
        ["Microsoft.Data.Sqlite"] = ["Storage"],
        ["System.CommandLine"] = ["Commands"],
        ["System.Diagnostics.Process"] = ["Cameras"],
        ["System.Text.Json"] = ["Configuration"],
        ["System.Reflection"] = ["Configuration"],      // the version attribute only
    };

    [Fact]
    public void Every_folder_of_the_sources_has_its_doors()
    {
        string[] known = [.. SourceFiles().Select(source => source.Folder).Distinct()];
        Assert.All(known, folder => Assert.True(Doors.ContainsKey(Room(folder)), $"src/…/{folder} has no line in the table of doors"));
        Assert.NotEmpty(known);
    }

    [Fact]
    public void No_using_line_passes_a_door_that_is_not_its_folders()
    {
        var broken = new List<string>();
        foreach ((string file, string folder, string[] names) in SourceFiles())
        {
            foreach (string name in names)
            {
                if (!MayUse(folder, name)) broken.Add($"{file}: {folder} must not use {name}");
            }
        }
        Assert.Empty(broken);
    }

    [Theory]
    [InlineData("Gb28181", "Gb28181Edge.Drivers", false)]
    [InlineData("Gb28181", "Gb28181Edge.Protocol.Manscdp", true)]
    [InlineData("Devices", "Gb28181Edge.Drivers", true)]
    [InlineData("Devices", "Gb28181Edge.Drivers.Ptz", false)]
    [InlineData("Streaming", "Gb28181Edge.Cameras", true)]
    [InlineData("Streaming", "Gb28181Edge.Protocol.Sip", false)]
    [InlineData("Protocol.Sip.Transactions", "Gb28181Edge.Protocol.Sip.Auth", true)]
    [InlineData("Protocol.Sip", "Gb28181Edge.Protocol.Sdp", false)]
    [InlineData("Gb28181", "System.Net.Sockets", false)]
    [InlineData("Drivers.Boards", "System.Device.Gpio", true)]
    [InlineData("Devices", "System.Device.Gpio", false)]
    [InlineData("Storage", "Gb28181Edge.Protocol.Media", false)]
    public void The_table_says_what_it_should(string folder, string name, bool allowed) => Assert.Equal(allowed, MayUse(folder, name));

    private static bool MayUse(string folder, string name)
    {
        string room = Room(folder);
        if (!name.StartsWith("Gb28181Edge.", StringComparison.Ordinal))
        {
            return Worlds.All(world => !IsWithin(name, world.Key) || world.Value.Any(allowed => IsWithin(room, allowed)));
        }
        string wanted = name["Gb28181Edge.".Length..];
        return IsWithin(wanted, room) && room.Length > 0
            || Doors[room].Any(door => door.StartsWith('=') ? wanted == door[1..] : IsWithin(wanted, door));
    }

    /// <summary>The line of the table that a folder belongs to.</summary>
    private static string Room(string folder) =>
        string.Join('.', folder.Split('.').Take(folder.StartsWith("Protocol.", StringComparison.Ordinal) ? 2 : 1));

    private static bool IsWithin(string name, string space) => name == space || name.StartsWith(space + ".", StringComparison.Ordinal);

    private static IEnumerable<(string File, string Folder, string[] Names)> SourceFiles()
    {
        string root = Repository.PathOf("src");
        foreach (string file in Repository.Files("src", "*.cs"))
        {
            string[] parts = Path.GetRelativePath(root, file).Split('/');
            IEnumerable<string> folders = parts[1..^1];
            if (parts[0] == "Gb28181Edge.Protocol") folders = folders.Prepend("Protocol");
            string[] names = [.. Used().Matches(File.ReadAllText(file)).Select(match => match.Groups["name"].Value).Distinct()];
            yield return (Path.GetRelativePath(root, file), string.Join('.', folders), names);
        }
    }

    [GeneratedRegex(@"^(?:global )?using (?:static )?(?:\w+ = )?(?<name>[A-Z][\w.]*)", RegexOptions.Multiline)]
    private static partial Regex Used();
}
