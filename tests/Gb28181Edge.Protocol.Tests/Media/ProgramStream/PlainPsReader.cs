namespace Gb28181Edge.Protocol.Tests.Media.ProgramStream;

/// <summary>One element of a program stream as the bytes say it.</summary>
internal sealed record PsElement(byte Id, byte[] Header, byte[] Payload, long? Scr, long? Pts, long? Dts, bool IsAligned);

/// <summary>A second reader of program streams, written against the standard's tables and sharing nothing with the product's. Throws on any fault.</summary>
internal static class PlainPsReader
{
    public static List<PsElement> Read(byte[] ps)
    {
        List<PsElement> elements = [];
        for (int at = 0; at < ps.Length;)
        {
            if (ps[at] != 0 || ps[at + 1] != 0 || ps[at + 2] != 1) throw new FormatException($"no start code at {at}");
            byte id = ps[at + 3];
            if (id == 0xBA)
            {
                System.Numerics.BigInteger field = new(ps.AsSpan(at + 4, 6), isUnsigned: true, isBigEndian: true);
                long scr = (long)((field >> 43 & 7) << 30 | (field >> 27 & 0x7FFF) << 15 | field >> 11 & 0x7FFF);
                elements.Add(new PsElement(id, ps[at..(at + 14)], [], scr, null, null, false));
                at += 14 + (ps[at + 13] & 7);
                continue;
            }
            int length = ps[at + 4] * 256 + ps[at + 5];
            if (length == 0) throw new FormatException("a length of 0 is not for program streams");
            byte[] body = ps[(at + 6)..(at + 6 + length)];
            if (id is 0xBB or 0xBC)
            {
                elements.Add(new PsElement(id, ps[at..(at + 6 + length)], [], null, null, null, false));
            }
            else
            {
                long? pts = (body[1] & 0x80) != 0 ? Time(body, 3) : null;
                long? dts = (body[1] & 0x40) != 0 ? Time(body, 8) : null;
                elements.Add(new PsElement(id, ps[at..(at + 9 + body[2])], body[(3 + body[2])..], null, pts, dts, (body[0] & 4) != 0));
            }
            at += 6 + length;
        }
        return elements;
    }

    private static long Time(byte[] b, int at)
    {
        for (int i = 0; i < 5; i += 2)
        {
            if ((b[at + i] & 1) != 1) throw new FormatException("a marker bit is missing");
        }
        return (long)(b[at] >> 1 & 7) * (1 << 30) + ((b[at + 1] * 256 + b[at + 2]) / 2) * (1L << 15) + (b[at + 3] * 256 + b[at + 4]) / 2;
    }
}
