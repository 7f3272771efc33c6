using System.Text;
using Gb28181Edge.Configuration;

namespace Gb28181Edge.Tests.Configuration;

/// <summary>Small configurations with one thing changed.</summary>
internal static class ConfigurationSamples
{
    /// <summary>The least that is a configuration, one section a line.</summary>
    public static string With(
        string device = "", string platform = "", string camera = "", string source = "\"Type\": \"test\"", string rest = "") =>
        "{\n"
        + $"\"Device\": {{ \"Id\": \"34020000001110000001\"{device} }},\n"
        + $"\"Platforms\": [ {{ \"Id\": \"34020000002000000001\", \"Host\": \"192.0.2.10\"{platform} }} ],\n"
        + $"\"Cameras\": [ {{ \"Id\": \"34020000001310000001\", \"Source\": {{ {source} }}{camera} }} ]{rest}\n"
        + "}\n";

    public static ConfigurationResult Read(string text) => ConfigurationFile.Read(Encoding.UTF8.GetBytes(text));

    public static string[] Faults(string text) => [.. Read(text).Faults.Select(fault => fault.Describe("edge.json"))];

    public static EdgeConfiguration Good(string text)
    {
        ConfigurationResult result = Read(text);
        Assert.Empty(result.Faults);
        return result.Configuration!;
    }
}
