using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using Gb28181Edge.Streaming;

namespace Gb28181Edge.Benchmarks;

/// <summary>What the load run was asked for.</summary>
/// <param name="Takers">Numbers of takers, one table row each.</param>
/// <param name="Duration">Measured time of one run.</param>
/// <param name="Transport">How RTP travels.</param>
/// <param name="Runs">Runs a row; the median is printed.</param>
/// <param name="Segmentation">UDP leaves by UDP_SEGMENT; false: one packet a call.</param>
/// <param name="IsSteady">Fail when a garbage collection ran in the measured time.</param>
internal sealed record LoadOptions(int[] Takers, TimeSpan Duration, MediaTransport Transport, int Runs, bool Segmentation, bool IsSteady)
{
    /// <returns>False when an argument is not understood.</returns>
    public static bool TryParse(string[] args, [NotNullWhen(true)] out LoadOptions? options)
    {
        bool steady = args[0] == "steady";
        options = new LoadOptions(steady ? [8] : [1, 10, 50], TimeSpan.FromSeconds(steady ? 60 : 10), MediaTransport.Udp, steady ? 1 : 3, true, steady);
        for (int i = 1; i < args.Length; i++)
        {
            string? value = i + 1 < args.Length ? args[i + 1] : null;
            int number = 0;
            bool isNumber = value is not null && int.TryParse(value, NumberStyles.None, CultureInfo.InvariantCulture, out number) && number > 0;
            switch (args[i])
            {
                case "--takers" when value is not null && TryParseList(value, out int[] takers):
                    options = options with { Takers = takers };
                    break;
                case "--seconds" when isNumber:
                    options = options with { Duration = TimeSpan.FromSeconds(number) };
                    break;
                case "--transport" when value is "udp" or "tcp":
                    options = options with { Transport = ParseTransport(value) };
                    break;
                case "--runs" when isNumber:
                    options = options with { Runs = number };
                    break;
                case "--single":
                    options = options with { Segmentation = false };
                    continue;
                default:
                    options = null;
                    return false;
            }
            i++;
        }
        return true;
    }

    public static MediaTransport ParseTransport(string text) => text == "tcp" ? MediaTransport.TcpActive : MediaTransport.Udp;

    private static bool TryParseList(string text, out int[] numbers)
    {
        string[] parts = text.Split(',');
        numbers = new int[parts.Length];
        for (int i = 0; i < parts.Length; i++)
        {
            if (!int.TryParse(parts[i], NumberStyles.None, CultureInfo.InvariantCulture, out numbers[i]) || numbers[i] < 1) return false;
        }
        return true;
    }
}
