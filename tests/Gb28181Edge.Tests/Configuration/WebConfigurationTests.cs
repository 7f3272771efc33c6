using Gb28181Edge.Configuration;
using Gb28181Edge.Tests.Support;
using static Gb28181Edge.Tests.Configuration.ConfigurationSamples;

namespace Gb28181Edge.Tests.Configuration;

/// <summary>Cameras that are reached through their web interfaces.</summary>
public class WebConfigurationTests
{
    [Theory]
    [InlineData("\"Driver\": \"onvif\"", "Cameras[0].Ptz: says nowhere where the camera is")]
    [InlineData("\"Driver\": \"isapi\", \"Host\": \"cam\", \"Url\": \"http://cam\"", "Cameras[0].Ptz: has both Url and Host")]
    [InlineData("\"Driver\": \"dahua\", \"Host\": \"cam\", \"Password\": \"hunter2\"", "Cameras[0].Ptz: has a password without Username")]
    [InlineData("\"Driver\": \"dahua\", \"Host\": \"cam\", \"Username\": \"u\", \"Password\": \"hunter2\", \"PasswordFile\": \"f\"", "Cameras[0].Ptz.PasswordFile: is given beside Password")]
    [InlineData("\"Driver\": \"onvif\", \"Url\": \"http://u:hunter2@cam/\"", "Cameras[0].Ptz.Url: \"http://u:***@cam/\" is not allowed")]
    [InlineData("\"Driver\": \"onvif\", \"Url\": \"ftp://cam/\"", "Cameras[0].Ptz.Url: \"ftp://cam/\" is not allowed")]
    [InlineData("\"Driver\": \"onvif\", \"Host\": \"cam\", \"PanFromDegrees\": 180", "Cameras[0].Ptz.PanToDegrees: 180 is PanFromDegrees too")]
    public void What_cannot_be_is_a_fault_with_its_place_and_without_the_password(string keys, string fault)
    {
        string told = Assert.Single(Faults(With(camera: $", \"Ptz\": {{ {keys} }}")));
        Assert.Contains(fault, told, StringComparison.Ordinal);
        Assert.DoesNotContain("hunter2", told, StringComparison.Ordinal);
    }

    [Fact]
    public void Passwords_are_masked_in_print_and_in_the_options_own_text()
    {
        EdgeConfiguration configuration = Good(With(
            source: "\"Type\": \"onvif\", \"Host\": \"cam\", \"Username\": \"u\", \"Password\": \"hunter2\"",
            camera: ", \"Ptz\": { \"Driver\": \"isapi\", \"Url\": \"https://cam:8443\", \"Username\": \"u\", \"Password\": \"hunter2\" }"));
        string printed = ConfigurationText.Effective(configuration);
        Assert.DoesNotContain("hunter2", printed, StringComparison.Ordinal);
        Assert.DoesNotContain("hunter2", $"{configuration.Cameras[0].Ptz} {configuration.Cameras[0].Source}", StringComparison.Ordinal);
        Assert.Equal(("hunter2", "hunter2"), (((WebPtzOptions)configuration.Cameras[0].Ptz!).Password, ((OnvifSourceOptions)configuration.Cameras[0].Source).Password));
    }

    [Fact]
    public void Password_files_of_cameras_are_read_as_those_of_platforms()
    {
        using var folder = new TemporaryDirectory();
        string file = Path.Combine(folder.Path, "edge.json");
        File.WriteAllText(Path.Combine(folder.Path, "gate"), "秘密\n");
        File.WriteAllText(file, With(
            source: "\"Type\": \"onvif\", \"Host\": \"cam\", \"Username\": \"u\", \"PasswordFile\": \"gate\"",
            camera: ", \"Ptz\": { \"Driver\": \"dahua\", \"Host\": \"cam\", \"Username\": \"u\", \"PasswordFile\": \"gate\" }"));
        CameraOptions camera = ConfigurationFile.Load(file, null).Configuration!.Cameras[0];
        Assert.Equal(("秘密", "秘密"), (((WebPtzOptions)camera.Ptz!).Password, ((OnvifSourceOptions)camera.Source).Password));
        File.Delete(Path.Combine(folder.Path, "gate"));
        Assert.Equal(["Cameras[0].Source.PasswordFile", "Cameras[0].Ptz.PasswordFile"], ConfigurationFile.Load(file, null).Faults.Select(fault => fault.Path));
    }
}
