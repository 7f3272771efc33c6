namespace Gb28181Edge.Protocol.Sip;

/// <summary>Cuts a TCP stream into messages by Content-Length. RFC 3261 §7.5, §18.3.</summary>
/// <remarks>
/// Holds at most one message and what follows it in the last piece. After a fault the stream's borders are lost: the connection
/// is closed. Owned by one connection's loop.
/// </remarks>
internal sealed class SipStreamFramer(SipLimits limits)
{
    private byte[] _buffer = new byte[2_048];
    private int _start, _end;   // the bytes not yet taken are [_start.._end)
    private int _scanned;       // no end of head begins before this index
    private int _messageEnd;    // index behind the message being collected; 0 while its head is incomplete

    /// <summary>Set once the stream is unusable; every further byte is passed over.</summary>
    public SipFault Fault { get; private set; }

    /// <summary>Blank lines between messages since the last look: two in a row are a ping. RFC 5626 §3.5.1.</summary>
    public int KeepAlives { get; private set; }

    /// <summary>Bytes held that are not a message yet.</summary>
    public int Pending => _end - _start;

    /// <summary>Takes what the connection gave, and gives every message that is complete now.</summary>
    /// <param name="bytes">Copied; any cut is fine.</param>
    /// <param name="onMessage">
    /// Called in order, before this returns. A message that is framed well but unusable comes as its readable part with its fault, or
    /// null with its fault; the stream goes on behind it.
    /// </param>
    /// <returns><see cref="Fault"/>: anything but None means that the connection must be closed.</returns>
    public SipFault Push(ReadOnlySpan<byte> bytes, Action<SipMessage?, SipFault> onMessage)
    {
        while (Fault == SipFault.None)
        {
            int taken = Append(bytes);
            bytes = bytes[taken..];
            while (TryTake(out SipMessage? message, out SipFault fault)) onMessage(message, fault);
            if (bytes.IsEmpty) break;
        }
        return Fault;
    }

    /// <inheritdoc cref="Push(ReadOnlySpan{byte}, Action{SipMessage?, SipFault})"/>
    /// <param name="onMessage">Called for usable messages only.</param>
    public SipFault Push(ReadOnlySpan<byte> bytes, Action<SipMessage> onMessage) =>
        Push(bytes, (message, fault) =>
        {
            if (fault == SipFault.None) onMessage(message!);
        });

    /// <summary>True once after each ping: a double blank line. The other side may be answered with one CRLF. RFC 5626 §4.4.1.</summary>
    public bool TakePing()
    {
        bool ping = KeepAlives >= 2;
        if (ping) KeepAlives = 0;
        return ping;
    }

    // As much as fits beside what is held, so that the buffer never outgrows one message.
    private int Append(ReadOnlySpan<byte> bytes)
    {
        if (_start > 0)
        {
            _buffer.AsSpan(_start, _end - _start).CopyTo(_buffer);
            _end -= _start;
            _scanned = Math.Max(_scanned - _start, 0);
            if (_messageEnd > 0) _messageEnd -= _start;
            _start = 0;
        }
        int count = Math.Min(bytes.Length, limits.MessageBytes + 1 - _end);
        if (_end + count > _buffer.Length) Array.Resize(ref _buffer, Math.Min(Math.Max(_buffer.Length * 2, _end + count), limits.MessageBytes + 1));
        bytes[..count].CopyTo(_buffer.AsSpan(_end));
        _end += count;
        return count;
    }

    private bool TryTake(out SipMessage? message, out SipFault fault)
    {
        message = null;
        fault = SipFault.None;
        if (Fault != SipFault.None) return false;
        if (_messageEnd == 0 && !TryHead(out fault))
        {
            Fault = fault;
            return false;
        }
        if (_messageEnd == 0 || _end < _messageEnd) return false;
        byte[] bytes = _buffer.AsSpan(_start, _messageEnd - _start).ToArray();
        _start = _scanned = _messageEnd;
        _messageEnd = 0;
        SipParser.TryParse(bytes, limits, out message, out fault);
        return true;
    }

    // Finds the end of the head and from its Content-Length that of the message. False with a fault that ends the stream.
    private bool TryHead(out SipFault fault)
    {
        fault = SipFault.None;
        SkipBlankLines();
        int bodyStart = FindBody();
        if (bodyStart < 0)
        {
            if (_end - _start > Math.Min(limits.HeadBytes, limits.MessageBytes)) fault = SipFault.HeadTooLarge;
            return fault == SipFault.None;
        }
        if (bodyStart - _start > limits.HeadBytes) fault = SipFault.HeadTooLarge;
        else if (!TryContentLength(_buffer.AsSpan(_start, bodyStart - _start), out int length)) fault = SipFault.ContentLength;
        else if (length > limits.MessageBytes - (bodyStart - _start)) fault = SipFault.MessageTooLarge;
        else _messageEnd = bodyStart + length;
        return fault == SipFault.None;
    }

    private void SkipBlankLines()
    {
        while (_start < _end && _buffer[_start] is (byte)'\r' or (byte)'\n')
        {
            if (_buffer[_start++] == '\n') KeepAlives++;
        }
        _scanned = Math.Max(_scanned, _start);
    }

    // An end of line followed by an end of line, CRLF or LF each. Where the bytes end in doubt, the next look starts there again.
    private int FindBody()
    {
        while (true)
        {
            int found = _buffer.AsSpan(_scanned, _end - _scanned).IndexOf((byte)'\n');
            if (found < 0) { _scanned = _end; return -1; }
            int next = _scanned + found + 1;
            int after = next;
            while (after < _end && _buffer[after] == '\r') after++;
            if (after == _end) { _scanned += found; return -1; }
            if (_buffer[after] == '\n') return after + 1;
            _scanned = next;
        }
    }

    // Missing counts as 0: some platforms leave it out of ACK and BYE, even on TCP where RFC 3261 §18.3 demands it.
    private static bool TryContentLength(ReadOnlySpan<byte> head, out int length)
    {
        length = 0;
        while (!head.IsEmpty)
        {
            int end = head.IndexOf((byte)'\n');
            ReadOnlySpan<byte> line = end < 0 ? head : head[..end];
            head = end < 0 ? default : head[(end + 1)..];
            int colon = line.IndexOf((byte)':');
            if (colon <= 0 || HeaderNames.Parse(line[..colon].TrimEnd(" \t"u8)) != HeaderName.ContentLength) continue;
            return SipParser.TryNumber(line[(colon + 1)..].Trim(" \t\r"u8), out length);
        }
        return true;
    }
}
