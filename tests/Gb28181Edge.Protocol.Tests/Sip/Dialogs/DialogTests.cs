using Gb28181Edge.Protocol.Sip;
using Gb28181Edge.Protocol.Sip.Dialogs;
using Gb28181Edge.Protocol.Tests.Sip.Transactions;

namespace Gb28181Edge.Protocol.Tests.Sip.Dialogs;

/// <summary>RFC 3261 §12, with what platforms get wrong about it.</summary>
public sealed class DialogTests
{
    private static Dialog Callee(string? contact = "<sip:p@192.0.2.1:5060>") => Dialog.OfCallee(Messages.Request("INVITE", contact: contact, cseq: 20), "ours", "sip:fallback@192.0.2.1");

    [Fact] // §12.1.1
    public void Callee_takes_its_ids_from_the_invite()
    {
        Dialog dialog = Callee();
        Assert.Equal(new DialogId("call-1", "ours", "remote"), dialog.Id);
        Assert.Equal("sip:p@192.0.2.1:5060", dialog.RemoteTarget);
        Assert.Equal("sip:fallback@192.0.2.1", Callee(contact: null).RemoteTarget);
    }

    [Theory]
    [InlineData("call-1", "remote", "ours", true)]
    [InlineData("call-1", "remote", null, true)]          // SRS 4: no To tag
    [InlineData("call-1", "remote", "other", false)]
    [InlineData("call-1", "other", "ours", false)]
    [InlineData("call-2", "remote", "ours", false)]
    public void Request_matches_by_call_id_and_tags_alone(string callId, string fromTag, string? toTag, bool matches) =>
        Assert.Equal(matches, Callee().Matches(Messages.Request("BYE", callId, cseq: 1, fromTag, toTag)));

    [Fact] // §12.2.1.1
    public void Requests_of_the_callee_swap_the_addresses_and_count_from_one()
    {
        Dialog dialog = Callee();
        SipRequest first = dialog.NewRequest(SipMethod.Info);
        Assert.Equal(("ours", "remote", new CSeq(1, SipMethod.Info)), (first.From.Tag, first.To.Tag, first.CSeq));
        Assert.Equal("34020000001310000001", first.From.Uri.User);
        Assert.Equal(2u, dialog.NewRequest(SipMethod.Bye).CSeq.Number);
    }

    [Fact] // §12.1.2
    public void Caller_reverses_the_record_route_and_counts_on_from_its_invite()
    {
        SipRequest invite = Messages.Request("INVITE", cseq: 7, fromTag: "ours");
        SipResponse success = SipResponse.For(invite, 200, "theirs");
        success.Add(HeaderName.RecordRoute, "<sip:a;lr>");
        success.Add(HeaderName.RecordRoute, "<sip:b;lr>");
        success.Add(HeaderName.Contact, "<sip:d@192.0.2.20:5062>");
        Dialog dialog = Dialog.OfCaller(invite, success);
        Assert.Equal(new DialogId("call-1", "ours", "theirs"), dialog.Id);
        Assert.Equal(["<sip:b;lr>", "<sip:a;lr>"], dialog.NewAck(7).Texts(HeaderName.Route));
        Assert.Equal(new CSeq(7, SipMethod.Ack), dialog.NewAck(7).CSeq);
        SipRequest bye = dialog.NewRequest(SipMethod.Bye);
        Assert.Equal((8u, "sip:d@192.0.2.20:5062"), (bye.CSeq.Number, bye.RequestUri));
    }

    [Fact] // §12.2.2
    public void New_invite_moves_the_target_only_with_a_contact()
    {
        Dialog dialog = Callee();
        dialog.RefreshTarget(Messages.Request("INVITE", contact: null));
        Assert.Equal("sip:p@192.0.2.1:5060", dialog.RemoteTarget);
        dialog.RefreshTarget(Messages.Request("INVITE", contact: "<sip:q@192.0.2.3>"));
        Assert.Equal("sip:q@192.0.2.3", dialog.RemoteTarget);
    }
}
