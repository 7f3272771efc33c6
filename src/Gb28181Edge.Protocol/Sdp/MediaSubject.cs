namespace Gb28181Edge.Protocol.Sdp;

/// <summary>The Subject header of an INVITE: <c>senderId:senderSerial,receiverId:receiverSerial</c>. GB/T 28181-2016 annex K, GB/T 28181-2022 annex L.</summary>
/// <param name="SenderId">Who sends the media: a channel, or the device itself.</param>
/// <param name="SenderSerial">At most 20 characters; the first is 0 live, 1 history. Some platforms always write 0, some put the SSRC here.</param>
/// <param name="ReceiverId">Empty when the header had no second half.</param>
/// <param name="ReceiverSerial">Empty when the header had none.</param>
internal sealed record MediaSubject(string SenderId, string SenderSerial, string ReceiverId, string ReceiverSerial)
{
    private const int MaxLength = 256;

    /// <summary>What makes two streams of one platform the same: a new INVITE with it replaces the old.</summary>
    public string SenderKey => $"{SenderId}:{SenderSerial}";

    public override string ToString() => $"{SenderId}:{SenderSerial},{ReceiverId}:{ReceiverSerial}";

    /// <summary>Reads it with or without blanks, with or without its second half.</summary>
    /// <returns>False when it is absent or has no sender: the INVITE is then served without replacing anything.</returns>
    public static bool TryParse(string? text, out MediaSubject? subject)
    {
        subject = null;
        if (text is null || text.Length > MaxLength) return false;
        int comma = text.IndexOf(',', StringComparison.Ordinal);
        (string senderId, string senderSerial) = Half(comma < 0 ? text : text[..comma]);
        if (senderId.Length == 0) return false;
        (string receiverId, string receiverSerial) = comma < 0 ? ("", "") : Half(text[(comma + 1)..]);
        subject = new MediaSubject(senderId, senderSerial, receiverId, receiverSerial);
        return true;
    }

    private static (string Id, string Serial) Half(string half)
    {
        int colon = half.IndexOf(':', StringComparison.Ordinal);
        return colon < 0 ? (half.Trim(), "") : (half[..colon].Trim(), half[(colon + 1)..].Trim());
    }
}
