namespace Gb28181Edge.Drivers.Ptz;

/// <summary>Turns a zoom position, 0 at the wide end, into a magnification and back.</summary>
/// <remarks>
/// The lens motors are not linear. The curve is that of the common 18× zoom blocks, by the logarithm of the magnification, stretched to the head's own
/// end points; in between another block may be off by some percent.
/// </remarks>
/// <param name="times">Magnification at the tele end, above 1.</param>
/// <param name="telePosition">The position there.</param>
internal sealed class ZoomScale(double times, int telePosition)
{
    // x1 … x18 of the block: 0000 1606 2151 2860 2CB5 3060 32D3 3545 3727 38A9 … 4000
    private static readonly (double Times, double Share)[] Curve =
    [
        (1, 0), (2, 0.3441), (3, 0.5206), (4, 0.6309), (5, 0.6985), (6, 0.7559), (7, 0.7942), (8, 0.8324), (9, 0.8618),
        (10, 0.8853), (12, 0.9264), (14, 0.9603), (16, 0.9838), (18, 1),
    ];

    private static readonly double CurveEnd = Math.Log(Curve[^1].Times);

    public double Times => times;

    /// <summary>The position of a magnification; what lies beyond the ends is cut off.</summary>
    public int ToPosition(double magnification)
    {
        double logarithm = Math.Log(Math.Clamp(magnification, 1, times)) / Math.Log(times) * CurveEnd;
        int i = 1;
        while (i < Curve.Length - 1 && Math.Log(Curve[i].Times) < logarithm) i++;
        double low = Math.Log(Curve[i - 1].Times), high = Math.Log(Curve[i].Times);
        double share = Curve[i - 1].Share + ((logarithm - low) / (high - low) * (Curve[i].Share - Curve[i - 1].Share));
        return (int)Math.Round(Math.Clamp(share, 0, 1) * telePosition);
    }

    /// <summary>The magnification at a position; a position in the digital zoom counts as the optical end.</summary>
    public double ToTimes(int position)
    {
        double share = Math.Clamp((double)position / telePosition, 0, 1);
        int i = 1;
        while (i < Curve.Length - 1 && Curve[i].Share < share) i++;
        double low = Math.Log(Curve[i - 1].Times), high = Math.Log(Curve[i].Times);
        double logarithm = low + ((share - Curve[i - 1].Share) / (Curve[i].Share - Curve[i - 1].Share) * (high - low));
        return Math.Exp(logarithm / CurveEnd * Math.Log(times));
    }
}
