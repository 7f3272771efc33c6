using System.Globalization;
using System.Net;
using Gb28181Edge.Protocol.Sip;
using Gb28181Edge.Protocol.Sip.Transactions;
using Gb28181Edge.Protocol.Sip.UserAgent;

namespace Gb28181Edge.Protocol.Tests.Sip.UserAgent;

/// <summary>Tokens that can be told apart: k1, k2 …</summary>
internal sealed class FakeTokens : ISipTokens
{
    private int _count;

    public string NewToken() => "k" + (++_count).ToString(CultureInfo.InvariantCulture);
}

/// <summary>A SipCore on injected time; every output is noted with its second.</summary>
internal sealed class CoreRun
{
    private readonly List<SipOutput> _outputs = [];

    public CoreRun(SipTransport transport = SipTransport.Udp)
    {
        Flow = new SipFlow(1, transport, new IPEndPoint(IPAddress.Parse("192.0.2.1"), 5060), new IPEndPoint(IPAddress.Parse("192.0.2.20"), 5062), transport == SipTransport.Tcp ? 7 : 0);
    }

    public SipCore Core { get; } = new(SipTimers.Default, new FakeTokens(), "test", maxServerTransactions: 20);

    public SipFlow Flow { get; }

    public double Now { get; private set; }

    public List<(double At, SipOutput Output)> Log { get; } = [];

    public IEnumerable<(double At, SipMessage Message)> Sent =>
        Log.Where(entry => entry.Output is SipOutput.Transmit).Select(entry => (entry.At, ((SipOutput.Transmit)entry.Output).Message));

    public IEnumerable<SipResponse> Responses => Sent.Select(entry => entry.Message).OfType<SipResponse>();

    public IEnumerable<int> StatusCodes => Responses.Select(response => response.StatusCode);

    public IEnumerable<SipRequest> Requests => Sent.Select(entry => entry.Message).OfType<SipRequest>();

    public IEnumerable<InviteEvent> Events => Of<SipOutput.Call>().Select(call => call.Event);

    public IEnumerable<SipOutput.Outcome> Outcomes => Of<SipOutput.Outcome>();

    public InviteSession Session => Of<SipOutput.IncomingCall>().Last().Session;

    public IEnumerable<T> Of<T>() where T : SipOutput => Log.Select(entry => entry.Output).OfType<T>();

    public CoreRun Receive(SipMessage message, SipFlow? flow = null) => Do(new SipInput.Received(message, flow ?? Flow));

    public CoreRun Do(SipInput input)
    {
        Core.Handle(input, TimeSpan.FromSeconds(Now), _outputs);
        Log.AddRange(_outputs.Select(output => (Now, output)));
        _outputs.Clear();
        return this;
    }

    public CoreRun Until(double seconds)
    {
        while (Core.NextDeadline is { } deadline && deadline <= TimeSpan.FromSeconds(seconds))
        {
            Now = Math.Max(Now, deadline.TotalSeconds);
            Do(new SipInput.Tick());
        }
        Now = seconds;
        return this;
    }

    /// <summary>The peer's answer to our latest request of a method.</summary>
    public CoreRun Answer(string method, int statusCode, string? toTag = "remote")
    {
        SipRequest request = Requests.Last(request => request.Method.Name == method);
        return Receive(SipResponse.For(request, statusCode, toTag));
    }
}
