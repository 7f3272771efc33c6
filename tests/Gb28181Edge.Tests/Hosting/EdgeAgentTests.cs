using System.Net;
using Gb28181Edge.Configuration;
using Gb28181Edge.Gb28181;
using Gb28181Edge.Hosting;
using Gb28181Edge.Tests.Support;
using Microsoft.Extensions.Logging.Abstractions;

namespace Gb28181Edge.Tests.Hosting;

public sealed class EdgeAgentTests
{
    /// <summary>Has a bug that shows at one platform.</summary>
    private sealed class FakeObserver(string platform) : IPlatformObserver
    {
        public void Observe(PlatformEvent happened)
        {
            if (happened is PlatformEvent.RegistrationFailed failed && failed.Platform == platform) throw new InvalidOperationException("a bug");
        }
    }

    [Fact]
    public async Task A_bug_in_one_of_several_links_ends_the_agent()
    {
        using var directory = new TemporaryDirectory();
        var configuration = new EdgeConfiguration
        {
            Device = new DeviceOptions { Id = "34020000001110000001", SipAddress = IPAddress.Loopback, SipPort = 0, StateDirectory = directory["."] },
            // nobody listens there
            Platforms = [Platform("city", 1), Platform("district", 2)],
            Cameras = [new CameraOptions { Id = "34020000001310000001", Name = "Gate", Source = new TestSourceOptions() }],
        };
        await using EdgeAgent agent = Composition.Create(configuration, new RunOptions(), NullLoggerFactory.Instance, new FakeObserver("city"));
        await agent.StartAsync(TestContext.Current.CancellationToken);
        await Eventually.TrueAsync(() => agent.Completion.IsFaulted, "the agent ends with the bug");
        Assert.Equal("a bug", agent.Completion.Exception!.GetBaseException().Message);
    }

    private static PlatformOptions Platform(string name, int number) => new()
    {
        Name = name,
        Id = $"3402000000200000000{number}",
        Host = "127.0.0.1",
        Port = number,
        Transport = PlatformTransport.Tcp,
    };
}
