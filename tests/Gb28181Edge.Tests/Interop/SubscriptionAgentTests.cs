using System.Text.Json.Nodes;
using Gb28181Edge.Bench;
using Gb28181Edge.Protocol.Manscdp;
using Gb28181Edge.Protocol.Sip;

namespace Gb28181Edge.Tests.Interop;

/// <summary>A platform that subscribes, and the whole agent: alarms by NOTIFY while it does, by MESSAGE before and after.</summary>
[Trait("Needs", "packages")]
public sealed class SubscriptionAgentTests : AgentTests
{
    private const int Doors = 3;

    [Theory]
    [InlineData("udp")]
    [InlineData("tcp")]
    public async Task Alarms_come_by_NOTIFY_while_there_is_a_subscription_and_by_MESSAGE_else(string transport)
    {
        await using AgentProcess agent = await StartAsync(new AgentFile
        {
            PlatformPort = Platform.Port,
            Transport = transport,
            More = new JsonObject
            {
                ["Board"] = new JsonObject { ["Driver"] = "simulated", ["Directory"] = Files["pins"] },
                ["AlarmInputs"] = new JsonArray([.. Enumerable.Range(0, Doors).Select(Input)]),
            },
        });
        Open(0);
        Assert.Equal(InputId(0), (await Platform.Events.WaitAsync<BenchEvent.Alarm>(null, 0, Cancellation)).Content.DeviceId);

        BenchSubscription subscription = await Platform.SubscribeAsync(
            sn => Requests.Alarm(ManscdpCharset.Gb2312, sn, AgentFile.Device), 600, Cancellation, "presence;id=77");
        SipRequest first = await subscription.Notifies.ReadAsync(Cancellation);
        Assert.True(first.Body.IsEmpty);
        Assert.StartsWith("active;expires=", first.Text(HeaderName.SubscriptionState), StringComparison.Ordinal);
        Open(1);
        SipRequest told = await subscription.Notifies.ReadAsync(Cancellation);
        Assert.True(ManscdpMessage.TryParse(told.Body.Span, out ManscdpMessage? alarm, out _));
        Assert.Equal((InputId(1), "presence;id=77"), (alarm!.DeviceId, told.Text(HeaderName.Event)));

        Assert.True((await Platform.RefreshAsync(subscription, 300, Cancellation)).IsSuccess);
        Assert.StartsWith("active;expires=", (await subscription.Notifies.ReadAsync(Cancellation)).Text(HeaderName.SubscriptionState), StringComparison.Ordinal);
        Assert.True((await Platform.RefreshAsync(subscription, 0, Cancellation)).IsSuccess);
        Assert.Equal("terminated;reason=timeout", (await subscription.Notifies.ReadAsync(Cancellation)).Text(HeaderName.SubscriptionState));
        Open(2);
        await Platform.Events.WaitAsync<BenchEvent.Alarm>(seen => seen.Content.DeviceId == InputId(2), 0, Cancellation);
        Assert.Equal(
            [InputId(0), InputId(2)], Platform.Events.Snapshot().OfType<BenchEvent.Alarm>().Select(seen => seen.Content.DeviceId));
        Assert.Equal([InputId(1)], Platform.Events.Snapshot().OfType<BenchEvent.Notified>().Select(seen => seen.Content.DeviceId));
        Assert.Equal(481, (await Platform.RefreshAsync(subscription, 300, Cancellation)).StatusCode);

        BenchSubscription again = await Platform.SubscribeAsync(
            sn => Requests.Alarm(ManscdpCharset.Gb2312, sn, AgentFile.Device), 600, Cancellation, "presence;id=78");
        Assert.StartsWith("active;expires=", (await again.Notifies.ReadAsync(Cancellation)).Text(HeaderName.SubscriptionState), StringComparison.Ordinal);
        await agent.StopAsync();
        Assert.Equal("terminated;reason=deactivated", (await again.Notifies.ReadAsync(Cancellation)).Text(HeaderName.SubscriptionState));
    }

    private static string InputId(int door) => $"3402000000134000000{door + 1}";

    private static JsonNode Input(int door) => new JsonObject { ["Id"] = InputId(door), ["Name"] = $"Door {door}", ["Pin"] = door, ["DebounceMs"] = 0, ["RearmSeconds"] = 0 };

    /// <summary>A door opens and stays open.</summary>
    private void Open(int door)
    {
        Directory.CreateDirectory(Files["pins"]);
        File.WriteAllText(Files["level"], "0\n");
        File.Move(Files["level"], Path.Combine(Files["pins"], $"{door}"), overwrite: true);
    }
}
