using Gb28181Edge.Bench;
using Gb28181Edge.Tests.Support;
using Microsoft.Extensions.Logging.Abstractions;

namespace Gb28181Edge.Tests.Interop;

/// <summary>What tests of the whole agent share: a platform on loopback and a directory.</summary>
public abstract class AgentTests : IAsyncLifetime
{
    private protected TemporaryDirectory Files { get; } = new();

    /// <summary>Takes any free port.</summary>
    private protected BenchPlatform Platform { get; set; } = NewPlatform(0);

    private protected static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public ValueTask InitializeAsync() => ValueTask.CompletedTask;

    public virtual async ValueTask DisposeAsync()
    {
        GC.SuppressFinalize(this);
        await Platform.DisposeAsync();
        Files.Dispose();
    }

    private protected static BenchPlatform NewPlatform(int port) =>
        BenchPlatform.Start(new BenchOptions { Port = port }, TimeProvider.System, NullLogger.Instance);

    /// <summary>Starts an agent, and returns once it is registered.</summary>
    private protected async Task<AgentProcess> StartAsync(AgentFile file)
    {
        AgentProcess agent = await AgentProcess.StartAsync(file, Files.Path);
        try
        {
            await agent.RegistersAsync();
            return agent;
        }
        catch
        {
            await agent.DisposeAsync();
            throw;
        }
    }
}
