using Gb28181Edge.Configuration;

namespace Gb28181Edge.Tests.Configuration;

public class BusRulesTests
{
    [Theory]
    [InlineData("\"Driver\": \"pelco-d\", \"Bus\": \"a\", \"Address\": 1", "\"Driver\": \"pelco-d\", \"Bus\": \"A\", \"Address\": 1",
        "Cameras[1].Ptz.Address: 1 is the address of Cameras[0].Ptz on bus \"A\" already")]
    [InlineData("\"Driver\": \"pelco-d\", \"Bus\": \"a\"", "\"Driver\": \"visca\", \"Bus\": \"a\"", "Cameras[1].Ptz.Bus: \"a\" has a Pelco head already (Cameras[0].Ptz)")]
    [InlineData("\"Driver\": \"visca\", \"Bus\": \"a\"", "\"Driver\": \"visca\", \"Bus\": \"a\", \"Address\": 2, \"AssignAddresses\": false", "Cameras[1].Ptz.AssignAddresses: differs")]
    [InlineData("\"Driver\": \"visca\", \"Bus\": \"a\"", "\"Driver\": \"visca\", \"Bus\": \"a\", \"Address\": 2, \"Feedback\": false", "Cameras[1].Ptz.Feedback: differs")]
    [InlineData("\"Driver\": \"visca\", \"Bus\": \"a\", \"Address\": 8", null, "Cameras[0].Ptz.Address: 8 is out of range")]
    [InlineData("\"Driver\": \"pelco-p\", \"Bus\": \"b\"", null, "Cameras[0].Ptz.Bus: there is no bus \"b\"")]
    public void Heads_of_a_bus_agree_or_it_is_said_about_what(string first, string? second, string fault)
    {
        Assert.Contains(Faults(first, second, ""), found => $"{found.Path}: {found.Problem}".StartsWith(fault, StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("\"Driver\": \"pelco-d\", \"Bus\": \"a\", \"Address\": 1", "\"Driver\": \"pelco-p\", \"Bus\": \"a\", \"Address\": 1")]
    [InlineData("\"Driver\": \"visca\", \"Bus\": \"a\", \"Address\": 1", "\"Driver\": \"visca\", \"Bus\": \"a\", \"Address\": 2")]
    public void Heads_that_go_together_are_accepted(string first, string second) => Assert.Empty(Faults(first, second, ""));

    [Fact]
    public void A_transceiver_is_switched_by_the_kernel_or_by_a_pin() =>
        Assert.Contains(Faults("\"Driver\": \"pelco-d\", \"Bus\": \"a\"", null, ", \"DirectionPin\": 4, \"Rs485\": \"kernel\""), found => found.Path == "Buses[0].DirectionPin");

    private static IReadOnlyList<ConfigurationFault> Faults(string first, string? second, string bus)
    {
        string camera = $", \"Ptz\": {{ {first} }}";
        if (second is not null) camera += $" }}, {{ \"Id\": \"34020000001310000002\", \"Source\": {{ \"Type\": \"test\" }}, \"Ptz\": {{ {second} }}";
        return ConfigurationSamples.Read(ConfigurationSamples.With(camera: camera, rest: $", \"Buses\": [ {{ \"Name\": \"a\"{bus} }} ]")).Faults;
    }
}
